/**
 * What the codes of a trained encoder are like: where they lie, how they spread, how many latents are
 * in use, and how well neighbours agree. A VAE's codes are its means. Every figure is computed by
 * operations that IEEE 754 fixes to the last bit, in a fixed order.
 * @module
 */
import { type Samples, sliceSamples, type Splits } from "../data/dataset.ts";
import { POOL } from "../data/draw.ts";
import { type Embeddings, momentsOf } from "../data/embedded.ts";
import type { Engine } from "../engines/engine.ts";
import { stddevOf } from "../models/autoencoder.ts";
import { selectParameters } from "../models/parameters.ts";
import { eigenvaluesOf } from "./eigenvalues.ts";
import type { TrainedModel } from "./encode.ts";
import { naturalLog } from "./natural_log.ts";
import { nearestNeighbourAccuracy } from "./nearest_neighbours.ts";

/** A latent is active if its codes have a larger variance than this (Burda et al., 2016). */
const ACTIVE_VARIANCE = 0.01;
/** A latent is active if its mean KL term, in nats, is larger than this. */
const ACTIVE_KL = 0.05;
/** Labelled training images, the first ones, among which neighbours are looked for. */
const NEIGHBOUR_LABELS = [100, 2000] as const;

/** Figures of the first 10,000 training codes, except where another split is named. */
export interface EncoderMeasurements {
  /** Mean KL term of each latent on the test images, in nats; null for an encoder without noise. */
  readonly klPerLatent: readonly number[] | null;
  /** Latents whose codes have a variance above 0.01. */
  readonly activeByVariance: number;
  /** Latents with a mean KL term above 0.05 nats; null for an encoder without noise. */
  readonly activeByKl: number | null;
  /**
   * Root mean square of the latents' means over the root of the mean of their variances; null if no
   * code varies.
   */
  readonly offsetOverSd: number | null;
  /** Median over latents of the codes' standard deviation. */
  readonly medianSd: number;
  /** Largest over smallest eigenvalue of the covariance; null if the smallest is not above 0. */
  readonly conditionNumber: number | null;
  /**
   * Participation ratio of the covariance: its trace squared over the sum of its squared elements.
   * From 1 (one direction) to the number of latents (a sphere); null if no code varies.
   */
  readonly effectiveRank: number | null;
  /** Fraction of codes above 0. */
  readonly positiveShare: number;
  /**
   * Test accuracy of a vote of the five nearest codes among the first labelled training images, by
   * the number of labels.
   */
  readonly nearestNeighbours: readonly { readonly labels: number; readonly accuracy: number }[];
}

/**
 * Measures a trained encoder.
 *
 * @param splits the samples that were embedded
 * @param embeddings of those samples
 */
export async function measureEncoder(
  engine: Engine,
  model: TrainedModel,
  splits: Splits,
  embeddings: Embeddings,
): Promise<EncoderMeasurements> {
  const { latents, values } = embeddings;
  const rows = Math.min(POOL, values.train.length / latents);
  const codes = values.train.subarray(0, rows * latents);
  const { means, variances } = momentsOf(codes, latents, rows);
  const covariance = covarianceOf(codes, means);
  const eigenvalues = eigenvaluesOf(covariance);
  const smallest = eigenvalues.at(-1)!;
  const klPerLatent = await measureKl(engine, model, splits.test, values.test);
  const trace = variances.reduce((sum, variance) => sum + variance, 0);
  return {
    klPerLatent,
    activeByVariance: variances.filter((variance) => variance > ACTIVE_VARIANCE).length,
    activeByKl: klPerLatent && klPerLatent.filter((kl) => kl > ACTIVE_KL).length,
    offsetOverSd: trace > 0 ? Math.sqrt(sumOfSquares(means) / trace) : null,
    medianSd: median(variances.map(Math.sqrt)),
    conditionNumber: smallest > 0 ? eigenvalues[0]! / smallest : null,
    effectiveRank: trace > 0 ? trace * trace / sumOfSquares(covariance.flat()) : null,
    positiveShare: codes.reduce((count, code) => code > 0 ? count + 1 : count, 0) / codes.length,
    nearestNeighbours: neighboursIn(splits, embeddings),
  };
}

/** [latents][latents], divided by the number of rows. */
function covarianceOf(codes: Float32Array, means: readonly number[]): number[][] {
  const width = means.length;
  const rows = codes.length / width;
  const sums = means.map(() => new Array<number>(width).fill(0));
  const centered = new Float64Array(width);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) centered[i] = codes[row * width + i]! - means[i]!;
    for (let i = 0; i < width; i++) {
      for (let j = 0; j <= i; j++) sums[i]![j]! += centered[i]! * centered[j]!;
    }
  }
  return sums.map((_, i) => sums.map((_, j) => sums[i < j ? j : i]![i < j ? i : j]! / rows));
}

/**
 * Mean over samples of 0.5 (mean^2 + stddev^2 - ln(1e-8 + stddev^2) - 1), for each latent.
 *
 * Source: Kingma and Welling, "Auto-encoding variational Bayes", ICLR 2014, appendix B.
 */
async function measureKl(
  engine: Engine,
  { spec, weights }: TrainedModel,
  test: Samples,
  means: Float32Array,
): Promise<number[] | null> {
  const part = stddevOf(spec);
  if (part === null) return null;
  const none = sliceSamples(test, 0, 0);
  const session = await engine.open(part, { train: none, validation: none, test }, 0);
  try {
    await session.setWeights(selectParameters(part, weights));
    const { width, outputs } = await session.evaluate("test", test.count, 1);
    const sums = new Array<number>(width).fill(0);
    for (const [i, stddev] of outputs.entries()) {
      const mean = means[i]!, variance = stddev * stddev;
      sums[i % width]! += 0.5 * (mean * mean + variance - naturalLog(1e-8 + variance) - 1);
    }
    return sums.map((sum) => sum / test.count);
  } finally {
    await session.close();
  }
}

function neighboursIn({ train, test }: Splits, { latents, values }: Embeddings) {
  const codes = (samples: Samples, values: Float32Array, count: number): Samples => ({
    count,
    width: latents,
    values: values.subarray(0, count * latents),
    labels: samples.labels.subarray(0, count),
  });
  const tested = codes(test, values.test, test.count);
  return NEIGHBOUR_LABELS.filter((labels) => labels <= train.count).map((labels) => ({
    labels,
    accuracy: nearestNeighbourAccuracy(codes(train, values.train, labels), tested),
  }));
}

function sumOfSquares(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
