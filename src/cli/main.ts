/**
 * Latentbench's command line: parse, run the command, explain what went wrong.
 * @module
 */
import { answer } from "./answer.ts";
import { check } from "./check.ts";
import { data } from "./data.ts";
import { engine } from "./engine.ts";
import { EXIT, type ExitCode, UsageError } from "./exit_codes.ts";
import { exportRecords } from "./export.ts";
import { merge } from "./merge.ts";
import { expandHome } from "./home.ts";
import { replaceOldJunit } from "./junit.ts";
import { parseCommandLine, type ParsedCommand } from "./options.ts";
import { printable } from "./printable.ts";
import { report } from "./report.ts";
import { reproduce } from "./reproduce.ts";
import { verify } from "./verify.ts";
import { DENO_WORLD, ignoreHangup, type World } from "./world.ts";

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

async function parse(words: readonly string[], world: World): Promise<ParsedCommand | null> {
  const args = words.map((word) => expandHome(word, world));
  try {
    return parseCommandLine(args, world);
  } catch (error) {
    await replaceOldJunit(args, error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** The program of this process; returns its exit code. */
export async function run(args: readonly string[]): Promise<ExitCode> {
  ignoreHangup();
  catchStray(globalThis, DENO_WORLD, Deno.exit);
  return await main(args, DENO_WORLD);
}

/**
 * Ends the program if an error is caught by nobody. Deno would end it with 1, which is the code of a
 * failed check.
 */
export function catchStray(
  target: Pick<EventTarget, "addEventListener">,
  world: Pick<World, "stderr">,
  exit: (code: ExitCode) => void,
): void {
  const end = (event: Event, error: unknown) => {
    event.preventDefault();
    const message = error instanceof Error ? error.stack ?? error.message : String(error);
    world.stderr(`error: The program has a fault: ${printable(message)}\n`);
    exit(EXIT.notMeasured);
  };
  target.addEventListener("error", (event) => end(event, (event as ErrorEvent).error));
  target.addEventListener(
    "unhandledrejection",
    (event) => end(event, (event as PromiseRejectionEvent).reason),
  );
}
