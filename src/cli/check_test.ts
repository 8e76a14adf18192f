import assert from "node:assert/strict";
import { plant } from "../../tests/helpers/commands.ts";
import { bandOf, bandsOf, lossBandOf, ScriptedWorld } from "../../tests/scripted_world.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";

const MNIST = { name: "mnist" as const, sha256: "1".repeat(64) };

function check(results: string, ...more: readonly string[]): string[] {
  return ["check", "--results", results, ...more];
}

Deno.test("check gives a verdict on every record in the folder, and writes nothing", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  await plant(folder.path, "fc@99");
  const world = new ScriptedWorld();
  assert.equal(await world.call(...check(folder.path)), 0);
  assert.match(world.out, /^fc@99#0 .*· no band.*\nfc@250#0 .*✓ pass/m);
  assert.match(world.out, /^strokes, 2 cases: 1 no band, 1 pass$/m);
  assert.deepEqual(namesIn(folder.path), ["records"]);
});

Deno.test("check of an empty folder ends with 3 and the way out", async () => {
  await using folder = await temporaryFolder();
  for (const results of [folder.path, `${folder.path}/not-there`]) {
    const world = new ScriptedWorld();
    assert.equal(await world.call(...check(results)), 3);
    assert.equal(
      world.err,
      `error: Cannot find any record in ${results}: run deno task reproduce first, or name its ` +
        "--results folder\n",
    );
    assert.equal(world.out, "");
  }
});

Deno.test("check --profile says which of its cases are missing, and ends with 3", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  const world = new ScriptedWorld();
  assert.equal(await world.call(...check(folder.path, "--profile", "quick", "--only", "fc@*")), 3);
  assert.match(world.out, /^strokes, 3 cases: 1 pass, 2 missing$/m);
  assert.match(world.out, /^fc@2000#0 .*\? missing$/m);
});

for (
  const axis of ["--only=fc@300#1", "--labels=300", "--latents=2", "--seeds=2", "--seed=1"]
) {
  Deno.test(`check ${axis} says which of its cases are missing, and ends with 3`, async () => {
    await using folder = await temporaryFolder();
    await plant(folder.path, "fc@250");
    const world = new ScriptedWorld();
    assert.equal(await world.call(...check(folder.path, axis)), 3);
    assert.match(world.out, /\? missing/);
  });
}

Deno.test("check holds encoders against bands of losses, and misses the encoder of a head", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "vae20", { score: 58.8361 });
  await plant(folder.path, "ae20@2000");
  const bands = bandsOf(lossBandOf("vae20"), bandOf("ae20@2000"));
  const world = new ScriptedWorld({ published: { bands, records: [] } });
  assert.equal(await world.call(...check(folder.path)), 0);
  assert.match(world.out, /^vae20#0 +58\.84 nats\/digit +58\.00 to 60\.00 nats\/digit +✓ pass/m);
  assert.match(world.out, /^ae20@2000#0 +90\.00 % +80\.00 to 95\.00 % +✓ pass/m);
  const args = check(folder.path, "--only", "ae20@2000#0");
  assert.equal(await world.call(...args), 3);
  assert.match(world.out, /^ae20#0 +\? missing$/m);
  await plant(folder.path, "vae20", { score: 61 });
  assert.equal(await world.call(...check(folder.path)), 1);
  assert.match(world.out, /^vae20#0 +61\.00 nats\/digit +58\.00 to 60\.00 nats\/digit +✗ high/m);
});

Deno.test("check --json gives a loss as it is, with the latents and the metric", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "vae20", { score: 58.8361 });
  const published = { bands: bandsOf(lossBandOf("vae20")), records: [] };
  const world = new ScriptedWorld({ published });
  assert.equal(await world.call(...check(folder.path, "--json")), 0);
  const [{ model, latents, labels, score, metric, band, verdict }] = JSON.parse(world.out).cases;
  assert.deepEqual({ model, latents, labels, score, metric, band, verdict }, {
    model: "vae",
    latents: 20,
    labels: null,
    score: 58.8361,
    metric: "loss",
    band: { lo: 58, hi: 60, inSample: true },
    verdict: "pass",
  });
});

Deno.test("check calls a record of another numeric version stale, and ends with 3", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250", { numericVersion: NUMERIC_VERSION + 1 });
  const world = new ScriptedWorld();
  assert.equal(await world.call(...check(folder.path)), 3);
  assert.match(world.out, /^fc@250#0 .*\? stale/m);
  assert.match(
    world.out,
    new RegExp(
      `^fc@250#0: the record is of numeric version ${NUMERIC_VERSION + 1}, today's is ` +
        `${NUMERIC_VERSION}$`,
      "m",
    ),
  );
});

Deno.test("check judges today's record where one of another numeric version lies beside it", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250", { numericVersion: NUMERIC_VERSION + 1 });
  await plant(folder.path, "fc@250");
  const world = new ScriptedWorld();
  assert.equal(await world.call(...check(folder.path)), 0);
  assert.match(world.out, /^strokes, 1 case: 1 pass$/m);
});

Deno.test("check holds each dataset against its own bands", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  await plant(folder.path, "fc@250", { dataset: MNIST });
  const low = bandOf("fc@250", { dataset: MNIST, lo: 0.91, hi: 0.95 });
  const world = new ScriptedWorld({
    published: { bands: bandsOf(low, bandOf("fc@250")), records: [] },
  });
  assert.equal(await world.call(...check(folder.path)), 1);
  assert.match(world.out, /^strokes, 1 case: 1 pass$/m);
  assert.match(world.out, /^mnist, 1 case: 1 low$/m);
  assert.equal(await world.call(...check(folder.path, "--dataset", "strokes")), 0);
  assert.doesNotMatch(world.out, /mnist/);
});

Deno.test("check --json prints the exit code it ends with, and nothing but the document", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  const world = new ScriptedWorld({ published: { bands: bandsOf(), records: [] } });
  const args = check(folder.path, "--json");
  assert.equal(await world.call(...args, "--labels", "250,300", "--only", "fc@*"), 3);
  const { profile, dataset, cases, exitCode } = JSON.parse(world.out);
  assert.deepEqual([profile, dataset.name, exitCode], [null, "strokes", 3]);
  assert.deepEqual(
    cases.map((c: { case: string; verdict: string }) => [c.case, c.verdict]),
    [["fc@250#0", "no-band"], ["fc@300#0", "missing"]],
  );
  assert.equal(world.err, "");
});

Deno.test("check --json of two datasets is a usage error that names --dataset", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  await plant(folder.path, "fc@250", { dataset: MNIST });
  const world = new ScriptedWorld();
  assert.equal(await world.call(...check(folder.path, "--json")), 2);
  assert.equal(world.out, "");
  assert.equal(
    world.err,
    `error: Cannot print one JSON document: ${folder.path} holds records of 2 datasets; name one ` +
      "with --dataset\n",
  );
  const one = await world.call(...check(folder.path, "--json", "--dataset", "strokes"));
  assert.equal(one, 0);
  assert.equal(JSON.parse(world.out).dataset.name, "strokes");
});

Deno.test("check --dataset of which there is no record ends with 3 and the way out", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  const world = new ScriptedWorld();
  assert.equal(await world.call(...check(folder.path, "--dataset", "mnist")), 3);
  assert.match(world.err, /^error: Cannot find any mnist record in /);
});

Deno.test("check --junit writes a suite a dataset, beside what it prints", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  await plant(folder.path, "fc@250", { dataset: MNIST });
  const path = `${folder.path}/out/junit.xml`;
  const world = new ScriptedWorld();
  assert.equal(await world.call(...check(folder.path, "--junit", path)), 0);
  const suites = [...(await Deno.readTextFile(path)).matchAll(/<testsuite name="(\w+)"/g)];
  assert.deepEqual(suites.map(([, name]) => name).sort(), ["mnist", "strokes"]);
  assert.match(world.out, /^strokes, 1 case: 1 pass$/m);
});

Deno.test("check --junit to a path that cannot be written ends with 3 and names it", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  const world = new ScriptedWorld();
  const path = `${folder.path}/records`;
  const args = check(folder.path, "--json", "--junit", path);
  assert.equal(await world.call(...args), 3);
  assert.ok(world.err.startsWith(`error: Cannot write ${path}: `), world.err);
  assert.equal(world.out, "");
  assert.deepEqual(namesIn(folder.path), ["records"]);
});

Deno.test("check tells GitHub Actions what does not pass, and nobody else", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250", { score: 0.5 });
  const summary = `${folder.path}/summary.md`;
  const environment = { GITHUB_ACTIONS: "true", GITHUB_STEP_SUMMARY: summary };
  const world = new ScriptedWorld({ environment });
  assert.equal(await world.call(...check(folder.path, "--json")), 1);
  assert.equal(
    world.err,
    "::error title=fc@250#0 (strokes)%3A low::50.00 %25 against the band 80.00 to 95.00 %25: " +
      "worse than this model does\n",
  );
  assert.equal(JSON.parse(world.out).exitCode, 1);
  assert.match(await Deno.readTextFile(summary), /^### Latentbench: strokes, 1 case: 1 low$/m);
  const elsewhere = new ScriptedWorld();
  await elsewhere.call(...check(folder.path));
  assert.equal(elsewhere.err, "");
});

Deno.test("check --against says what moved, and fails where the exact engine's bits did", async () => {
  await using folder = await temporaryFolder();
  const [here, there] = [`${folder.path}/here`, `${folder.path}/there`];
  await plant(here, "fc@250", { score: 0.9, weights: "new" });
  await plant(there, "fc@250", { score: 0.91, weights: "old" });
  await plant(here, "fc@500");
  await plant(there, "fc@500");
  const world = new ScriptedWorld();
  assert.equal(await world.call(...check(here)), 0);
  const args = check(here, "--against", there);
  assert.equal(await world.call(...args), 1);
  assert.match(world.out, new RegExp(`^Against ${there}: 1 moved, 1 the same bits$`, "m"));
  assert.match(
    world.out,
    /^fc@250#0 +91\.00 % +90\.00 % +-1\.00 pp +moved +nothing that the records name$/m,
  );
  assert.match(world.out, /^strokes, 2 cases: 1 differs, 1 no band$/m);
  const reason =
    `its weights, outputs, predictions, score differ from ${there}: 91.00 % there, 90.00 % here`;
  const junit = `${folder.path}/junit.xml`;
  assert.equal(await world.call(...args, "--json", "--junit", junit), 1);
  const { against, cases, exitCode } = JSON.parse(world.out);
  assert.deepEqual(cases.map((c: { verdict: string }) => c.verdict), ["differs", "no-band"]);
  const xml = await Deno.readTextFile(junit);
  assert.ok(xml.includes(`<failure message="${reason}" type="differs"/>`), xml);
  assert.equal(exitCode, 1);
  assert.equal(against.results, there);
  assert.deepEqual(
    against.cases.map((c: { case: string; relation: string; broken: boolean }) => [
      c.case,
      c.relation,
      c.broken,
    ]),
    [["fc@250#0", "moved", true], ["fc@500#0", "same bits", false]],
  );
});

Deno.test("check --against lets a verdict's exit code stand where no bits moved", async () => {
  await using folder = await temporaryFolder();
  const [here, there] = [`${folder.path}/here`, `${folder.path}/there`];
  await plant(here, "fc@250");
  await plant(there, "fc@250");
  await plant(there, "fc@2000");
  const engine = "tfjs-node" as const;
  await plant(here, "fc@6000", { engine, score: 0.9, weights: "new" });
  await plant(there, "fc@6000", { engine, score: 0.91, weights: "old" });
  const world = new ScriptedWorld();
  const args = check(here, "--against", there);
  assert.equal(await world.call(...args), 0);
  assert.match(
    world.out,
    /: 1 the same bits, 1 of other engines, 1 only there\nonly there: fc@2000#0\n/,
  );
  assert.match(world.out, /^fc@6000#0 tfjs-node +91\.00 % +90\.00 % +-1\.00 pp +not compared$/m);
  assert.equal(await world.call(...args, "--only", "fc@300#0"), 3);
  await plant(here, "fc@250", { score: 0.5 });
  assert.equal(await world.call(...args), 1);
});

Deno.test("check --against of another numeric version says so, and does not fail for it", async () => {
  await using folder = await temporaryFolder();
  const [here, there] = [`${folder.path}/here`, `${folder.path}/there`];
  await plant(here, "fc@250", { weights: "new" });
  await plant(there, "fc@250", { weights: "old", numericVersion: NUMERIC_VERSION + 1 });
  const world = new ScriptedWorld();
  assert.equal(await world.call(...check(here, "--against", there)), 0);
  assert.match(
    world.out,
    new RegExp(` moved +numeric version ${NUMERIC_VERSION + 1} -> ${NUMERIC_VERSION}$`, "m"),
  );
});

Deno.test("check --against compares dataset by dataset, and names those that are only there", async () => {
  await using folder = await temporaryFolder();
  const [here, there] = [`${folder.path}/here`, `${folder.path}/there`];
  await plant(here, "fc@250");
  await plant(there, "fc@250");
  await plant(there, "fc@250", { dataset: MNIST, weights: "other" });
  const world = new ScriptedWorld();
  const args = check(here, "--against", there);
  assert.equal(await world.call(...args), 0);
  assert.match(world.out, /: 1 the same bits$/m);
  assert.equal(world.err, `Only in ${there}: 1 record of mnist (SHA-256 111111111111...)\n`);
  assert.equal(await world.call(...args, "--dataset", "strokes"), 0);
  assert.equal(world.err, "");
});

Deno.test("check --against a folder without records ends with 3 and the way out", async () => {
  await using folder = await temporaryFolder();
  const here = `${folder.path}/here`;
  await plant(here, "fc@250");
  await plant(folder.path, "fc@250", { dataset: MNIST });
  for (
    const [there, which, ...more] of [
      [`${folder.path}/not-there`, ""],
      [folder.path, "strokes ", "--dataset", "strokes"],
    ] as [string, string, ...string[]][]
  ) {
    const world = new ScriptedWorld();
    const args = check(here, "--against", there, ...more);
    assert.equal(await world.call(...args), 3);
    assert.equal(
      world.err,
      `error: Cannot compare with ${there}: there is no ${which}record in it; name a results ` +
        "folder with --against\n",
    );
    assert.equal(world.out, "");
  }
});

Deno.test("check --against a folder with a broken record ends with 3 and names it", async () => {
  await using folder = await temporaryFolder();
  const there = `${folder.path}/there`;
  await plant(folder.path, "fc@250");
  await Deno.mkdir(`${there}/records`, { recursive: true });
  await Deno.writeTextFile(`${there}/records/broken.json`, "{");
  const world = new ScriptedWorld();
  assert.equal(await world.call(...check(folder.path, "--against", there)), 3);
  assert.ok(
    world.err.startsWith(`error: Cannot use the record ${there}/records/broken.json: `),
    world.err,
  );
});

Deno.test("check shows statistics where there are two seeds, below the verdicts and as JSON", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250#0", { score: 0.9 });
  const world = new ScriptedWorld();
  await world.call(...check(folder.path));
  assert.doesNotMatch(world.out, /Over seeds/);
  await world.call(...check(folder.path, "--json"));
  assert.deepEqual(JSON.parse(world.out).seeds, { means: [], differences: [] });
  await plant(folder.path, "fc@250#1", { score: 0.92 });
  await plant(folder.path, "conv@250#0", { score: 0.93 });
  await plant(folder.path, "conv@250#1", { score: 0.95 });
  await world.call(...check(folder.path));
  // t(0.975, 1) s / sqrt(2) = 12.7062 0.01: more than an accuracy can be, as two seeds say little.
  assert.match(world.out, /^fc@250#1 [^]*^fc@250 +2 +91\.00 % +78\.29 to 103\.71 %$/m);
  assert.match(
    world.out,
    /^conv@250 - fc@250 +2 +\+3\.00 pp .* undecided: 2 pairs are too few, 6 are the least$/m,
  );
  await world.call(...check(folder.path, "--json"));
  const { means, differences } = JSON.parse(world.out).seeds;
  assert.deepEqual(means.map(({ name, n }: { name: string; n: number }) => [name, n]), [
    ["fc@250", 2],
    ["conv@250", 2],
  ]);
  assert.equal(differences[0].decision, "too few pairs");
});
