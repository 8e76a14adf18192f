import assert from "node:assert/strict";
import {
  bandOf,
  bandsOf,
  lossBandOf,
  scriptedRecord,
  ScriptedWorld,
} from "../../tests/scripted_world.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { type Case, parseCase } from "../matrix/case.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { Record } from "../store/record.ts";
import { Store } from "../store/store.ts";

const MNIST = { name: "mnist" as const, sha256: "1".repeat(64) };
const FASHION = { name: "idx" as const, sha256: "f".repeat(64) };

function caseOf(name: string): Case {
  return { ...parseCase(name), seed: 0 };
}

/** Stores a record of `strokes` with a score of 90 %, or what `changes` make of it. */
async function plant(
  results: string,
  name: string,
  changes: Partial<Pick<Record, "dataset" | "numericVersion">> = {},
): Promise<void> {
  const record = await scriptedRecord(caseOf(name), { score: 0.9 });
  await new Store(results).write({ ...record, ...changes });
}

Deno.test("check gives a verdict on every record in the folder, and writes nothing", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  await plant(folder.path, "fc@99");
  const world = new ScriptedWorld();
  assert.equal(await world.call("check", "--results", folder.path), 0);
  assert.match(world.out, /^fc@99#0 .*· no band.*\nfc@250#0 .*✓ pass/m);
  assert.match(world.out, /^strokes, 2 cases: 1 no band, 1 pass$/m);
  assert.deepEqual(namesIn(folder.path), ["records"]);
});

Deno.test("check of an empty folder ends with 3 and the way out", async () => {
  await using folder = await temporaryFolder();
  for (const results of [folder.path, `${folder.path}/not-there`]) {
    const world = new ScriptedWorld();
    assert.equal(await world.call("check", "--results", results), 3);
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
  assert.equal(await world.call("check", "--results", folder.path, "--profile", "quick"), 3);
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
    assert.equal(await world.call("check", "--results", folder.path, axis), 3);
    assert.match(world.out, /\? missing/);
  });
}

Deno.test("check holds encoders against bands of losses, and misses the encoder of a head", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  await store.write(await scriptedRecord(caseOf("vae20"), { score: 58.8361 }));
  await plant(folder.path, "ae20@2000");
  const bands = bandsOf(lossBandOf("vae20"), bandOf("ae20@2000"));
  const world = new ScriptedWorld({ published: { bands, records: [] } });
  assert.equal(await world.call("check", "--results", folder.path), 0);
  assert.match(world.out, /^vae20#0 +58\.84 +58\.00 - 60\.00 +✓ pass/m);
  assert.match(world.out, /^ae20@2000#0 +90\.00 % +80\.00 % - 95\.00 % +✓ pass/m);
  const args = ["check", "--results", folder.path, "--only", "ae20@2000#0"];
  assert.equal(await world.call(...args), 3);
  assert.match(world.out, /^ae20#0 +\? missing$/m);
  await store.write(await scriptedRecord(caseOf("vae20"), { score: 61 }));
  assert.equal(await world.call("check", "--results", folder.path), 1);
  assert.match(world.out, /^vae20#0 +61\.00 +58\.00 - 60\.00 +✗ high/m);
});

Deno.test("check --json gives a loss as it is, with the latents and the metric", async () => {
  await using folder = await temporaryFolder();
  const record = await scriptedRecord(caseOf("vae20"), { score: 58.8361 });
  await new Store(folder.path).write(record);
  const published = { bands: bandsOf(lossBandOf("vae20")), records: [] };
  const world = new ScriptedWorld({ published });
  assert.equal(await world.call("check", "--results", folder.path, "--json"), 0);
  const [{ model, latents, labels, score, metric, band, verdict }] = JSON.parse(world.out).cases;
  assert.deepEqual({ model, latents, labels, score, metric, band, verdict }, {
    model: "vae",
    latents: 20,
    labels: null,
    score: 58.8361,
    metric: "loss",
    band: { lo: 58, hi: 60 },
    verdict: "pass",
  });
});

Deno.test("check calls a record of another numeric version stale, and ends with 3", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250", { numericVersion: NUMERIC_VERSION + 1 });
  const world = new ScriptedWorld();
  assert.equal(await world.call("check", "--results", folder.path), 3);
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
  assert.equal(await world.call("check", "--results", folder.path), 0);
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
  assert.equal(await world.call("check", "--results", folder.path), 1);
  assert.match(world.out, /^strokes, 1 case: 1 pass$/m);
  assert.match(world.out, /^mnist, 1 case: 1 low$/m);
  assert.equal(await world.call("check", "--results", folder.path, "--dataset", "strokes"), 0);
  assert.doesNotMatch(world.out, /mnist/);
});

Deno.test("check --json prints the exit code it ends with, and nothing but the document", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  const world = new ScriptedWorld({ published: { bands: bandsOf(), records: [] } });
  const args = ["check", "--results", folder.path, "--json"];
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
  assert.equal(await world.call("check", "--results", folder.path, "--json"), 2);
  assert.equal(world.out, "");
  assert.equal(
    world.err,
    `error: Cannot print one JSON document: ${folder.path} holds records of 2 datasets; name one ` +
      "with --dataset\n",
  );
  const one = await world.call("check", "--results", folder.path, "--json", "--dataset", "strokes");
  assert.equal(one, 0);
  assert.equal(JSON.parse(world.out).dataset.name, "strokes");
});

Deno.test("check --dataset of which there is no record ends with 3 and the way out", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  const world = new ScriptedWorld();
  assert.equal(await world.call("check", "--results", folder.path, "--dataset", "mnist"), 3);
  assert.match(world.err, /^error: Cannot find any mnist record in /);
});

Deno.test("report renders one page a dataset, and none overwrites another", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  await plant(folder.path, "fc@500", { dataset: MNIST });
  await plant(folder.path, "fc@1000", { dataset: FASHION });
  const world = new ScriptedWorld();
  assert.equal(await world.call("report", "--results", folder.path), 0);
  const pages = ["idx-ffffffffffff.html", "index.html", "strokes.html"];
  assert.deepEqual(namesIn(folder.path), [...pages, "records"].sort());
  assert.deepEqual(
    world.out.trimEnd().split("\n").sort(),
    pages.map((page) => `Report: ${folder.path}/${page}`),
  );
  const cases = ["fc@1000#0", "fc@500#0", "fc@250#0"];
  for (const [i, page] of pages.entries()) {
    const html = await Deno.readTextFile(`${folder.path}/${page}`);
    assert.deepEqual(cases.filter((name) => html.includes(name)), [cases[i]]);
  }
});

Deno.test("report --dataset renders that dataset's page only", async () => {
  await using folder = await temporaryFolder();
  await plant(folder.path, "fc@250");
  await plant(folder.path, "fc@500", { dataset: MNIST });
  const world = new ScriptedWorld();
  assert.equal(await world.call("report", "--results", folder.path, "--dataset", "mnist"), 0);
  assert.deepEqual(namesIn(folder.path), ["index.html", "records"]);
});

Deno.test("report of an empty folder ends with 3, and makes no page", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  assert.equal(await world.call("report", "--results", folder.path), 3);
  assert.match(world.err, /^error: Cannot find any record in /);
  assert.deepEqual(namesIn(folder.path), []);
});
