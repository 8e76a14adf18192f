import assert from "node:assert/strict";
import {
  bandOf,
  bandsOf,
  PUBLISHED,
  scriptedRecord,
  ScriptedWorld,
  storedAs,
} from "../../tests/scripted_world.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { parseCase } from "../matrix/case.ts";
import { Store } from "../store/store.ts";

const QUICK = ["fc@250#0", "fc@2000#0", "fc@6000#0"];

/** A command line on the embedded dataset. */
function reproduce(results: string, ...more: string[]): string[] {
  return ["reproduce", "--dataset", "strokes", "--results", results, ...more];
}

async function casesIn(results: string): Promise<string[]> {
  const stored = await new Store(results).readAll();
  return stored.map(({ record }) => `fc@${record.case.labels}#${record.case.seed}`).sort();
}

/** The table's line about a case. */
function lineOf(world: ScriptedWorld, name: string): string {
  return world.out.split("\n").find((line) => line.startsWith(`${name} `)) ?? "";
}

Deno.test("reproduce runs what has no record, and a second call runs nothing", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  assert.equal(await world.call(...reproduce(folder.path, "--profile", "quick")), 0);
  assert.deepEqual(world.ran, QUICK);
  assert.ok(
    world.err.startsWith(`Dataset: strokes (drawn), SHA-256 ${STROKES_SHA256.slice(0, 12)}...\n`),
  );
  assert.match(world.err, /^Cases: 3 of profile quick, 3 to run, 2 side by side: about /m);
  assert.equal(await world.call(...reproduce(folder.path, "--profile", "quick")), 0);
  assert.deepEqual(world.ran, []);
  assert.match(world.err, /^Cases: 3 of profile quick, 0 to run/m);
  assert.match(world.out, /^strokes, 3 cases: 3 pass$/m);
});

Deno.test("reproduce takes the profile headline unless told, and runs cheap cases first", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(...reproduce(folder.path));
  assert.deepEqual(world.ran, [250, 500, 1000, 2000, 5000, 6000].map((n) => `fc@${n}#0`));
});

Deno.test("reproduce orders cases by their cost, whatever the order they were named in", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(...reproduce(folder.path, "--labels", "6000,250,2000"));
  assert.deepEqual(world.ran, QUICK);
});

Deno.test("reproduce --fresh runs cases again that have a record, and keeps the new one", async () => {
  await using folder = await temporaryFolder();
  await new ScriptedWorld({ script: { "*": { score: 0.85 } } })
    .call(...reproduce(folder.path, "--profile", "quick"));
  const world = new ScriptedWorld({ script: { "*": { score: 0.91 } } });
  assert.equal(await world.call(...reproduce(folder.path, "--profile", "quick", "--fresh")), 0);
  assert.deepEqual(world.ran, QUICK);
  const stored = await new Store(folder.path).readAll();
  assert.deepEqual(
    stored.map(({ record }) => record.status === "ok" && record.result.score),
    [0.91, 0.91, 0.91],
  );
});

Deno.test("reproduce runs a failed case again", async () => {
  await using folder = await temporaryFolder();
  const args = reproduce(folder.path, "--profile", "smoke");
  const failing = new ScriptedWorld({ script: { "*": { fails: "loss", epoch: 1, step: 1 } } });
  assert.equal(await failing.call(...args), 3);
  const world = new ScriptedWorld();
  assert.equal(await world.call(...args), 0);
  assert.deepEqual(world.ran, ["fc@250#0"]);
});

Deno.test("reproduce does not take another dataset's record for its own", async () => {
  await using folder = await temporaryFolder();
  const c = { ...parseCase("fc@250"), seed: 0 };
  const record = await scriptedRecord(c, { score: 0.9 });
  const dataset = { name: "mnist" as const, sha256: "0".repeat(64) };
  await new Store(folder.path).write({ ...record, dataset });
  const world = new ScriptedWorld();
  await world.call(...reproduce(folder.path, "--profile", "smoke"));
  assert.deepEqual(world.ran, ["fc@250#0"]);
  assert.match(world.out, /^strokes, 1 case: 1 pass$/m);
});

Deno.test("reproduce --only takes a glob from the matrix, and runs and shows nothing else", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(...reproduce(folder.path, "--profile", "smoke"));
  await world.call(...reproduce(folder.path, "--seeds", "2", "--only", "fc@?000#1"));
  assert.deepEqual(world.ran, ["fc@1000#1", "fc@2000#1", "fc@5000#1", "fc@6000#1"]);
  assert.match(world.out, /^strokes, 4 cases: /m);
  assert.equal(lineOf(world, "fc@250#0"), "");
});

Deno.test("reproduce --only takes an exact case, in the matrix or outside of it", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(...reproduce(folder.path, "--only", "fc@2000#0"));
  assert.deepEqual(world.ran, ["fc@2000#0"]);
  await world.call(...reproduce(folder.path, "--only", "fc@777#41"));
  assert.deepEqual(world.ran, ["fc@777#41"]);
  assert.deepEqual(await casesIn(folder.path), ["fc@2000#0", "fc@777#41"]);
});

Deno.test("reproduce --labels, --seeds and --seed are the axes of the matrix", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(
    ...reproduce(folder.path, "--labels", "300, 250", "--seeds", "2", "--seed", "7"),
  );
  assert.deepEqual(world.ran, ["fc@250#7", "fc@250#8", "fc@300#7", "fc@300#8"]);
});

Deno.test("reproduce --dry-run says what would run and its cost, runs and writes nothing", async () => {
  await using folder = await temporaryFolder();
  const bands = bandsOf(bandOf("fc@250", { epochs: 10 }), bandOf("fc@2000"), bandOf("fc@6000"));
  const world = new ScriptedWorld({ published: { bands, records: [] } });
  const args = reproduce(`${folder.path}/new`, "--profile", "quick", "--dry-run");
  assert.equal(await world.call(...args), 0);
  assert.deepEqual(world.ran, []);
  assert.deepEqual(namesIn(folder.path), []);
  const lines = world.out.trimEnd().split("\n");
  assert.deepEqual(lines.map((line) => line.split(" ")[0]), QUICK);
  // 10 epochs, as the band says, of 7 batches.
  assert.match(lines[0]!, /^fc@250#0 +70 steps +[0-9.]+ GFLOP +[0-9.]+ s$/);
});

Deno.test("reproduce --dry-run leaves out what has a record, and says so when that is all", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(...reproduce(folder.path, "--profile", "smoke"));
  await world.call(...reproduce(folder.path, "--profile", "quick", "--dry-run"));
  assert.match(world.out, /^fc@2000#0 .*\nfc@6000#0 .*\n$/);
  await world.call(...reproduce(folder.path, "--profile", "smoke", "--dry-run"));
  assert.equal(world.out, "Nothing to run: every case has a record\n");
});

Deno.test("reproduce --quiet prints verdicts and no progress", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(...reproduce(folder.path, "--profile", "quick", "--quiet"));
  assert.equal(world.err, "");
  assert.match(world.out, /^strokes, 3 cases: 3 pass$/m);
});

Deno.test("reproduce --quiet still says why a case gave no record", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({ script: { "fc@250#0": { error: "out of memory" } } });
  await world.call(...reproduce(folder.path, "--profile", "quick", "--quiet"));
  assert.equal(world.err, "[1/3] fc@250#0  could not run: out of memory\n");
});

Deno.test("reproduce --json prints one document with every promised field, and nothing else", async () => {
  await using folder = await temporaryFolder();
  const published = { ...PUBLISHED, bands: bandsOf(bandOf("fc@250")) };
  const world = new ScriptedWorld({
    published,
    script: {
      "fc@2000#0": { score: 0.93, curve: [0.9, 0.8] },
      "fc@6000#0": { error: "out of memory" },
    },
  });
  const exitCode = await world.call(...reproduce(folder.path, "--profile", "quick", "--json"));
  const { cases, ...document } = JSON.parse(world.out);
  assert.equal(exitCode, 3);
  assert.deepEqual(document, {
    schemaVersion: 1,
    profile: "quick",
    dataset: { name: "strokes", sha256: published.bands.bands[0]!.dataset.sha256 },
    exitCode: 3,
  });
  const FIELDS = "case model latents labels seed engine backend score metric band verdict reason " +
    "digests epochs bestEpoch seconds record";
  for (const c of cases) assert.deepEqual(Object.keys(c), FIELDS.split(" "));
  const [inBand, noBand, missing] = cases;
  const record = await scriptedRecord({ ...parseCase("fc@250"), seed: 0 }, { score: 0.9 });
  assert.ok(record.status === "ok");
  assert.deepEqual(inBand, {
    case: "fc@250#0",
    model: "fc",
    latents: null,
    labels: 250,
    seed: 0,
    engine: "exact",
    backend: "wasm",
    score: 0.9,
    metric: "accuracy",
    band: { lo: 0.8, hi: 0.95 },
    verdict: "pass",
    reason: "90.00 % against the band 80.00 % to 95.00 %",
    digests: { ...record.result.digests, plan: record.provenance.plan },
    epochs: 6,
    bestEpoch: 3,
    seconds: 1.5,
    record: (await storedAs(record)).file,
  });
  assert.deepEqual(
    [noBand.verdict, noBand.band, noBand.score, noBand.epochs, noBand.bestEpoch],
    ["no-band", null, 0.93, 2, 1],
  );
  assert.deepEqual(
    [missing.verdict, missing.score, missing.digests, missing.record, missing.engine],
    ["missing", null, null, null, null],
  );
});

Deno.test("reproduce fails where scores are out of their bands, and says which and how far", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({
    script: { "fc@250#0": { score: 0.7999 }, "fc@2000#0": { score: 0.9501 } },
  });
  assert.equal(await world.call(...reproduce(folder.path, "--profile", "quick")), 1);
  assert.match(lineOf(world, "fc@250#0"), / 79\.99 % +80\.00 % - 95\.00 % +✗ low +6 +1\.5 s /);
  assert.match(lineOf(world, "fc@2000#0"), / 95\.01 % +80\.00 % - 95\.00 % +✗ high /);
  assert.match(world.out, /^fc@250#0: 79\.99 % against the band 80\.00 % to 95\.00 %: too low$/m);
  assert.match(world.out, /^fc@2000#0: 95\.01 % .*: too good to be this model$/m);
  assert.match(world.out, /^strokes, 3 cases: 1 low, 1 high, 1 pass$/m);
});

Deno.test("reproduce fails where a case differs from the reference run, however good its score", async () => {
  await using folder = await temporaryFolder();
  const c = { ...parseCase("fc@250"), seed: 0 };
  const reference = await storedAs(
    await scriptedRecord(c, { score: 0.9, weights: "the author's" }),
  );
  const world = new ScriptedWorld({ published: { ...PUBLISHED, records: [reference] } });
  assert.equal(await world.call(...reproduce(folder.path, "--profile", "quick")), 1);
  assert.match(lineOf(world, "fc@250#0"), /✗ differs/);
  assert.match(
    world.out,
    /^fc@250#0: the weights have digest [0-9a-f]{12}, the published reference has [0-9a-f]{12}$/m,
  );
  assert.match(world.out, /^strokes, 3 cases: 1 differs, 2 pass$/m);
});

Deno.test("reproduce ends with 3 where a value was not finite, and names the epoch and step", async () => {
  await using folder = await temporaryFolder();
  const fails = "Cannot go on training: the training loss is not finite in epoch 2, step 3";
  const world = new ScriptedWorld({ script: { "fc@250#0": { fails, epoch: 2, step: 3 } } });
  assert.equal(await world.call(...reproduce(folder.path, "--profile", "quick")), 3);
  assert.deepEqual(world.ran, QUICK);
  assert.match(lineOf(world, "fc@250#0"), /✗ failed/);
  assert.match(world.out, new RegExp(`^fc@250#0: ${fails}$`, "m"));
  assert.match(world.err, new RegExp(`^\\[1/3\\] fc@250#0  failed: ${fails}$`, "m"));
});

Deno.test("reproduce ends with 1 where one case is low and another failed", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({
    script: { "fc@250#0": { fails: "loss", epoch: 1, step: 1 }, "fc@2000#0": { score: 0.5 } },
  });
  assert.equal(await world.call(...reproduce(folder.path, "--profile", "quick")), 1);
});

Deno.test("reproduce ends with 0 where no band was measured, and says so", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  assert.equal(await world.call(...reproduce(folder.path, "--only", "fc@123#0")), 0);
  assert.match(lineOf(world, "fc@123#0"), /· no band/);
  assert.match(world.out, /^strokes, 1 case: 1 no band$/m);
});

Deno.test("reproduce goes on when a worker dies, and ends with 3", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({ script: { "fc@250#0": { error: "the worker died: oops" } } });
  const args = reproduce(folder.path, "--profile", "quick");
  assert.equal(await world.call(...args), 3);
  assert.match(world.err, /^\[1\/3\] fc@250#0 {2}could not run: the worker died: oops$/m);
  assert.match(lineOf(world, "fc@250#0"), /\? missing$/);
  assert.deepEqual(await casesIn(folder.path), ["fc@2000#0", "fc@6000#0"]);
  const next = new ScriptedWorld();
  assert.equal(await next.call(...args), 0);
  assert.deepEqual(next.ran, ["fc@250#0"]);
});

Deno.test("reproduce, interrupted, keeps what was finished, and the next call goes on", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({ script: { "fc@2000#0": "interrupt" } });
  const args = reproduce(folder.path, "--profile", "quick");
  assert.equal(await world.call(...args), 130);
  assert.deepEqual(world.ran, ["fc@250#0", "fc@2000#0"]);
  assert.deepEqual(await casesIn(folder.path), ["fc@250#0"]);
  assert.match(world.err, /^Interrupted: what had finished is kept, and the same command goes on/m);
  assert.match(world.out, /^strokes, 3 cases: 1 pass, 2 missing$/m);
  assert.equal(world.listeners, 0);
  const next = new ScriptedWorld();
  assert.equal(await next.call(...args), 0);
  assert.deepEqual(next.ran, ["fc@2000#0", "fc@6000#0"]);
});

Deno.test("reproduce --json, interrupted, still prints its document, and the notice elsewhere", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({ script: { "fc@250#0": "interrupt" } });
  const exitCode = await world.call(...reproduce(folder.path, "--profile", "smoke", "--json"));
  assert.equal(exitCode, 130);
  assert.equal(JSON.parse(world.out).exitCode, 130);
  assert.match(world.err, /^Interrupted: /m);
});

Deno.test("reproduce writes the page of its dataset, and leaves the page of another alone", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/index.html`, "MNIST's page");
  const world = new ScriptedWorld();
  await world.call(...reproduce(folder.path, "--profile", "smoke"));
  assert.deepEqual(namesIn(folder.path), ["index.html", "records", "strokes.html"]);
  assert.equal(await Deno.readTextFile(`${folder.path}/index.html`), "MNIST's page");
  assert.match(world.out, new RegExp(`^Report: ${folder.path}/strokes.html$`, "m"));
  const page = await Deno.readTextFile(`${folder.path}/strokes.html`);
  assert.match(page, /^<!doctype html>/i);
  assert.ok(page.includes("fc@250#0"));
});

Deno.test("reproduce renders the page while cases run, and the page says that it is not done", async () => {
  await using folder = await temporaryFolder();
  const page = `${folder.path}/strokes.html`;
  const world = new ScriptedWorld();
  const runCases = world.runCases.bind(world);
  const clock = performance.now;
  const during: string[] = [];
  world.runCases = (cases, options, events) =>
    runCases(cases, options, {
      ...events,
      onRecord: async (c, record) => {
        performance.now = () => clock.call(performance) + 60_000 * (during.length + 1);
        await events.onRecord(c, record);
        during.push(await Deno.readTextFile(page));
      },
    });
  try {
    await world.call(...reproduce(folder.path, "--profile", "quick"));
  } finally {
    performance.now = clock;
  }
  assert.equal(during.length, 3);
  for (const html of during) assert.match(html, /Still running/);
  assert.doesNotMatch(await Deno.readTextFile(page), /Still running/);
});

Deno.test("reproduce meets an unusable file before it runs anything, whichever case it is of", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(...reproduce(folder.path, "--profile", "smoke"));
  const [name] = namesIn(`${folder.path}/records`);
  await Deno.writeTextFile(`${folder.path}/records/${name}`, "{");
  assert.equal(await world.call(...reproduce(folder.path, "--only", "fc@6000#0")), 3);
  assert.deepEqual(world.ran, []);
  assert.match(
    world.err,
    new RegExp(`^error: Cannot use the record .*/${name}: it is not JSON`, "m"),
  );
});

Deno.test("reproduce --fresh puts a new record in the place of an unusable one", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  const args = reproduce(folder.path, "--profile", "quick");
  await world.call(...args);
  for (const name of namesIn(`${folder.path}/records`)) {
    await Deno.writeTextFile(`${folder.path}/records/${name}`, "{");
  }
  assert.equal(await world.call(...args), 3);
  assert.deepEqual(world.ran, []);
  assert.equal(await world.call(...args, "--dry-run", "--fresh"), 0);
  assert.equal(namesIn(`${folder.path}/records`).length, 3);
  assert.equal(await world.call(...args, "--fresh"), 0);
  assert.deepEqual(await casesIn(folder.path), [...QUICK].sort());
});

Deno.test("reproduce gives each case the cores that cases side by side leave over", async () => {
  await using folder = await temporaryFolder();
  const given: string[] = [];
  const world = new ScriptedWorld({}, 7);
  const runCases = world.runCases.bind(world);
  world.runCases = (cases, options, events) => {
    given.push(`${options.jobs} x ${options.threads}`);
    return runCases(cases, options, events);
  };
  const args = reproduce(folder.path, "--profile", "quick", "--fresh");
  await world.call(...args);
  assert.match(world.err, /3 to run, 3 side by side, up to 2 threads each: about /);
  await world.call(...args, "--jobs", "1");
  await world.call(...args, "--threads", "8");
  await world.call(...args, "--threads", "1");
  assert.match(world.err, /3 to run, 3 side by side: about /);
  assert.deepEqual(given, ["3 x 2", "1 x 7", "3 x 8", "3 x 1"]);
});

Deno.test("reproduce --backend runs the build that was asked for", async () => {
  await using folder = await temporaryFolder();
  const builds: string[] = [];
  const world = new ScriptedWorld();
  const runCases = world.runCases.bind(world);
  world.runCases = (cases, options, events) => {
    builds.push(`${options.kernels.build}, ${options.jobs}`);
    return runCases(cases, options, events);
  };
  const args = reproduce(folder.path, "--profile", "quick", "--fresh");
  await world.call(...args, "--backend", "wasm-emulated", "--jobs", "1");
  await world.call(...args, "--backend", "wasm", "--jobs", "9");
  assert.deepEqual(builds, ["wasm-emulated, 1", "wasm, 3"]);
});
