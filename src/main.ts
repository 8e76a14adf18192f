/**
 * The start of the program. It imports nothing of the rest before it knows that Deno can run it: what
 * is missing is said in a sentence.
 * @module
 */

/** Older ones lack functions that the program calls. */
export const LEAST_DENO = "2.8.0";

/** What the environment lacks: the exit code of `cli/exit_codes.ts`, which is not loaded yet. */
const NOT_MEASURED = 3;

/** Whether a version, as in 2.10.3, is another one or newer. */
export function isAtLeast(version: string, least: string): boolean {
  const [parts, leastParts] = [version, least].map((text) => text.match(/\d+/g)!.map(Number));
  for (const [i, part] of leastParts!.entries()) {
    if (parts![i] !== part) return parts![i]! > part;
  }
  return true;
}

/** Why the program could not be loaded, and the way out. */
export function loadProblem(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error);
  // deno-lint-ignore no-control-regex
  const reason = text.replace(/\x1b\[[0-9;]*m/g, "").split("\n")[0];
  return `Cannot load the program: ${reason}; run deno install in its folder once, with a network, ` +
    "or copy Deno's cache from a machine that has the packages (deno info says where it is)";
}

/** Returns the exit code. */
export async function start(
  args: readonly string[],
  version = Deno.version.deno,
): Promise<number> {
  if (!isAtLeast(version, LEAST_DENO)) {
    return await refuse(
      args,
      `Cannot run on Deno ${version}: the program takes ${LEAST_DENO} or newer; run deno upgrade, ` +
        "or npx deno@2.9 in the place of deno",
    );
  }
  let program;
  try {
    program = await import("./cli/main.ts");
  } catch (error) {
    return await refuse(args, loadProblem(error));
  }
  return await program.run(args);
}

/** Says why nothing runs, also in the JUnit file, which would else be that of an earlier run. */
async function refuse(args: readonly string[], message: string): Promise<number> {
  console.error(`error: ${message}`);
  try {
    const { replaceOldJunit } = await import("./cli/junit.ts");
    await replaceOldJunit(args, message);
  } catch {
    // It needs no packages, but a newer Deno.
  }
  return NOT_MEASURED;
}

if (import.meta.main) Deno.exit(await start(Deno.args));
