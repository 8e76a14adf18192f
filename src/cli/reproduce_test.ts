/** What reproduce runs, in which order, and how it ends. */
import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import {
  casesIn,
  lineOf,
  QUICK,
  reproduce,
  reproduceQuick,
  reproduceSmoke,
} from "../../tests/helpers/commands.ts";
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
import { Store } from "../store/store.ts";

Deno.test("reproduce runs what has no record, and a second call runs nothing", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  assert.equal(await world.call(...reproduceQuick(folder.path)), 0);
  assert.deepEqual(world.ran, QUICK);
  assert.ok(
    world.err.startsWith(`Dataset: strokes (drawn), SHA-256 ${STROKES_SHA256.slice(0, 12)}...\n`),
  );
  assert.match(world.err, /^Cases: 3 of profile quick, 3 to run, 2 side by side: about /m);
  assert.equal(await world.call(...reproduceQuick(folder.path)), 0);
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
  await world.call(...reproduceQuick(folder.path, "--labels", "6000,250,2000"));
  assert.deepEqual(world.ran, QUICK);
});

Deno.test("reproduce --fresh runs cases again that have a record, and keeps the new one", async () => {
  await using folder = await temporaryFolder();
  const before = new ScriptedWorld({ script: { "*": { score: 0.85 } } });
  await before.call(...reproduceQuick(folder.path));
  const world = new ScriptedWorld({ script: { "*": { score: 0.91 } } });
  assert.equal(await world.call(...reproduceQuick(folder.path, "--fresh")), 0);
  assert.deepEqual(world.ran, QUICK);
  const stored = await new Store(folder.path).readAll();
  assert.deepEqual(
    stored.map(({ record }) => record.status === "ok" && record.result.score),
    [0.91, 0.91, 0.91],
  );
});

Deno.test("reproduce runs a failed case again", async () => {
  await using folder = await temporaryFolder();
  const args = reproduceSmoke(folder.path);
  const failing = new ScriptedWorld({ script: { "*": { fails: "loss", epoch: 1, step: 1 } } });
  assert.equal(await failing.call(...args), 3);
  const world = new ScriptedWorld();
  assert.equal(await world.call(...args), 0);
  assert.deepEqual(world.ran, ["fc@250#0"]);
});

Deno.test("reproduce does not take another dataset's record for its own", async () => {
  await using folder = await temporaryFolder();
  const c = caseOf("fc@250");
  const record = await scriptedRecord(c, { score: 0.9 });
  const dataset = { name: "mnist" as const, sha256: "0".repeat(64) };
  await new Store(folder.path).write({ ...record, dataset });
  const world = new ScriptedWorld();
  await world.call(...reproduceSmoke(folder.path));
  assert.deepEqual(world.ran, ["fc@250#0"]);
  assert.match(world.out, /^strokes, 1 case: 1 pass$/m);
});

Deno.test("reproduce --only takes a glob from the matrix, and runs and shows nothing else", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(...reproduceSmoke(folder.path));
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
  const args = reproduceQuick(`${folder.path}/new`, "--dry-run");
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
  await world.call(...reproduceSmoke(folder.path));
  await world.call(...reproduceQuick(folder.path, "--dry-run"));
  assert.match(world.out, /^fc@2000#0 .*\nfc@6000#0 .*\n\n2 cases, /);
  await world.call(...reproduceSmoke(folder.path, "--dry-run"));
  assert.equal(world.out, "Nothing to run: every case has a record\n");
});

Deno.test("reproduce fails where scores are out of their bands, and says which and how far", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({
    script: { "fc@250#0": { score: 0.7999 }, "fc@2000#0": { score: 0.9501 } },
  });
  assert.equal(await world.call(...reproduceQuick(folder.path)), 1);
  assert.match(lineOf(world, "fc@250#0"), / 79\.99 % +80\.00 to 95\.00 % +✗ low +6 +1\.5 s /);
  assert.match(lineOf(world, "fc@2000#0"), / 95\.01 % +80\.00 to 95\.00 % +✗ high /);
  assert.match(
    world.out,
    /^fc@250#0: 79\.99 % against the band 80\.00 to 95\.00 %: worse than this model does$/m,
  );
  assert.match(world.out, /^fc@2000#0: 95\.01 % .*: too good to be this model$/m);
  assert.match(world.out, /^strokes, 3 cases: 1 low, 1 high, 1 pass$/m);
});

Deno.test("reproduce fails where a case differs from the reference run, however good its score", async () => {
  await using folder = await temporaryFolder();
  const c = caseOf("fc@250");
  const reference = await storedAs(
    await scriptedRecord(c, { score: 0.9, weights: "the author's" }),
  );
  const world = new ScriptedWorld({ published: { ...PUBLISHED, records: [reference] } });
  assert.equal(await world.call(...reproduceQuick(folder.path)), 1);
  assert.match(lineOf(world, "fc@250#0"), /✗ differs/);
  assert.match(world.err, /^\[1\/3\] fc@250#0 .*, 1\.5 s {2}✗ differs: .* digest/m);
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
  assert.equal(await world.call(...reproduceQuick(folder.path)), 3);
  assert.deepEqual(world.ran, QUICK);
  assert.match(lineOf(world, "fc@250#0"), /✗ failed/);
  assert.match(world.out, new RegExp(`^fc@250#0: ${fails}$`, "m"));
  assert.match(world.err, new RegExp(`^\\[1/3\\] fc@250#0  ✗ failed: ${fails}$`, "m"));
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
  const args = reproduceQuick(folder.path);
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
  const args = reproduceQuick(folder.path);
  assert.equal(await world.call(...args), 130);
  assert.deepEqual(world.ran, ["fc@250#0", "fc@2000#0"]);
  assert.deepEqual(await casesIn(folder.path), ["fc@250#0"]);
  assert.match(world.err, /^Interrupted: what had finished is kept, and the same command goes on/m);
  assert.match(world.out, /^strokes, 3 cases: 1 pass, 2 missing$/m);
  const next = new ScriptedWorld();
  assert.equal(await next.call(...args), 0);
  assert.deepEqual(next.ran, ["fc@2000#0", "fc@6000#0"]);
});

Deno.test("reproduce that is terminated ends as one that is interrupted, with 143", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld({ script: { "fc@2000#0": "terminate" } });
  assert.equal(await world.call(...reproduceQuick(folder.path)), 143);
  assert.match(world.err, /^Interrupted: what had finished is kept, and the same command goes on/m);
  assert.match(world.out, /^strokes, 3 cases: 1 pass, 2 missing$/m);
});

Deno.test("reproduce meets an unusable file before it runs anything, whichever case it is of", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  await world.call(...reproduceSmoke(folder.path));
  const [name] = namesIn(`${folder.path}/records`);
  await Deno.writeTextFile(`${folder.path}/records/${name}`, "{");
  assert.equal(await world.call(...reproduce(folder.path, "--only", "fc@6000#0")), 3);
  assert.deepEqual(world.ran, []);
  assert.match(
    world.err,
    new RegExp(`^error: Cannot use the record .*/${name}: it is not JSON`, "m"),
  );
});

for (
  const [name, more] of [["checkpoints", []], ["locks", []], ["models", ["--save-models"]]] as const
) {
  Deno.test(`reproduce meets ${name} that cannot be written before it runs anything`, async () => {
    await using folder = await temporaryFolder();
    await Deno.writeTextFile(`${folder.path}/${name}`, "in the way");
    const world = new ScriptedWorld();
    assert.equal(await world.call(...reproduceSmoke(folder.path, ...more)), 3);
    assert.deepEqual(world.ran, []);
    assert.match(world.err, new RegExp(`^error: Cannot [^:]* ${folder.path}/${name}\\b`, "m"));
  });
}

Deno.test("reproduce --fresh puts a new record in the place of an unusable one", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  const args = reproduceQuick(folder.path);
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
  const quick = reproduceQuick(folder.path, "--dry-run");
  // A case of fc on the drawn digits may take 0.11 GB.
  const tight = new ScriptedWorld({ freeMemory: 250e6 });
  assert.equal(await tight.call(...quick, "--jobs", "3"), 0);
  assert.match(
    tight.err,
    /^Running 2 cases side by side, not 3: one may take 110 MB, and 250 MB are free$/m,
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
  const args = reproduceQuick(folder.path, "--fresh");
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
    assert.ok("kernels" in options.engine);
    builds.push(`${options.engine.kernels.build}, ${options.jobs}`);
    return runCases(cases, options, events);
  };
  const args = reproduceQuick(folder.path, "--fresh");
  await world.call(...args, "--backend", "wasm-emulated", "--jobs", "1");
  await world.call(...args, "--backend", "wasm", "--jobs", "9");
  assert.deepEqual(builds, ["wasm-emulated, 1", "wasm, 3"]);
});

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
  assert.deepEqual(world.ran, []);
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
