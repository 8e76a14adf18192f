/** Verdicts everywhere that they are asked for: on standard output, on GitHub, in a JUnit file. */
import type { CheckedDataset } from "../checks/verdict.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { tellGitHub } from "./github_actions.ts";
import type { JunitFile } from "./junit.ts";
import type { World } from "./world.ts";

/**
 * Says the verdicts: if one way fails, the others do not. Returns the exit code, which says so unless
 * it says something worse.
 *
 * @param text for standard output
 */
export async function tellVerdicts(
  datasets: readonly CheckedDataset[],
  text: string,
  exitCode: ExitCode,
  junit: JunitFile,
  world: World,
): Promise<ExitCode> {
  world.stdout(text);
  await tellGitHub(datasets, world);
  try {
    await junit.end(datasets);
  } catch (error) {
    world.stderr(`error: ${error instanceof Error ? error.message : error}\n`);
    return exitCode === EXIT.ok ? EXIT.notMeasured : exitCode;
  }
  return exitCode;
}
