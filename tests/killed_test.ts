/**
 * A run that is killed at random moments, again and again, ends with the results of an unbroken one.
 * With `deno task test:slow` also with a model whose checkpoints take a while to write.
 * @module
 */
import assert from "node:assert/strict";
import { temporaryFolder } from "../src/data/test_files.ts";
import { Stream } from "../src/random/stream.ts";
import { finish, resultsIn, start } from "./helpers/program.ts";
import { testSlowly } from "./needs.ts";

function filesIn(results: string): string[] {
  return [...Deno.readDirSync(results)].flatMap(({ name, isDirectory }) =>
    isDirectory
      ? [...Deno.readDirSync(`${results}/${name}`)].map((file) => `${name}/${file.name}`)
      : [name]
  );
}

/**
 * Lets a run live until it is killed, some milliseconds after it has begun to work.
 *
 * @returns what it said, and its exit code where it ended by itself
 */
async function killAfter(
  lifeMs: number,
  child: Deno.ChildProcess,
): Promise<{ said: string; code: number | null }> {
  let said = "";
  let timer: ReturnType<typeof setTimeout> | undefined;
  for await (const text of child.stderr.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (timer === undefined && said.includes("Cases: ")) {
      timer = setTimeout(() => child.kill("SIGKILL"), lifeMs);
    }
  }
  const { signal, code } = await child.status;
  clearTimeout(timer);
  return { said, code: signal === null ? code : null };
}

/**
 * @param from and `to`: how long a run works before it is killed, in milliseconds; on a machine where
 * a whole run takes less than four times that, a quarter of it
 */
async function survives(
  args: readonly string[],
  kills: number,
  [from, to]: readonly [number, number],
  folder: string,
): Promise<void> {
  const [whole, broken] = [`${folder}/whole`, `${folder}/broken`];
  const begin = performance.now();
  assert.equal((await finish(whole, args)).code, 0);
  const longestMs = Math.max(from + 1, Math.min(to, (performance.now() - begin) / 4));
  const random = new Stream(1, "test/kills");
  let killed = 0, resumed = 0;
  for (; killed < kills; killed++) {
    const lifeMs = from + random.below(Math.floor(longestMs - from), 0, killed);
    const { said, code } = await killAfter(lifeMs, start(broken, args));
    if (/goes on after epoch/.test(said)) resumed++;
    if (code !== null) {
      assert.equal(code, 0, said);
      break;
    }
  }
  const { code, said } = await finish(broken, args);
  assert.equal(code, 0, said);
  assert.ok(killed >= 3, `${killed} kills`);
  assert.ok(resumed >= 1, "a checkpoint was used");
  assert.deepEqual(await resultsIn(broken), await resultsIn(whole));
  assert.deepEqual(filesIn(broken).filter((file) => file.startsWith("checkpoints/")), []);
}

const OPTIONS = { sanitizeOps: false, sanitizeResources: false };

Deno.test(
  "a run that is killed again and again ends with the bits of an unbroken one",
  OPTIONS,
  async () => {
    await using folder = await temporaryFolder();
    const args = ["--only", "fc@*", "--labels", "6000", "--seeds", "6"];
    await survives(args, 8, [100, 3000], folder.path);
  },
);

testSlowly(
  "so does a run with large checkpoints, killed twenty times",
  (name) =>
    Deno.test(name, OPTIONS, async () => {
      await using folder = await temporaryFolder();
      const args = ["--only", "*c*@6000", "--labels", "6000", "--seeds", "1"];
      await survives(args, 20, [1_000, 24_000], folder.path);
    }),
);
