/** What a trained autoencoder leaves, on the engine that ships, held against decoding by hand. */
import assert from "node:assert/strict";
import { sliceSamples, type Splits } from "../data/dataset.ts";
import { drawStrokes } from "../data/strokes.ts";
import type { Engine } from "../engines/engine.ts";
import { readKernelBytes } from "../engines/exact/kernels.ts";
import { loadExactEngine } from "../engines/exact/load_exact_engine.ts";
import { ae, vae } from "../models/autoencoder.ts";
import { initialParameters, type Tensor } from "../models/parameters.ts";
import type { ModelSpec } from "../models/spec.ts";
import { Stream } from "../random/stream.ts";
import { embeddingsIn, encode, MAP_SIDE, PICTURED, RECONSTRUCTED } from "./encode.ts";

const PIXELS = { kind: "pixels", width: 784 } as const;
const STROKES = drawStrokes();
const FEW = few(7, 3, 5);
const SEED = 6;
const ENGINE = await loadExactEngine(await readKernelBytes(), null, () => {});

/** The parts of a session that encode() has no use for. */
const UNUSED = {
  backend: "fake",
  digests: { plan: "", kernels: "" },
  step: () => assert.fail("stepped"),
  weights: () => assert.fail("weights were asked for"),
  state: () => assert.fail("the state was asked for"),
  setState: () => assert.fail("a state was set"),
};

function few(train: number, validation: number, test: number): Splits {
  return {
    train: sliceSamples(STROKES.train, 0, train),
    validation: sliceSamples(STROKES.validation, 0, validation),
    test: sliceSamples(STROKES.test, 0, test),
  };
}

const drawn = new Map<string, Tensor[]>();

/** Initial weights, twice as large so that pictures differ, with biases that differ. */
function drawWeights(spec: ModelSpec): Tensor[] {
  const key = JSON.stringify(spec);
  const known = drawn.get(key);
  if (known) return known;
  const weights = initialParameters(spec, SEED).map((tensor) => ({
    ...tensor,
    values: tensor.shape.length > 1
      ? tensor.values.map((value) => 2 * value)
      : new Stream(SEED, `test/${tensor.name}`).uniform(tensor.shape[0]!, 0.1),
  }));
  drawn.set(key, weights);
  return weights;
}

/** What `encode` makes of a model with such weights, by name; and the weights. */
async function encoded(spec: ModelSpec, splits: Splits = FEW, engine: Engine = ENGINE) {
  const weights = drawWeights(spec);
  const tensors = await encode(engine, { spec, weights }, splits);
  const named = (name: string): Tensor => {
    const found = tensors.find((tensor) => tensor.name === name);
    assert.ok(found, name);
    return found;
  };
  return { weights, tensors, named };
}

type Float64 = Float64Array;

function weightsNamed(weights: readonly Tensor[], name: string): Float32Array {
  return weights.find((tensor) => tensor.name === name)!.values;
}

function leaky(x: number): number {
  return x > 0 ? x : 0.2 * x;
}

function naiveDense(weights: readonly Tensor[], name: string, x: Float64): Float64 {
  const w = weightsNamed(weights, `${name}/weights`);
  const y = Float64Array.from(weightsNamed(weights, `${name}/bias`));
  for (let k = 0; k < x.length; k++) {
    for (let n = 0; n < y.length; n++) y[n]! += x[k]! * w[k * y.length + n]!;
  }
  return y.map(leaky);
}

/** From [side, side, from] to [2 side, 2 side, to]: the full output less 1 before and 2 after. */
function naiveTransposedConv(
  weights: readonly Tensor[],
  name: string,
  x: Float64,
  side: number,
  [from, to]: readonly [number, number],
): Float64 {
  const w = weightsNamed(weights, `${name}/weights`), bias = weightsNamed(weights, `${name}/bias`);
  const out = 2 * side;
  const y = Float64Array.from({ length: out * out * to }, (_, i) => bias[i % to]!);
  for (let i = 0; i < side; i++) {
    for (let j = 0; j < side; j++) {
      for (let a = 0; a < 5; a++) {
        for (let b = 0; b < 5; b++) {
          const row = 2 * i + a - 1, column = 2 * j + b - 1;
          if (row < 0 || column < 0 || row >= out || column >= out) continue;
          for (let c = 0; c < from; c++) {
            const value = x[(i * side + j) * from + c]!;
            for (let d = 0; d < to; d++) {
              y[(row * out + column) * to + d]! += value * w[((a * 5 + b) * from + c) * to + d]!;
            }
          }
        }
      }
    }
  }
  return y;
}

/** The decoder in float64, from its formulas alone: latents to the probability of each pixel. */
function naiveDecode(weights: readonly Tensor[], latents: Iterable<number>): Float64 {
  const hidden = naiveDense(weights, "dense2", Float64Array.from(latents));
  const image = naiveDense(weights, "dense3", hidden);
  const half = naiveTransposedConv(weights, "deconv1", image, 7, [64, 32]).map(leaky);
  const logits = naiveTransposedConv(weights, "deconv2", half, 14, [32, 1]);
  return logits.map((z) => 1 / (1 + Math.exp(-z)));
}

/**
 * How far a probability of the engine may be from the float64 one: some 4,000 roundings between the
 * latents and a logit add up like their square root, and Winograd's transforms make them 20 times as
 * large; a probability moves by a quarter of its logit, and logits are below 10 here.
 */
const TOLERANCE = 10 / 4 * 20 * Math.sqrt(4000) * 2 ** -24;

function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  assert.equal(a.length, b.length);
  let largest = 0;
  for (let i = 0; i < a.length; i++) largest = Math.max(largest, Math.abs(a[i]! - b[i]!));
  return largest;
}

function meanSquare(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length;
}

function pictureAt(tensor: Tensor, index: number): Float32Array {
  return tensor.values.subarray(index * 784, (index + 1) * 784);
}

for (const spec of [ae(PIXELS, 5), vae(PIXELS, 5)]) {
  Deno.test(`encode() embeds every sample as the whole ${spec.name} does, bit for bit`, async () => {
    const { weights, tensors, named } = await encoded(spec);
    assert.deepEqual(tensors.map(({ name, shape }) => [name, shape]), [
      ["train-embeddings", [7, 5]],
      ["validation-embeddings", [3, 5]],
      ["test-embeddings", [5, 5]],
      ["test-labels", [5]],
      ["test-errors", [5]],
      ["originals", [5, 28, 28]],
      ["reconstructions", [5, 28, 28]],
    ]);
    const session = await ENGINE.open(spec, FEW, SEED + 1);
    await session.setWeights(weights);
    for (const split of ["train", "validation", "test"] as const) {
      const { outputs } = await session.evaluate(split, FEW[split].count, 3);
      assert.deepEqual(named(`${split}-embeddings`).values, outputs);
      assert.ok(largestDifference(outputs.subarray(0, 5), outputs.subarray(5, 10)) > 0.01);
    }
  });

  Deno.test(`encode() keeps the test digits and their reconstructions by the ${spec.name}'s decoder`, async () => {
    const { weights, named } = await encoded(spec);
    const pixels = FEW.test.values;
    assert.deepEqual(named("originals").values, Float32Array.from(pixels, (x) => x / 255));
    assert.deepEqual([...named("test-labels").values], [...FEW.test.labels]);
    assert.ok(new Set(FEW.test.labels).size > 1);
    const embeddings = named("test-embeddings").values;
    const reconstructions = named("reconstructions");
    assert.ok(TOLERANCE < 2e-4);
    for (let i = 0; i < 5; i++) {
      const got = pictureAt(reconstructions, i);
      // Of a VAE these are the means: no noise is drawn.
      const expected = naiveDecode(weights, embeddings.subarray(i * 5, (i + 1) * 5));
      const inexact = largestDifference(got, expected);
      assert.ok(inexact <= TOLERANCE, `${inexact}`);
      assert.ok(Math.max(...expected) - Math.min(...expected) > 100 * TOLERANCE);
      const other = pictureAt(reconstructions, (i + 1) % 5);
      assert.ok(largestDifference(got, other) > 10 * TOLERANCE, "digits differ");
      const error = meanSquare(pictureAt(named("originals"), i), got);
      assert.equal(named("test-errors").values[i], Math.fround(error));
      assert.notEqual(error, meanSquare(pictureAt(named("originals"), i), other));
    }
  });
}

Deno.test("encode() of an ae reconstructs what the whole model's loss is of", async () => {
  const spec = ae(PIXELS, 5);
  const { weights, named } = await encoded(spec);
  const session = await ENGINE.open(spec, FEW, SEED);
  await session.setWeights(weights);
  const { losses } = await session.evaluate("test", 5, 1);
  const targets = named("originals"), probabilities = named("reconstructions");
  for (let i = 0; i < 5; i++) {
    const y = pictureAt(targets, i), p = pictureAt(probabilities, i);
    let loss = 0, magnitude = 0;
    for (let k = 0; k < 784; k++) {
      const term = y[k]! * Math.log(1e-8 + p[k]!) + (1 - y[k]!) * Math.log(1e-8 + (1 - p[k]!));
      loss -= term;
      magnitude += Math.abs(term);
    }
    // A term takes two logarithms of a rounded 1e-8 + p, within 1 ulp, and few roundings more; a sum
    // of 784 terms in 16 lanes passes 49 + 4 additions.
    const tolerance = 2 ** -24 * (784 * 4 + (16 + 53) * magnitude);
    assert.ok(tolerance < 1e-4 * loss, `${tolerance} of ${loss}`);
    assert.ok(Math.abs(losses[i]! - loss) <= tolerance, `${losses[i]}, not ${loss}`);
  }
});

for (const spec of [ae(PIXELS, 2), vae(PIXELS, 2)]) {
  Deno.test(`encode() of a ${spec.name} in two dimensions maps the plane: columns are the first latent`, async () => {
    const { weights, tensors, named } = await encoded(spec, few(2, 1, 1));
    assert.equal(tensors.length, 9);
    const map = named("digit-map");
    assert.equal(MAP_SIDE, 20);
    assert.deepEqual(map.shape, [20, 20, 28, 28]);
    const at = (row: number, column: number) => pictureAt(map, row * 20 + column);
    // Row, column, and the point that must be there: from -2 to 1.8 in steps of 0.2.
    const points = [
      [0, 0, -2, -2],
      [0, 19, 1.8, -2],
      [19, 0, -2, 1.8],
      [19, 19, 1.8, 1.8],
      [3, 12, 0.4, -1.4],
      [10, 10, 0, 0],
    ] as const;
    for (const [row, column, first, second] of points) {
      const expected = naiveDecode(weights, [Math.fround(first), Math.fround(second)]);
      const error = largestDifference(at(row, column), expected);
      assert.ok(error <= TOLERANCE, `${row}, ${column}: ${error}`);
      if (row === column) continue;
      const transposed = largestDifference(at(column, row), expected);
      assert.ok(transposed > 10 * TOLERANCE, `${row}, ${column} may be told from its mirror image`);
    }
  });
}

Deno.test("encode() reconstructs the first hundred test digits, and embeds all", async () => {
  const { named } = await encoded(ae(PIXELS, 3), few(1, 1, RECONSTRUCTED + 3));
  assert.equal(RECONSTRUCTED, 100);
  assert.deepEqual(named("test-embeddings").shape, [103, 3]);
  assert.deepEqual(named("originals").shape, [100, 28, 28]);
  assert.deepEqual(named("reconstructions").shape, [100, 28, 28]);
  assert.equal(named("reconstructions").values.length, 100 * 784);
  assert.deepEqual(named("test-errors").shape, [103]);
  assert.ok(named("test-errors").values.every((error) => error > 0));
});

Deno.test("encode() in two dimensions keeps the pictures of the first 400 test digits", async () => {
  const { named } = await encoded(ae(PIXELS, 2), few(1, 1, PICTURED + 2));
  assert.equal(PICTURED, 400);
  assert.deepEqual(named("test-digits").shape, [400, 28, 28]);
  const pixels = STROKES.test.values.subarray(0, 400 * 784);
  assert.deepEqual(named("test-digits").values, Float32Array.from(pixels, (x) => x / 255));
});

Deno.test("encode() closes what it opens, also where an evaluation fails", async () => {
  let opened = 0, closed = 0;
  const counting = (fails: boolean): Engine => ({
    name: "exact",
    open: (spec) => {
      opened++;
      const width = spec.output === "probabilities" ? 784 : 2;
      return Promise.resolve({
        threads: 1,
        ...UNUSED,
        evaluate: (_, count) => {
          if (fails) throw new Error("the device is gone");
          const outputs = new Float32Array(count * width);
          return { width, outputs, losses: new Float32Array(count) };
        },
        setWeights: () => {},
        close: () => {
          closed++;
        },
      });
    },
  });
  const splits = few(1, 1, 1);
  await encoded(ae(PIXELS, 2), splits, counting(false));
  assert.deepEqual([opened, closed], [3, 3]);
  await assert.rejects(encoded(ae(PIXELS, 2), splits, counting(true)), { message: /device/ });
  assert.deepEqual([opened, closed], [4, 4]);
});

Deno.test("embeddingsIn() gives what heads learn from, and names a split that is not there", () => {
  const tensor = (name: string, rows: number): Tensor => ({
    name,
    shape: [rows, 2],
    values: Float32Array.from({ length: rows * 2 }, (_, i) => rows + i),
  });
  const tensors = [
    ...[tensor("test-embeddings", 3), tensor("originals", 1), tensor("train-embeddings", 5)],
    tensor("validation-embeddings", 4),
  ];
  const { latents, values } = embeddingsIn(tensors);
  assert.equal(latents, 2);
  assert.equal(values.train, tensors[2]!.values);
  assert.equal(values.validation, tensors[3]!.values);
  assert.equal(values.test, tensors[0]!.values);
  assert.throws(() => embeddingsIn(tensors.slice(0, 3)), {
    name: "TypeError",
    message: "Cannot find the validation embeddings",
  });
});
