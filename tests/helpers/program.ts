/** The program in a process of its own. */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { formatCase } from "../../src/matrix/case.ts";
import { Store } from "../../src/store/store.ts";

const MAIN = fileURLToPath(new URL("eager_main.ts", import.meta.url));

/** Starts `reproduce` on `strokes`, with a checkpoint after every epoch. */
export function start(
  results: string,
  args: readonly string[],
  { mayWrite = true } = {},
): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--frozen", "--no-check", "--no-prompt", "--allow-read", "--allow-env"],
      ...mayWrite ? ["--allow-write"] : [],
      ...["--allow-sys", MAIN, "reproduce", "--dataset", "strokes", "--results", results],
      ...args,
    ],
    stdin: "null",
    stdout: "null",
    stderr: "piped",
  }).spawn();
}

/** Runs it to the end; gives the exit code and what was said. */
export async function finish(
  results: string,
  args: readonly string[],
  rights: { readonly mayWrite?: boolean } = {},
) {
  const { code, stderr } = await start(results, args, rights).output();
  return { code, said: new TextDecoder().decode(stderr) };
}

/** The results of a store, by case; all must be ok. */
export async function resultsIn(results: string) {
  const stored = await new Store(results).readAll();
  const entries = stored.map(({ record }) => {
    assert.ok(record.status === "ok");
    return [formatCase(record.case), record.result] as const;
  });
  return Object.fromEntries(entries.sort(([a], [b]) => a < b ? -1 : 1));
}
