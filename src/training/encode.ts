/**
 * What a trained autoencoder makes of a dataset: the embeddings that heads learn from, and what the
 * report draws.
 * @module
 */
import type { Samples, SplitName, Splits } from "../data/dataset.ts";
import type { Embeddings } from "../data/embedded.ts";
import type { Engine } from "../engines/engine.ts";
import { decoderOf, encoderOf } from "../models/autoencoder.ts";
import { selectParameters, type Tensor } from "../models/parameters.ts";
import type { ModelSpec } from "../models/spec.ts";

/** A trained autoencoder. */
export interface TrainedModel {
  readonly spec: ModelSpec;
  readonly weights: readonly Tensor[];
}

/** Test digits whose reconstruction is kept. */
export const RECONSTRUCTED = 100;

/** Test digits whose pictures are kept where latents have two dimensions. */
export const PICTURED = 400;

/** Points a side of the map over a plane of latents: from -2 to 1.8 in steps of 0.2. */
export const MAP_SIDE = 20;

const SPLITS = ["train", "validation", "test"] as const;

/** Embeds every sample of the dataset. A sampled latent is embedded by its mean. */
export async function embed(
  engine: Engine,
  { spec, weights }: TrainedModel,
  splits: Splits,
): Promise<Embeddings> {
  const encoder = encoderOf(spec);
  const session = await engine.open(encoder, splits, 0);
  try {
    await session.setWeights(selectParameters(encoder, weights));
    const train = await session.evaluate("train", splits.train.count, 1);
    const validation = await session.evaluate("validation", splits.validation.count, 1);
    const test = await session.evaluate("test", splits.test.count, 1);
    return {
      latents: train.width,
      values: { train: train.outputs, validation: validation.outputs, test: test.outputs },
    };
  } finally {
    await session.close();
  }
}

/** The probability of each pixel for each row of latents: [rows, 784]. */
async function decode(
  engine: Engine,
  { spec, weights }: TrainedModel,
  latents: number,
  rows: Float32Array,
): Promise<Float32Array<ArrayBuffer>> {
  const decoder = decoderOf(spec, latents);
  const samples = (values: Float32Array): Samples => {
    const count = values.length / latents;
    return { count, width: latents, values, labels: new Uint8Array(count) };
  };
  const none = samples(new Float32Array(0));
  const splits = { train: none, validation: none, test: samples(rows) };
  const session = await engine.open(decoder, splits, 0);
  try {
    await session.setWeights(selectParameters(decoder, weights));
    return (await session.evaluate("test", splits.test.count, 1)).outputs;
  } finally {
    await session.close();
  }
}

/**
 * All that a trained autoencoder leaves: `train-embeddings`, `validation-embeddings` and
 * `test-embeddings` [n, latents]; `test-labels` [n], the digits that the test samples are;
 * `test-errors` [n], the mean squared error a pixel of each reconstruction; `originals` and
 * `reconstructions` [100, 28, 28] of the first test digits; and in two dimensions `test-digits`
 * [400, 28, 28], the first ones themselves, and `digit-map` [20, 20, 28, 28], whose columns follow
 * the first latent and whose rows the second. A VAE's reconstructions are of its means.
 */
export async function encode(
  engine: Engine,
  model: TrainedModel,
  splits: Splits,
): Promise<Tensor[]> {
  const { test } = splits;
  const { latents, values } = await embed(engine, model, splits);
  const reconstructed = await decode(engine, model, latents, values.test);
  const tensor = (name: string, shape: number[], values: Float32Array<ArrayBuffer>): Tensor => ({
    name,
    shape,
    values,
  });
  const firstDigits = (name: string, count: number) =>
    tensor(name, [Math.min(count, test.count), 28, 28], pixelsOf(test, count));
  const common = [
    ...SPLITS.map((split) =>
      tensor(`${split}-embeddings`, [splits[split].count, latents], values[split])
    ),
    tensor("test-labels", [test.count], Float32Array.from(test.labels)),
    tensor("test-errors", [test.count], errorsOf(test, reconstructed)),
    firstDigits("originals", RECONSTRUCTED),
    tensor(
      "reconstructions",
      [Math.min(RECONSTRUCTED, test.count), 28, 28],
      reconstructed.slice(0, RECONSTRUCTED * test.width),
    ),
  ];
  if (latents !== 2) return common;
  const map = await decode(engine, model, 2, mapOfPlane());
  return [
    ...common,
    firstDigits("test-digits", PICTURED),
    tensor("digit-map", [MAP_SIDE, MAP_SIDE, 28, 28], map),
  ];
}

/** The pixels of the first samples, from 0 to 1. */
function pixelsOf({ values, width }: Samples, count: number): Float32Array<ArrayBuffer> {
  return Float32Array.from(values.subarray(0, count * width), (pixel) => pixel / 255);
}

/** Sums in float64 and in the order of the pixels, so that every machine gets the same bits. */
function errorsOf(samples: Samples, reconstructed: Float32Array): Float32Array<ArrayBuffer> {
  const { count, width, values } = samples;
  const errors = new Float32Array(count);
  for (let sample = 0; sample < count; sample++) {
    let sum = 0;
    for (let i = sample * width; i < (sample + 1) * width; i++) {
      const difference = Math.fround(values[i]! / 255) - reconstructed[i]!;
      sum += difference * difference;
    }
    errors[sample] = sum / width;
  }
  return errors;
}

/**
 * The embeddings among what an autoencoder left, the artifacts of its case. Throws a TypeError where
 * they are not there.
 */
export function embeddingsIn(tensors: readonly Tensor[]): Embeddings {
  const find = (split: SplitName) => {
    const tensor = tensors.find(({ name }) => name === `${split}-embeddings`);
    if (!tensor) throw new TypeError(`Cannot find the ${split} embeddings`);
    return tensor;
  };
  return {
    latents: find("train").shape[1]!,
    values: {
      train: find("train").values,
      validation: find("validation").values,
      test: find("test").values,
    },
  };
}

function mapOfPlane(): Float32Array {
  const points = new Float32Array(MAP_SIDE * MAP_SIDE * 2);
  for (let row = 0; row < MAP_SIDE; row++) {
    for (let column = 0; column < MAP_SIDE; column++) {
      points.set([(column - 10) / 5, (row - 10) / 5], (row * MAP_SIDE + column) * 2);
    }
  }
  return points;
}
