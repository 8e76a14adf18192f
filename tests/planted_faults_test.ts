/**
 * Faults that bands pass, planted in runs of an engine that promises no bits, and the checks that catch
 * them. The engine is `helpers/naive_engine.ts`, float64 and formulas alone: it differs from the exact
 * engine as much as any right engine may. `docs/other_engines.md` has the same faults in TensorFlow.
 * @module
 */
import assert from "node:assert/strict";
import { findBand } from "../src/checks/bands.ts";
import { checkStore, type Published, readPublished } from "../src/checks/check_store.ts";
import { contradictionIn } from "../src/checks/self_check.ts";
import { testLabelsOf } from "../src/checks/test_labels.ts";
import { compareWithTwin } from "../src/checks/twin.ts";
import { type Dataset, type Samples, sliceSamples, type Splits } from "../src/data/dataset.ts";
import { drawStrokes, STROKES_SHA256 } from "../src/data/strokes.ts";
import { drawNoise } from "../src/engines/tfjs/noise.ts";
import { type Case, dependencyOf, formatCase } from "../src/matrix/case.ts";
import { modelOf } from "../src/matrix/model_of.ts";
import { stddevOf } from "../src/models/autoencoder.ts";
import { selectParameters } from "../src/models/parameters.ts";
import { captureEnvironment } from "../src/runner/environment.ts";
import { findExactEngine } from "../src/runner/find_kernels.ts";
import { type EncodedDataset, runCase } from "../src/runner/run_case.ts";
import type { OkRecord } from "../src/store/record.ts";
import { embed } from "../src/training/encode.ts";
import { train } from "../src/training/train.ts";
import { caseOf } from "./helpers/case_of.ts";
import { type Faults, NaiveEngine } from "./helpers/naive_engine.ts";
import { storedAs } from "./scripted_world.ts";

const STROKES = drawStrokes();
const DATASET: Dataset = { name: "strokes", sha256: STROKES_SHA256, splits: STROKES };
const CASE = caseOf("fc@500#0");
const PUBLISHED = await readPublished();
const ENVIRONMENT = await captureEnvironment();

/** What a run is wrong in: the samples, or the engine. */
interface Planted {
  readonly splits?: Partial<Splits>;
  readonly engine?: Faults;
}

async function run(
  { splits = {}, engine = {} }: Planted,
  c: Case = CASE,
  encoded: EncodedDataset | null = null,
): Promise<OkRecord> {
  const dataset = { ...DATASET, splits: { ...STROKES, ...splits } };
  const { record } = await runCase(c, dataset, new NaiveEngine(engine), ENVIRONMENT, { encoded });
  assert.ok(record.status === "ok");
  return record;
}

/** The checks that a record does not pass, each by itself. */
function caughtBy(record: OkRecord, published: Published): string[] {
  const { result, case: c } = record;
  const band = findBand(published.bands, STROKES_SHA256, c);
  const twin = published.records.map(({ record }) => record).find((other) =>
    other.engine === "exact" && other.dataset.sha256 === STROKES_SHA256 &&
    formatCase(other.case) === formatCase(c)
  );
  assert.ok(twin?.status === "ok");
  return [
    ...band !== null && (result.score < band.lo || result.score > band.hi) ? ["band"] : [],
    ...contradictionIn(result, testLabelsOf(STROKES_SHA256)) === null ? [] : ["predictions"],
    ...compareWithTwin(c, result, twin.result).filter(({ agrees }) => !agrees)
      .map(({ detector }) => detector),
  ];
}

async function verdictOn(record: OkRecord, published: Published): Promise<string> {
  const stored = [await storedAs(record)];
  const [checked] = checkStore([], "exact", stored, { sha256: STROKES_SHA256 }, published);
  return `${checked!.verdict}: ${checked!.reason}`;
}

/** Every hundredth label is the next digit. */
function shifted({ labels, ...samples }: Samples): Samples {
  return { ...samples, labels: labels.map((label, i) => i % 100 === 0 ? (label + 1) % 10 : label) };
}

/** One after the other, as in MNIST's training file. */
function joined(first: Samples, then: Samples): Samples {
  return {
    count: first.count + then.count,
    width: first.width,
    values: Uint8Array.from([...first.values, ...then.values]),
    labels: Uint8Array.from([...first.labels, ...then.labels]),
  };
}

Deno.test("a right engine passes every check, and has the published score", async () => {
  const record = await run({});
  assert.deepEqual(caughtBy(record, PUBLISHED), []);
  assert.match(await verdictOn(record, PUBLISHED), /^pass: .*test score 0\.00 pp off/);
});

const { train: training, validation, test } = STROKES;
/** What catches each, but for the digest of the labels, which is told apart. */
const FAULTS: readonly (readonly [
  fault: string,
  planted: Planted,
  caughtBy: readonly string[],
  digest: boolean,
])[] = [
  ["there is no bias", { engine: { noBias: true } }, ["loss", "validation", "score"], false],
  [
    "1 % of the training labels are others",
    { splits: { train: shifted(training) } },
    ["loss", "validation", "score"],
    true,
  ],
  [
    "1 % of the test labels are others",
    { splits: { test: shifted(test) } },
    ["predictions", "score"],
    true,
  ],
  [
    "training stops by the test set",
    { splits: { validation: test } },
    ["validation", "score"],
    true,
  ],
  [
    "the validation set is trained on",
    { splits: { train: joined(validation, training) } },
    ["loss", "validation", "score"],
    true,
  ],
  ["Adam's beta2 is 0.99", { engine: { beta2: 0.99 } }, ["score"], false],
  ["the best weights do not come back", { engine: { keepsLast: true } }, ["score"], false],
];

for (const [fault, planted, expected, digest] of FAULTS) {
  Deno.test(`the checks of an engine without bits see that ${fault}`, async () => {
    const record = await run(planted);
    const caught = caughtBy(record, PUBLISHED);
    assert.equal(caught.includes("labels"), digest);
    assert.deepEqual(caught.filter((detector) => detector !== "labels"), expected);
    assert.match(await verdictOn(record, PUBLISHED), /^differs: /);
  });
}

Deno.test("the checks of an engine without bits see that a head learns from samples of a vae's codes", async () => {
  const c = caseOf("vae2+300@250#0");
  const { means, samples } = await encodedBy(dependencyOf(c)!);
  const exact = await (await findExactEngine(null, null, () => {})).engine;
  const { record: published } = await runCase(c, DATASET, exact, ENVIRONMENT, { encoded: means });
  const reference = {
    bands: { ...PUBLISHED.bands, bands: [] },
    records: [await storedAs(published)],
  };
  assert.deepEqual(caughtBy(await run({}, c, means), reference), []);
  const record = await run({}, c, samples);
  const caught = caughtBy(record, reference);
  assert.ok(caught.includes("loss"), `${caught}`);
  assert.match(await verdictOn(record, reference), /^differs: .* first training loss is /);
});

/** What a vae of one epoch makes of `strokes`: its means, and samples about them. */
async function encodedBy(encoder: Case) {
  const { engine } = await findExactEngine(null, null, () => {});
  const spec = modelOf(encoder, training.width);
  const splits = { ...STROKES, train: sliceSamples(training, 0, 300) };
  const session = await engine.open(spec, splits, encoder.seed);
  const { weights, digests } = await train(spec, session, splits, encoder.seed, { maxEpochs: 1 });
  await session.close();
  const means = await embed(engine, { spec, weights }, splits);
  const stddev = stddevOf(spec)!;
  const other = await engine.open(stddev, splits, 0);
  await other.setWeights(selectParameters(stddev, weights));
  const values = { ...means.values };
  for (const split of ["train", "validation", "test"] as const) {
    const { count } = splits[split];
    const { outputs } = await other.evaluate(split, count, 1);
    const indices = Uint32Array.from({ length: count }, (_, i) => i);
    const eps = drawNoise(encoder.seed, `noise/${split}`, 1, indices, means.latents);
    values[split] = means.values[split].map((mean, i) => mean + eps[i]! * outputs[i]!);
  }
  await other.close();
  return {
    means: { embeddings: means, encoder: digests.weights },
    samples: { embeddings: { ...means, values }, encoder: digests.weights },
  };
}
