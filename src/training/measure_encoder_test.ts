/** The measurements of an encoder, against naive formulas and against the losses of the whole model. */
import assert from "node:assert/strict";
import { sliceSamples, type Splits } from "../data/dataset.ts";
import { drawStrokes } from "../data/strokes.ts";
import { readKernelBytes } from "../engines/exact/kernels.ts";
import { loadExactEngine } from "../engines/exact/load_exact_engine.ts";
import { ae, lae, vae } from "../models/autoencoder.ts";
import { initialParameters } from "../models/parameters.ts";
import type { ModelSpec } from "../models/spec.ts";
import { embed } from "./encode.ts";
import { measureEncoder } from "./measure_encoder.ts";
import { meanOf } from "./score.ts";

const PIXELS = { kind: "pixels", width: 784 } as const;
const STROKES = drawStrokes();
const SPLITS: Splits = {
  train: sliceSamples(STROKES.train, 0, 150),
  validation: sliceSamples(STROKES.validation, 0, 10),
  test: sliceSamples(STROKES.test, 0, 60),
};
const ENGINE = await loadExactEngine(await readKernelBytes(), null, () => {});
const LATENTS = 4;

async function measured(spec: ModelSpec) {
  const model = { spec, weights: initialParameters(spec, 3) };
  const embeddings = await embed(ENGINE, model, SPLITS);
  return { model, embeddings, found: await measureEncoder(ENGINE, model, SPLITS, embeddings) };
}

function assertNear(found: number, expected: number, tolerance = 1e-9): void {
  const error = Math.abs(found - expected) / Math.max(1e-12, Math.abs(expected));
  assert.ok(error <= tolerance, `${found} is not ${expected}`);
}

Deno.test("the KL terms of the latents add up to the KL term in the test loss", async () => {
  const { model, found } = await measured(vae(PIXELS, LATENTS));
  const session = await ENGINE.open(model.spec, SPLITS, 3);
  const { divergences } = await session.evaluate("test", SPLITS.test.count, 1);
  await session.close();
  assert.equal(found.klPerLatent!.length, LATENTS);
  const total = found.klPerLatent!.reduce((sum, kl) => sum + kl, 0);
  assertNear(total, meanOf(divergences!), 1e-5);
  assert.ok(total > 0.1);
  assert.equal(found.activeByKl, found.klPerLatent!.filter((kl) => kl > 0.05).length);
});

Deno.test("an encoder without noise has no KL terms", async () => {
  for (const spec of [ae(PIXELS, LATENTS), lae(PIXELS, LATENTS)]) {
    const { found } = await measured(spec);
    assert.equal(found.klPerLatent, null);
    assert.equal(found.activeByKl, null);
  }
});

Deno.test("spread, offset, rank and condition follow from the training codes", async () => {
  const { embeddings, found } = await measured(lae(PIXELS, LATENTS));
  const codes = embeddings.values.train;
  const column = (k: number) => Array.from({ length: 150 }, (_, i) => codes[i * LATENTS + k]!);
  const mean = (values: number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;
  const columns = Array.from({ length: LATENTS }, (_, k) => column(k));
  const means = columns.map(mean);
  const covariance = columns.map((x, i) =>
    columns.map((y, j) => mean(x.map((value, row) => (value - means[i]!) * (y[row]! - means[j]!))))
  );
  const variances = covariance.map((row, i) => row[i]!);
  const trace = variances.reduce((sum, x) => sum + x, 0);
  const sds = variances.map(Math.sqrt).sort((a, b) => a - b);
  assertNear(found.medianSd, (sds[1]! + sds[2]!) / 2);
  assertNear(found.offsetOverSd!, Math.sqrt(means.reduce((sum, m) => sum + m * m, 0) / trace));
  const squares = covariance.flat().reduce((sum, x) => sum + x * x, 0);
  assertNear(found.effectiveRank!, trace * trace / squares);
  assert.ok(found.effectiveRank! >= 1 && found.effectiveRank! <= LATENTS);
  assert.ok(found.conditionNumber! >= 1);
  assertNear(found.positiveShare, codes.filter((x) => x > 0).length / codes.length);
  assert.equal(found.activeByVariance, variances.filter((x) => x > 0.01).length);
});

Deno.test("the AE's leaky latent has more positive codes, or smaller negative ones, than the linear one", async () => {
  const [leaky, linear] = [await measured(ae(PIXELS, 2)), await measured(lae(PIXELS, 2))];
  // The same initial weights, so that the codes differ by the activation alone.
  for (const [i, code] of linear.embeddings.values.train.entries()) {
    const expected = code > 0 ? code : Math.fround(code * Math.fround(0.2));
    assert.equal(leaky.embeddings.values.train[i], expected);
  }
});

Deno.test("neighbours are looked for among the first 100 labels, and 2,000 if there are so many", async () => {
  const { found } = await measured(lae(PIXELS, LATENTS));
  assert.deepEqual(found.nearestNeighbours.map(({ labels }) => labels), [100]);
  const { accuracy } = found.nearestNeighbours[0]!;
  assert.ok(accuracy > 0.2 && accuracy <= 1, `${accuracy}`);
});

Deno.test("codes that never vary have no offset, rank or condition", async () => {
  const spec = lae(PIXELS, 2);
  const model = { spec, weights: initialParameters(spec, 3) };
  const values = {
    train: new Float32Array(300).fill(1),
    validation: new Float32Array(20).fill(1),
    test: new Float32Array(120).fill(1),
  };
  const found = await measureEncoder(ENGINE, model, SPLITS, { latents: 2, values });
  assert.equal(found.offsetOverSd, null);
  assert.equal(found.effectiveRank, null);
  assert.equal(found.conditionNumber, null);
  assert.equal(found.activeByVariance, 0);
  assert.equal(found.positiveShare, 1);
});
