import assert from "node:assert/strict";
import {
  bandOf,
  bandsOf,
  identityOf,
  PUBLISHED,
  scriptedRecord,
  ScriptedWorld,
  storedAs,
} from "../../tests/scripted_world.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { readKernelBytes } from "../engines/exact/kernels.ts";
import { loadExactEngine } from "../engines/exact/load_exact_engine.ts";
import { formatCase, parseCase } from "../matrix/case.ts";
import { modelOf } from "../matrix/model_of.ts";
import { selectCases } from "../matrix/select_cases.ts";
import { initialParameters } from "../models/parameters.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { encodeSafetensors } from "../store/safetensors.ts";
import { recordFileName, Store } from "../store/store.ts";
import { readModel } from "../store/tensor_files.ts";
import { digestOfTensor, digestOfWeights } from "../training/digests.ts";

const QUICK = ["fc@250#0", "fc@2000#0", "fc@6000#0"];

/** A command line on the embedded dataset. */
function reproduce(results: string, ...more: string[]): string[] {
  return ["reproduce", "--dataset", "strokes", "--results", results, ...more];
}

async function casesIn(results: string): Promise<string[]> {
  const stored = await new Store(results).readAll();
  return stored.map(({ record }) => formatCase(record.case)).sort();
}

/** The table's line about a case. */
function lineOf(world: ScriptedWorld, name: string): string {
  return world.out.split("\n").find((line) => line.startsWith(`${name} `)) ?? "";
}

Deno.test("reproduce runs what has no record, and a second call runs nothing", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  assert.equal(
    await world.call(...reproduce(folder.path, "--profile", "quick", "--only", "fc@*")),
    0,
  );
  assert.deepEqual(world.ran, QUICK);
  assert.ok(
    world.err.startsWith(`Dataset: strokes (drawn), SHA-256 ${STROKES_SHA256.slice(0, 12)}...\n`),
  );
  assert.match(world.err, /^Cases: 3 of profile quick, 3 to run, 2 side by side: about /m);
  assert.equal(
    await world.call(...reproduce(folder.path, "--profile", "quick", "--only", "fc@*")),
    0,
  );
  assert.deepEqual(world.ran, []);
  assert.match(world.err, /^Cases: 3 of profile quick, 0 to run/m);
  assert.match(world.out, /^strokes, 3 cases: 3 pass$/m);
});

Deno.test("reproduce takes the profile headline unless told, and runs cheap cases first", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  assert.equal(await world.call(...reproduce(folder.path)), 0);
  const curve = [250, 500, 1000, 2000, 5000, 6000].map((n) => `fc@${n}#0`);
  assert.deepEqual(world.ran.filter((name) => name.startsWith("fc@")), curve);
  const others = world.ran.slice(curve.length);
  assert.deepEqual(
    others.toSorted(),
    ["ae20#0", "ae20@2000#0", "conv@6000#0", "vae20#0", "vae20@2000#0"],
  );
  // A head costs next to nothing: it is the next to run as soon as its encoder is there.
  for (const encoder of ["ae20", "vae20"]) {
    assert.equal(others.indexOf(`${encoder}@2000#0`), others.indexOf(`${encoder}#0`) + 1);
  }
});

Deno.test("reproduce orders cases by their cost, whatever the order they were named in", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(
    ...reproduce(folder.path, "--profile", "quick", "--only", "fc@*", "--labels", "6000,250,2000"),
  );
  assert.deepEqual(world.ran, QUICK);
});

Deno.test("reproduce --fresh runs cases again that have a record, and keeps the new one", async () => {
  await using folder = await temporaryFolder();
  await new ScriptedWorld({ script: { "*": { score: 0.85 } } })
    .call(...reproduce(folder.path, "--profile", "quick", "--only", "fc@*"));
  const world = new ScriptedWorld({ script: { "*": { score: 0.91 } } });
  assert.equal(
    await world.call(...reproduce(folder.path, "--profile", "quick", "--only", "fc@*", "--fresh")),
    0,
  );
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
    ...reproduce(folder.path, "--only", "fc@*", "--labels", "300, 250"),
    ...["--seeds", "2", "--seed", "7"],
  );
  assert.deepEqual(world.ran, ["fc@250#7", "fc@250#8", "fc@300#7", "fc@300#8"]);
});

Deno.test("reproduce --dry-run says what would run and its cost, runs and writes nothing", async () => {
  await using folder = await temporaryFolder();
  const bands = bandsOf(bandOf("fc@250", { epochs: 10 }), bandOf("fc@2000"), bandOf("fc@6000"));
  const world = new ScriptedWorld({ published: { bands, records: [] } });
  const args = reproduce(`${folder.path}/new`, "--profile", "quick", "--only", "fc@*", "--dry-run");
  assert.equal(await world.call(...args), 0);
  assert.deepEqual(world.ran, []);
  assert.deepEqual(namesIn(folder.path), []);
  const [lines, total] = world.out.split("\n\n").map((part) => part.trimEnd().split("\n"));
  assert.deepEqual(lines!.map((line) => line.split(" ")[0]), QUICK);
  assert.match(
    total![0]!,
    /^3 cases, \d+ GFLOP: about [0-9.]+ s on 1, [0-9.]+ s on 2 such machines \(--shard\)$/,
  );
  // 10 epochs, as the band says, of 7 batches.
  assert.match(lines![0]!, /^fc@250#0 +70 steps +[0-9.]+ GFLOP +[0-9.]+ s$/);
});

Deno.test("reproduce --dry-run leaves out what has a record, and says so when that is all", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(...reproduce(folder.path, "--profile", "smoke"));
  await world.call(...reproduce(folder.path, "--profile", "quick", "--only", "fc@*", "--dry-run"));
  assert.match(world.out, /^fc@2000#0 .*\nfc@6000#0 .*\n\n2 cases, /);
  await world.call(...reproduce(folder.path, "--profile", "smoke", "--dry-run"));
  assert.equal(world.out, "Nothing to run: every case has a record\n");
});

Deno.test("reproduce --quiet prints verdicts and no progress", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(...reproduce(folder.path, "--profile", "quick", "--only", "fc@*", "--quiet"));
  assert.equal(world.err, "");
  assert.match(world.out, /^strokes, 3 cases: 3 pass$/m);
});

Deno.test("reproduce --quiet still says why a case gave no record", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({ script: { "fc@250#0": { error: "out of memory" } } });
  await world.call(...reproduce(folder.path, "--profile", "quick", "--only", "fc@*", "--quiet"));
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
  const exitCode = await world.call(
    ...reproduce(folder.path, "--profile", "quick", "--only", "fc@*", "--json"),
  );
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
    ["missing", null, null, null, "exact"],
  );
});

Deno.test("reproduce fails where scores are out of their bands, and says which and how far", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({
    script: { "fc@250#0": { score: 0.7999 }, "fc@2000#0": { score: 0.9501 } },
  });
  assert.equal(
    await world.call(...reproduce(folder.path, "--profile", "quick", "--only", "fc@*")),
    1,
  );
  assert.match(lineOf(world, "fc@250#0"), / 79\.99 % +80\.00 % - 95\.00 % +✗ low +6 +1\.5 s /);
  assert.match(lineOf(world, "fc@2000#0"), / 95\.01 % +80\.00 % - 95\.00 % +✗ high /);
  assert.match(
    world.out,
    /^fc@250#0: 79\.99 % against the band 80\.00 % to 95\.00 %: worse than this model does$/m,
  );
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
  assert.equal(
    await world.call(...reproduce(folder.path, "--profile", "quick", "--only", "fc@*")),
    1,
  );
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
  assert.equal(
    await world.call(...reproduce(folder.path, "--profile", "quick", "--only", "fc@*")),
    3,
  );
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
  assert.equal(
    await world.call(...reproduce(folder.path, "--profile", "quick", "--only", "fc@*")),
    1,
  );
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
  const args = reproduce(folder.path, "--profile", "quick", "--only", "fc@*");
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
  const args = reproduce(folder.path, "--profile", "quick", "--only", "fc@*");
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

Deno.test("reproduce --junit writes its cases, and no others of the folder", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/junit.xml`;
  const script = { "fc@2000#0": { score: 0.5 }, "fc@6000#0": { error: "out of memory" } };
  await new ScriptedWorld().call(...reproduce(folder.path, "--only", "fc@500#0"));
  const world = new ScriptedWorld({ script });
  const args = reproduce(folder.path, "--profile", "quick", "--only", "fc@*", "--junit", path);
  assert.equal(await world.call(...args), 1);
  const document = await Deno.readTextFile(path);
  assert.match(document, /<testsuite name="strokes" tests="3" failures="1" errors="1" skipped="0"/);
  assert.match(document, /name="fc@2000#0" time="1\.500">\n *<failure /);
  assert.match(document, /name="fc@6000#0">\n *<error message="[^"]+" type="missing"\/>/);
});

Deno.test("reproduce --junit says from the start what has not run, also of --fresh", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/junit.xml`;
  await new ScriptedWorld().call(...reproduce(folder.path, "--profile", "smoke"));
  const world = new ScriptedWorld();
  const runCases = world.runCases.bind(world);
  let atStart = "";
  world.runCases = async (...args) => {
    atStart = await Deno.readTextFile(path);
    await runCases(...args);
  };
  const args = reproduce(folder.path, "--profile", "smoke", "--junit", path);
  assert.equal(await world.call(...args), 0);
  assert.match(atStart, /tests="1" failures="0" errors="0"/);
  assert.equal(await world.call(...args, "--fresh"), 0);
  assert.match(atStart, /tests="1" failures="0" errors="1"/);
  assert.match(await Deno.readTextFile(path), /tests="1" failures="0" errors="0"/);
});

Deno.test("reproduce --junit, interrupted, passes nothing that did not run", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/junit.xml`;
  const world = new ScriptedWorld({ script: { "fc@2000#0": "interrupt" } });
  const args = reproduce(folder.path, "--profile", "quick", "--only", "fc@*", "--junit", path);
  assert.equal(await world.call(...args), 130);
  assert.match(await Deno.readTextFile(path), /tests="3" failures="0" errors="2"/);
});

Deno.test("reproduce --junit to a path that cannot be written ends with 3 before any work", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  const args = reproduce(folder.path, "--profile", "smoke", "--quiet", "--junit", folder.path);
  assert.equal(await world.call(...args), 3);
  assert.ok(world.err.startsWith(`error: Cannot write ${folder.path}: `), world.err);
  assert.match(world.err, /or name another file with --junit\n$/);
  assert.deepEqual(world.ran, []);
  assert.deepEqual(namesIn(folder.path), []);
});

Deno.test("reproduce tells GitHub Actions what does not pass, in annotations and a summary", async () => {
  await using folder = await temporaryFolder();
  const summary = `${folder.path}/summary.md`;
  const world = new ScriptedWorld({
    environment: { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary },
    script: { "fc@250#0": { error: "out of memory" }, "fc@2000#0": { score: 0.5 } },
  });
  const args = reproduce(folder.path, "--profile", "quick", "--only", "fc@*", "--quiet");
  assert.equal(await world.call(...args), 1);
  assert.match(
    world.err,
    /^::error title=fc@2000#0 \(strokes\)%3A low::50\.00 %25 .*\n::warning title=fc@250#0 .*\n$/m,
  );
  const text = await Deno.readTextFile(summary);
  assert.match(text, /^### Latentbench: strokes, 3 cases: 1 missing, 1 low, 1 pass$/m);
  assert.match(text, /\| `fc@2000#0` .*\n\| `fc@250#0` .*\n\| `fc@6000#0` /);
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
      onFinished: async (c, finished) => {
        performance.now = () => clock.call(performance) + 60_000 * (during.length + 1);
        await events.onFinished(c, finished);
        during.push(await Deno.readTextFile(page));
      },
    });
  try {
    await world.call(...reproduce(folder.path, "--profile", "quick", "--only", "fc@*"));
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
  const args = reproduce(folder.path, "--profile", "quick", "--only", "fc@*");
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

Deno.test("reproduce runs no more cases side by side than there is memory for, and says so", async () => {
  await using folder = await temporaryFolder();
  const quick = reproduce(folder.path, "--profile", "quick", "--only", "fc@*", "--dry-run");
  // A case of fc on the drawn digits may take 0.11 GB.
  const tight = new ScriptedWorld({ freeMemory: 250e6 });
  assert.equal(await tight.call(...quick, "--jobs", "3"), 0);
  assert.match(
    tight.err,
    /^Running 2 cases side by side, not 3: one may take 0\.1 GB, and 0\.3 GB are free$/m,
  );
  assert.match(tight.err, /3 to run, 2 side by side/);
  const none = new ScriptedWorld({ freeMemory: 0 });
  assert.equal(await none.call(...quick), 0);
  assert.match(none.err, /3 to run, 1 side by side/);
  const enough = new ScriptedWorld({ freeMemory: 400e6 });
  assert.equal(await enough.call(...quick, "--jobs", "3"), 0);
  assert.match(enough.err, /3 to run, 3 side by side/);
  assert.doesNotMatch(enough.err, /GB/);
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
  const args = reproduce(folder.path, "--profile", "quick", "--only", "fc@*", "--fresh");
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
    assert.ok(options.engine.name === "exact");
    builds.push(`${options.engine.kernels.build}, ${options.jobs}`);
    return runCases(cases, options, events);
  };
  const args = reproduce(folder.path, "--profile", "quick", "--only", "fc@*", "--fresh");
  await world.call(...args, "--backend", "wasm-emulated", "--jobs", "1");
  await world.call(...args, "--backend", "wasm", "--jobs", "9");
  assert.deepEqual(builds, ["wasm-emulated, 1", "wasm, 3"]);
});

/** The file beside a case's record, as the store names it. */
async function fileOf(results: string, name: string, folder: string): Promise<string> {
  const { seed, ...configuration } = parseCase(name);
  const identity = identityOf({ ...configuration, seed: seed! });
  const record = await recordFileName(identity);
  return `${results}/${folder}/${record.replace(/json$/, "safetensors")}`;
}

async function resultOf(results: string, name: string) {
  const { seed, ...configuration } = parseCase(name);
  const stored = await new Store(results).read(identityOf({ ...configuration, seed: seed! }));
  assert.ok(stored?.record.status === "ok");
  return stored.record.result;
}

Deno.test("reproduce runs an encoder before its head, keeps what it leaves, and hands that on", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  assert.equal(await world.call(...reproduce(folder.path, "--only", "ae2@250#0")), 0);
  assert.deepEqual(world.ran, ["ae2#0", "ae2@250#0"]);
  assert.match(world.err, /^\[1\/2\] ae2#0 {2}58\.84 after 6 epochs \(best 3\), 1\.5 s$/m);
  assert.match(world.err, /^\[2\/2\] ae2@250#0 {2}90\.00 % after 6 epochs/m);
  assert.match(lineOf(world, "ae2#0"), / 58\.84 +· no band /);
  assert.match(world.out, /^strokes, 2 cases: 2 no band$/m);
  assert.deepEqual(
    namesIn(folder.path),
    ["artifacts", "embeddings", "records", "strokes.html"],
  );
  const page = await Deno.readTextFile(`${folder.path}/strokes.html`);
  assert.ok(page.includes(">58.84<"));
  assert.ok(!page.includes("5883.61"), "a loss is not in per cent");

  const encoder = await resultOf(folder.path, "ae2#0");
  assert.equal((await resultOf(folder.path, "ae2@250#0")).encoder, encoder.digests.weights);
  const learnedFrom = world.learnedFrom.get("ae2@250#0")!;
  assert.equal(learnedFrom.encoder, encoder.digests.weights);
  const { latents, values } = learnedFrom.embeddings;
  assert.equal(latents, 2);
  const digests = await Promise.all(
    (["train", "validation", "test"] as const).map((split) =>
      digestOfTensor({ name: split, shape: [], values: values[split] })
    ),
  );
  assert.deepEqual(encoder.artifacts!.slice(0, 3).map(({ sha256 }) => sha256), digests);
});

Deno.test("reproduce runs an encoder again whose embeddings a head needs and cannot use, with a line", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(...reproduce(folder.path, "--only", "ae2#0"));
  const path = await fileOf(folder.path, "ae2#0", "embeddings");
  const head = (labels: number) => reproduce(folder.path, "--quiet", "--only", `ae2@${labels}#0`);

  assert.equal(await world.call(...head(250)), 0);
  assert.deepEqual(world.ran, ["ae2@250#0"], "a stored encoder does not run again");
  assert.equal(world.err, "");

  await Deno.remove(path);
  assert.equal(await world.call(...head(250)), 0);
  assert.deepEqual(world.ran, [], "nothing needs the embeddings");
  assert.equal(await world.call(...head(300)), 0);
  assert.deepEqual(world.ran, ["ae2#0", "ae2@300#0"]);
  assert.match(world.err, /^ae2#0 runs again: Cannot read .*\.safetensors: .*\n$/);
  assert.equal(world.err.split("\n").length, 2);

  const bytes = await Deno.readFile(path);
  bytes[bytes.length - 2]! ^= 1;
  await Deno.writeFile(path, bytes);
  assert.equal(await world.call(...head(350)), 0);
  assert.deepEqual(world.ran, ["ae2#0", "ae2@350#0"]);
  assert.equal(
    world.err,
    `ae2#0 runs again: Cannot use ${path}: its test-embeddings are not those of the record of ` +
      "ae2#0; remove the file, and the encoder runs again\n",
  );
  assert.equal((await new Store(folder.path).readAll()).length, 4);
});

for (
  const [what, script, reason] of [
    [
      "fails",
      { fails: "it diverged", epoch: 2, step: 7 },
      "Cannot use its encoder, ae2#0: it failed",
    ],
    ["dies", { error: "out of memory" }, "Cannot find a record of its encoder, ae2#0"],
  ] as const
) {
  Deno.test(`reproduce ends with 3 where an encoder ${what}: its heads could not run, others do`, async () => {
    await using folder = await temporaryFolder();
    const world = new ScriptedWorld({ script: { "ae2#0": script } });
    const axes = ["--latents", "2,3", "--labels", "250", "--only", "ae*"];
    assert.equal(await world.call(...reproduce(folder.path, "--quiet", ...axes)), 3);
    assert.deepEqual(world.ran.toSorted(), ["ae2#0", "ae2@250#0", "ae3#0", "ae3@250#0"]);
    const said = world.err.split("\n").map((line) => line.replace(/^\[\d\/4\] /, ""));
    assert.ok(said.includes(`ae2@250#0  could not run: ${reason}`), world.err);
    assert.match(lineOf(world, "ae2@250#0"), /\? missing$/);
    assert.match(lineOf(world, "ae3@250#0"), /· no band/);
    assert.deepEqual(await casesIn(folder.path), [
      ...what === "fails" ? ["ae2#0"] : [],
      ...["ae3#0", "ae3@250#0"],
    ]);
  });
}

Deno.test("reproduce, interrupted in an encoder, goes on with it and its head in the next call", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({ script: { "ae2#0": "interrupt" } });
  const args = reproduce(folder.path, "--only", "ae2@250#0");
  assert.equal(await world.call(...args), 130);
  assert.deepEqual(world.ran, ["ae2#0"]);
  assert.match(world.out, /^strokes, 2 cases: 2 missing$/m);
});

Deno.test("reproduce --save-models writes the weights of the cases that run, and says where", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({
    script: { "fc@2000#0": { fails: "it diverged", epoch: 1, step: 1 } },
  });
  await world.call(...reproduce(folder.path, "--only", "fc@6000#0"));
  assert.ok(!namesIn(folder.path).includes("models"));
  await world.call(
    ...reproduce(folder.path, "--profile", "quick", "--only", "fc@*", "--save-models"),
  );
  assert.deepEqual(world.ran, ["fc@250#0", "fc@2000#0"]);
  const record = await recordFileName(identityOf({ ...parseCase("fc@250"), seed: 0 }));
  const path = `${folder.path}/models/fc@250#0-${record.slice(0, 12)}.safetensors`;
  assert.deepEqual(
    namesIn(`${folder.path}/models`).map((name) => `${folder.path}/models/${name}`),
    [path],
  );
  assert.ok(world.err.includes(`(best 3), 1.5 s, saved as ${path}\n`), world.err);
  assert.match(world.err, /fc@2000#0 {2}failed: it diverged\n/);
  const model = await readModel(path);
  assert.equal(formatCase(model.case), "fc@250#0");
  assert.equal(model.datasetSha256, STROKES_SHA256);
  assert.equal(model.weightsDigest, (await resultOf(folder.path, "fc@250#0")).digests.weights);
});

/** A saved encoder of two dimensions, as --save-models writes it, with initial weights. */
const AE2 = modelOf({ model: "ae", latents: 2, labels: null }, 784);
const AE2_WEIGHTS = initialParameters(AE2, 0);

async function saveEncoder(path: string, changes: object = {}): Promise<string> {
  const metadata = {
    "case": "ae2#0",
    "dataset": STROKES_SHA256,
    "numeric-version": `${NUMERIC_VERSION}`,
    "weights": await digestOfWeights(AE2_WEIGHTS),
    ...changes,
  };
  await Deno.writeFile(path, encodeSafetensors(AE2_WEIGHTS, metadata));
  return metadata.weights;
}

Deno.test("reproduce --encoder embeds with the saved encoder, and runs its heads alone", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/encoder.safetensors`, results = `${folder.path}/results`;
  const weights = await saveEncoder(file);
  const world = new ScriptedWorld();
  const args = ["--profile", "full", "--seeds", "1", "--latents", "2", "--labels", "250"];
  const exitCode = await world.call(
    ...reproduce(results, ...args, "--only", "*ae2@250#0", "--encoder", file),
  );
  assert.equal(exitCode, 2, "the heads of vae2 are none of ae2");
  assert.deepEqual(world.ran, []);
  assert.equal(
    await world.call(...reproduce(results, "--only", "wide-ae2@250#0", "--encoder", file)),
    0,
  );
  assert.deepEqual(world.ran, ["wide-ae2@250#0"]);
  assert.ok(world.err.includes(`Embedding strokes with ae2#0 of ${file}\n`), world.err);
  assert.match(world.out, /^strokes, 1 case: 1 no band$/m);
  assert.equal((await resultOf(results, "wide-ae2@250#0")).encoder, weights);
  assert.deepEqual(await casesIn(results), ["wide-ae2@250#0"]);
  assert.deepEqual(namesIn(results), ["records", "strokes.html"]);

  const { encoder, embeddings } = world.learnedFrom.get("wide-ae2@250#0")!;
  assert.equal(encoder, weights);
  assert.equal(embeddings.latents, 2);
  const { splits } = await world.loadDataset({
    dataset: "strokes",
    directory: null,
    environment: {},
    notify: () => {},
  });
  const engine = await loadExactEngine(await readKernelBytes(), null, () => {});
  const session = await engine.open(AE2, splits, 0);
  await session.setWeights(AE2_WEIGHTS);
  for (const split of ["train", "validation", "test"] as const) {
    assert.equal(embeddings.values[split].length, splits[split].count * 2);
    const { outputs } = await session.evaluate(split, 20, 1);
    assert.deepEqual(embeddings.values[split].subarray(0, 40), outputs);
  }
});

/** What is wrong with the saved encoder, and what is said of it. */
const REFUSED_ENCODERS: readonly (readonly [what: string, changes: object, reason: string])[] = [
  [
    "another dataset",
    { dataset: "1234567890ab".padEnd(64, "0") },
    "it was trained on a dataset with SHA-256 1234567890ab..., not on strokes",
  ],
  [
    "another numeric version",
    { "numeric-version": `${NUMERIC_VERSION + 1}` },
    `it is of numeric version ${NUMERIC_VERSION + 1}, not ${NUMERIC_VERSION}`,
  ],
];

for (const [what, changes, reason] of REFUSED_ENCODERS) {
  Deno.test(`reproduce --encoder with one of ${what} is a usage error, and nothing runs`, async () => {
    await using folder = await temporaryFolder();
    const file = `${folder.path}/encoder.safetensors`;
    await saveEncoder(file, changes);
    const world = new ScriptedWorld();
    const results = `${folder.path}/results`;
    const args = reproduce(results, "--only", "ae2@250#0", "--encoder", file);
    assert.equal(await world.call(...args), 2);
    assert.equal(world.err, `error: Cannot use the encoder ${file}: ${reason}\n`);
    assert.deepEqual([world.ran, world.out], [[], ""]);
    assert.deepEqual(namesIn(folder.path), ["encoder.safetensors"]);
  });
}

Deno.test("reproduce --encoder for heads of another encoder is a usage error, and nothing runs", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/encoder.safetensors`;
  await saveEncoder(file);
  const world = new ScriptedWorld();
  for (const only of ["ae2@250#1", "ae3@250#0", "vae2@250#0", "wide-vae2@250#0", "fc@250#0"]) {
    const args = reproduce(`${folder.path}/results`, "--only", only, "--encoder", file);
    assert.equal(await world.call(...args), 2, only);
    const start = `error: Cannot use the encoder ${file}: it is ae2#0, and `;
    assert.ok(world.err.startsWith(start), world.err);
    assert.match(world.err, / is no head of it; select its heads, as in --only '[^']+'\n$/);
    assert.deepEqual([world.ran, world.out], [[], ""]);
    assert.deepEqual(namesIn(folder.path), ["encoder.safetensors"]);
  }
});

Deno.test("reproduce --encoder names a selection of heads that it takes itself", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/encoder.safetensors`;
  await saveEncoder(file);
  const world = new ScriptedWorld();
  const args = reproduce(`${folder.path}/results`, "--only", "fc@250#0", "--encoder", file);
  assert.equal(await world.call(...args), 2);
  const [, only] = world.err.match(/--only '([^']+)'\n$/)!;
  const axes = { labels: null, latents: [2], seeds: null, firstSeed: 0, only: only! };
  const selected = selectCases({ profile: "full", ...axes }, 55_000).map(formatCase);
  assert.deepEqual(selected.filter((name) => /(^|-)ae2[@#]/.test(name)), selected);
  assert.ok(selected.includes("ae2@2000#0"));
});

Deno.test("reproduce --encoder with no head selected is a usage error, and nothing runs", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/encoder.safetensors`;
  await saveEncoder(file);
  const world = new ScriptedWorld();
  const args = reproduce(`${folder.path}/results`, "--only", "ae2#0", "--encoder", file);
  assert.equal(await world.call(...args), 2);
  assert.match(
    world.err,
    /^error: Cannot use the encoder .*: it is ae2#0, and .*--only '[^']+'\n$/,
  );
  assert.deepEqual([world.ran, world.out], [[], ""]);
});

Deno.test("reproduce --encoder refuses a saved classifier, for it embeds nothing", async () => {
  await using folder = await temporaryFolder();
  const file = `${folder.path}/encoder.safetensors`;
  await saveEncoder(file, { case: "fc@250#0" });
  const world = new ScriptedWorld();
  const args = reproduce(`${folder.path}/results`, "--only", "ae2@250#0", "--encoder", file);
  assert.equal(await world.call(...args), 2);
  assert.match(world.err, /^error: Cannot use the encoder .*: it is fc@250#0, /);
  assert.ok(!world.err.includes("fc@250@2000"), world.err);
  assert.deepEqual([world.ran, world.out], [[], ""]);
});

for (
  const [what, plant] of [
    ["not there", null],
    ["no safetensors", "an encoder"],
  ] as const
) {
  Deno.test(`reproduce --encoder with a file that is ${what} ends with 3 and names it`, async () => {
    await using folder = await temporaryFolder();
    const file = `${folder.path}/encoder.safetensors`;
    if (plant !== null) await Deno.writeTextFile(file, plant);
    const world = new ScriptedWorld();
    const args = reproduce(`${folder.path}/results`, "--only", "ae2@250#0", "--encoder", file);
    assert.equal(await world.call(...args), 3);
    assert.ok(world.err.startsWith(`error: Cannot read ${file}: `), world.err);
    assert.deepEqual([world.ran, world.out], [[], ""]);
  });
}

Deno.test("reproduce refuses an engine that is not installed, and options that it has no use for", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({ environment: { XDG_CACHE_HOME: folder.path } });
  const call = (...more: string[]) => world.call(...reproduce(folder.path, ...more));
  assert.equal(await call("--engine", "tfjs-node", "--backend", "native"), 3);
  assert.equal(
    world.err,
    "error: Cannot use the engine tfjs-node: it is not installed; " +
      "run deno task engine tfjs-node\n",
  );
  assert.equal(await call("--engine", "tfjs-cpu", "--backend", "wasm"), 2);
  assert.match(world.err, /Cannot use --backend wasm: it is a build of exact, not of tfjs-cpu/);
  assert.equal(await call("--engine", "tfjs-webgpu", "--threads", "2"), 2);
  assert.match(world.err, /Cannot use 2 threads: tfjs-webgpu computes on one/);
  assert.equal(await call("--engine", "torch"), 2);
  assert.match(world.err, /--engine .*torch.* Allowed choices are exact, tfjs-node, tfjs-webgpu/);
  assert.deepEqual(world.ran, []);
});

Deno.test("engine says what it cannot install, and where", async () => {
  const world = new ScriptedWorld();
  assert.equal(await world.call("engine", "tfjs-cpu"), 3);
  assert.match(world.err, /there is no cache folder; set XDG_CACHE_HOME to one/);
  assert.equal(await world.call("engine", "exact"), 2);
  assert.match(world.err, /Allowed choices are tfjs-node, tfjs-webgpu, tfjs-cpu/);
});

Deno.test("reproduce --shard runs its part, encoders with their heads, whatever is done already", async () => {
  await using folder = await temporaryFolder();
  const parts: string[][] = [];
  for (const shard of ["1/3", "2/3", "3/3"]) {
    const world = new ScriptedWorld();
    assert.equal(await world.call(...reproduce(`${folder.path}/${shard[0]}`, "--shard", shard)), 0);
    parts.push([...world.ran]);
    assert.match(world.out, new RegExp(`^strokes, ${world.ran.length} cases: `, "m"));
  }
  assert.deepEqual(parts.map((part) => part.filter((name) => name.includes("20"))).flat().sort(), [
    ...["ae20#0", "ae20@2000#0", "fc@2000#0", "vae20#0", "vae20@2000#0"],
  ]);
  const whole = new ScriptedWorld();
  await whole.call(...reproduce(`${folder.path}/whole`));
  assert.deepEqual(parts.flat().sort(), whole.ran.toSorted());
  for (const part of parts) {
    assert.equal(part.includes("vae20#0"), part.includes("vae20@2000#0"));
  }
  // A shard that finds everything done in its folder still owns the same cases.
  const again = new ScriptedWorld();
  await again.call(...reproduce(`${folder.path}/whole`, "--shard", "2/3"));
  assert.deepEqual(again.ran, []);
  assert.match(
    again.err,
    new RegExp(`^Cases: ${parts[1]!.length} of profile headline, 0 to run`, "m"),
  );
  for (const wrong of ["0/3", "4/3", "1", "1/0", "a/b", "1/3/5"]) {
    assert.equal(await again.call(...reproduce(folder.path, "--shard", wrong)), 2);
    assert.match(again.err, /It must be a part of a number of parts, as in 1\/4\./);
  }
});
