/**
 * Latentbench's command line: parse, run the command, explain what went wrong, exit.
 * @module
 */
import { answer } from "./cli/answer.ts";
import { check } from "./cli/check.ts";
import { data } from "./cli/data.ts";
import { engine } from "./cli/engine.ts";
import { EXIT, type ExitCode, UsageError } from "./cli/exit_codes.ts";
import { exportRecords } from "./cli/export.ts";
import { merge } from "./cli/merge.ts";
import { expandHome } from "./cli/home.ts";
import { JunitFile, junitPathIn } from "./cli/junit.ts";
import { parseCommandLine, type ParsedCommand } from "./cli/options.ts";
import { printable } from "./cli/printable.ts";
import { report } from "./cli/report.ts";
import { reproduce } from "./cli/reproduce.ts";
import { verify } from "./cli/verify.ts";
import { DENO_WORLD, ignoreHangup, type World } from "./cli/world.ts";

export async function main(args: readonly string[], world: World): Promise<ExitCode> {
  const exitCode = await runCommand(args, world);
  if (world.lostOutput === null) return exitCode;
  world.stderr(
    `error: Cannot write to standard output: ${world.lostOutput.message}; free the space, or send ` +
      "the output elsewhere\n",
  );
  return exitCode === EXIT.ok ? EXIT.notMeasured : exitCode;
}

async function runCommand(args: readonly string[], world: World): Promise<ExitCode> {
  try {
    const command = await parse(args, world);
    if (command === null) return EXIT.ok;
    switch (command.name) {
      case "reproduce":
        return await reproduce(command.options, world);
      case "check":
        return await check(command.options, world);
      case "report":
        return await report(command.options, world);
      case "merge":
        return await merge(command.options, world);
      case "answer":
        return await answer(command.options, world);
      case "export":
        return await exportRecords(command.options, world);
      case "data":
        return await data(command.options, world);
      case "verify":
        return await verify(command.options, world);
      case "engine":
        return await engine(command.options, world);
      default:
        return command satisfies never;
    }
  } catch (error) {
    const message = error instanceof Error ? error.message : `${error}`;
    world.stderr(`error: ${printable(message)}\n`);
    return error instanceof UsageError ? EXIT.usage : EXIT.notMeasured;
  }
}

/** A JUnit file that an earlier run left does not outlive a command line that makes no sense. */
async function parse(words: readonly string[], world: World): Promise<ParsedCommand | null> {
  const args = words.map((word) => expandHome(word, world));
  try {
    return parseCommandLine(args, world);
  } catch (error) {
    await new JunitFile(junitPathIn(args)).fail(
      error instanceof Error ? error.message : `${error}`,
    );
    throw error;
  }
}

if (import.meta.main) {
  ignoreHangup();
  Deno.exit(await main(Deno.args, DENO_WORLD));
}
