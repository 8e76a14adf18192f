/** Encoders and their heads: in one run, and heads of a saved encoder. */
import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import { casesIn, lineOf, reproduce, resultOf } from "../../tests/helpers/commands.ts";
import { identityOf, ScriptedWorld } from "../../tests/scripted_world.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { readKernelBytes } from "../engines/exact/kernels.ts";
import { loadExactEngine } from "../engines/exact/load_exact_engine.ts";
import { formatCase, ORIGINAL } from "../matrix/case.ts";
import { modelOf } from "../matrix/model_of.ts";
import { selectCases, WHOLE_PROFILE } from "../matrix/select_cases.ts";
import { initialParameters } from "../models/parameters.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { encodeSafetensors } from "../store/safetensors.ts";
import { recordFileName, Store } from "../store/store.ts";
import { digestOfTensor, digestOfWeights } from "../training/digests.ts";

/** The file beside a case's record, as the store names it. */
async function fileOf(results: string, name: string, folder: string): Promise<string> {
  const record = await recordFileName(identityOf(caseOf(name)));
  return `${results}/${folder}/${record.replace(/json$/, "safetensors")}`;
}

Deno.test("reproduce runs an encoder before its head, keeps what it leaves, and hands that on", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  assert.equal(await world.call(...reproduce(folder.path, "--only", "ae2@250#0")), 0);
  assert.deepEqual(world.ran, ["ae2#0", "ae2@250#0"]);
  assert.match(
    world.err,
    /^\[1\/2\] ae2#0 {2}58\.84 nats\/digit after 6 epochs \(best 3\), 1\.5 s {2}· no band$/m,
  );
  assert.match(world.err, /^\[2\/2\] ae2@250#0 {2}90\.00 % after 6 epochs/m);
  assert.match(lineOf(world, "ae2#0"), / 58\.84 nats\/digit +· no band /);
  assert.match(world.out, /^strokes, 2 cases: 2 no band$/m);
  assert.deepEqual(namesIn(folder.path), ["artifacts", "embeddings", "records", "strokes.html"]);
  const page = await Deno.readTextFile(`${folder.path}/strokes.html`);
  assert.ok(page.includes(">58.84 nats/digit<"));
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

/** A saved encoder of two dimensions, as --save-models writes it, with initial weights. */
const AE2 = modelOf({ ...ORIGINAL, model: "ae", latents: 2, labels: null }, 784);
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

const SELECT = "select its heads, as in --only 'ae2@2000#0'";

/** What is refused: changes of the saved encoder's metadata, what is selected, and what is said. */
const REFUSED: readonly (readonly [
  what: string,
  only: string,
  reason: string,
  changes?: object,
])[] = [
  [
    "one of another dataset",
    "ae2@250#0",
    "it was trained on a dataset with SHA-256 1234567890ab..., not on strokes",
    { dataset: "1234567890ab".padEnd(64, "0") },
  ],
  [
    "one of another numeric version",
    "ae2@250#0",
    `it is of numeric version ${NUMERIC_VERSION + 1}, not ${NUMERIC_VERSION}`,
    { "numeric-version": `${NUMERIC_VERSION + 1}` },
  ],
  [
    "a saved classifier, which embeds nothing",
    "ae2@250#0",
    "it is fc@250#0, a classifier; give the encoder that its heads are to learn from",
    { case: "fc@250#0" },
  ],
  ...["ae2@250#1", "ae3@250#0", "vae2@250#0", "wide-vae2@250#0", "fc@250#0"].map((only) =>
    [`${only} selected`, only, `it is ae2#0, and ${only} is no head of it; ${SELECT}`] as const
  ),
  ["no head selected", "ae2#0", `it is ae2#0, and no head of it is selected; ${SELECT}`],
];

for (const [what, only, reason, changes] of REFUSED) {
  Deno.test(`reproduce --encoder with ${what} is a usage error, and nothing runs`, async () => {
    await using folder = await temporaryFolder();
    const file = `${folder.path}/encoder.safetensors`;
    await saveEncoder(file, changes);
    const world = new ScriptedWorld();
    const args = reproduce(`${folder.path}/results`, "--only", only, "--encoder", file);
    assert.equal(await world.call(...args), 2);
    assert.equal(world.err, `error: Cannot use the encoder ${file}: ${reason}\n`);
    assert.deepEqual([world.ran, world.out], [[], ""]);
    assert.deepEqual(namesIn(folder.path), ["encoder.safetensors"]);
  });
}

Deno.test("reproduce --encoder names a selection of heads that it takes itself", () => {
  const [, only] = SELECT.match(/--only '([^']+)'$/)!;
  const axes = { ...WHOLE_PROFILE, latents: [2], only: only! };
  const selected = selectCases({ profile: "full", ...axes }, 55_000).map(formatCase);
  assert.deepEqual(selected.filter((name) => /(^|-)ae2[@#]/.test(name)), selected);
  assert.ok(selected.includes("ae2@2000#0"));
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
