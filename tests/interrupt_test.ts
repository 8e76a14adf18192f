import assert from "node:assert/strict";
import denoConfig from "../deno.json" with { type: "json" };
import { namesIn, temporaryFolder } from "../src/data/test_files.ts";
import { captureEnvironment } from "../src/runner/environment.ts";
import { Store } from "../src/store/store.ts";

const ROOT = new URL("..", import.meta.url);

/** The program as `deno task reproduce` starts it, with the same permissions and no more. */
function start(...args: string[]): Deno.ChildProcess {
  const [deno, run, ...task] = denoConfig.tasks.reproduce.command.split(" ");
  assert.deepEqual([deno, run], ["deno", "run"]);
  return new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", ...task, "--dataset", "strokes", ...args],
    cwd: ROOT,
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
}

/** Waits for the end; the exit code and what was printed. `onText` sees stderr as it comes. */
async function finish(child: Deno.ChildProcess, onText: (text: string) => void = () => {}) {
  const read = async (stream: ReadableStream<Uint8Array>, onText: (text: string) => void) => {
    const decoder = new TextDecoder();
    let text = "";
    for await (const bytes of stream) {
      text += decoder.decode(bytes, { stream: true });
      onText(text);
    }
    return text;
  };
  const [out, err, { code }] = await Promise.all([
    read(child.stdout, () => {}),
    read(child.stderr, onText),
    child.status,
  ]);
  return { code, out, err };
}

/** What is sent, how often, and the exit code that says so. */
const ENDINGS = [["SIGINT", 2, 130], ["SIGTERM", 1, 143]] as const;

for (const [signal, times, exitCode] of ENDINGS) {
  Deno.test({
    name: `${signal} ends the program with ${exitCode}, and the next call goes on from there`,
    ignore: Deno.build.os === "windows",
    fn: async () => {
      await using folder = await temporaryFolder();
      const SEEDS = 200;
      const results = ["--results", folder.path];
      const child = start(
        "--profile=smoke",
        "--only=fc@*",
        "--labels=2000",
        `--seeds=${SEEDS}`,
        ...results,
      );
      let sent = false;
      const { code, out, err } = await finish(child, (text) => {
        if (sent || !text.includes("[1/")) return;
        sent = true;
        for (let i = 0; i < times; i++) child.kill(signal);
      });
      assert.equal(code, exitCode, err);
      assert.match(err, /^Interrupted: what had finished is kept, and the same command goes on/m);

      const finished = await new Store(folder.path).readAll();
      assert.ok(finished.length >= 1 && finished.length < SEEDS / 2, `${finished.length} finished`);
      assert.ok(finished.every(({ record }) => record.status === "ok"));
      assert.deepEqual(namesIn(`${folder.path}/records`), finished.map(({ file }) => file));
      assert.deepEqual(namesIn(folder.path), ["records", "strokes.html"]);
      const missing = SEEDS - finished.length;
      assert.match(out, new RegExp(`^strokes, ${SEEDS} cases: .*\\b${missing} missing\\b`, "m"));

      const { seed } = finished[0]!.record.case;
      const next = await finish(start("--only", `fc@2000#${seed}`, ...results));
      assert.equal(next.code, 0, next.err);
      assert.match(next.err, /^Cases: 1, 0 to run/m);
      assert.deepEqual(await new Store(folder.path).readAll(), finished);
    },
  });
}

Deno.test({
  name: "a hangup ends no run whose output goes to no terminal, as under nohup",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using folder = await temporaryFolder();
    const results = ["--results", folder.path];
    const child = start("--profile=smoke", "--only=fc@*", "--labels=2000", "--seeds=6", ...results);
    let sent = false;
    const { code, out, err } = await finish(child, (text) => {
      if (sent || !text.includes("Cases: ")) return;
      sent = true;
      child.kill("SIGHUP");
    });
    assert.ok(sent);
    assert.equal(code, 0, err);
    assert.match(out, /^strokes, 6 cases: 6 pass$/m);
  },
});

Deno.test("a reader that leaves early ends no run, and is no error", async () => {
  await using folder = await temporaryFolder();
  const child = start("--profile", "smoke", "--only", "fc@*", "--results", folder.path);
  await child.stdout.cancel();
  const [err, { code }] = await Promise.all([new Response(child.stderr).text(), child.status]);
  assert.equal(code, 0, err);
  assert.doesNotMatch(err, /error|Broken pipe/);
  assert.deepEqual(namesIn(folder.path), ["records", "strokes.html"]);
});

Deno.test("the program needs no permission but those of its task, and is quiet when told", async () => {
  await using folder = await temporaryFolder();
  const child = start(
    "--profile",
    "smoke",
    "--only",
    "fc@*",
    "--results",
    folder.path,
    "--quiet",
    "--json",
  );
  const { code, out, err } = await finish(child);
  assert.equal(code, 0, err);
  assert.equal(err, "");
  const { exitCode, cases } = JSON.parse(out);
  assert.equal(exitCode, 0);
  assert.deepEqual(cases.map((c: { case: string }) => c.case), ["fc@250#0"]);
  const [stored] = await new Store(folder.path).readAll();
  assert.deepEqual(stored?.record.provenance.machine, (await captureEnvironment()).machine);
});

Deno.test("the task of reproduce can start no program and load no library", () => {
  const { command } = denoConfig.tasks.reproduce;
  assert.doesNotMatch(command, /--allow-(run|ffi|all)|(^| )-A/);
});
