/**
 * What heads are trained on: the embeddings of a dataset by a trained encoder, as splits of features.
 * @module
 */
import { POOL } from "./draw.ts";
import { type Samples, sliceSamples, type SplitName, type Splits } from "./dataset.ts";

/** Validation samples that heads are scored on after each epoch: the first ones. */
export const HEAD_VALIDATION = 1000;

/** Latents of every sample of a dataset, row-major [samples, latents]. */
export interface Embeddings {
  /** Values a sample. */
  readonly latents: number;
  /** Of all samples of a split, in order. */
  readonly values: { readonly [split in SplitName]: Float32Array<ArrayBuffer> };
}

/** How a head reads codes other than as they are: see `evenOut`. */
export type Reading = "even";

/** The readings that a case can name. */
export const READINGS: readonly Reading[] = ["even"];

/**
 * What a head on embeddings learns from and is scored on: the training samples that `choose` takes,
 * the first 1,000 validation samples and all test samples. With pixels, a row is the pixels,
 * f32(x / 255), then the latents.
 *
 * @param choose takes labelled training samples, the same ones of pixels and of codes
 */
export function embeddedSplits(
  { train, validation, test }: Splits,
  { latents, values }: Embeddings,
  choose: (train: Samples) => Samples,
  withPixels: boolean,
): Splits {
  const embed = (split: SplitName, samples: Samples, take: (samples: Samples) => Samples) => {
    const count = Math.min(samples.count, values[split].length / latents);
    const seen = sliceSamples(samples, 0, count);
    const codes = take({ ...seen, width: latents, values: values[split] });
    return withPixels ? joinRows(take(seen), codes) : codes;
  };
  const first = (n: number) => (samples: Samples) =>
    sliceSamples(samples, 0, Math.min(n, samples.count));
  return {
    train: embed("train", train, choose),
    validation: embed("validation", validation, first(HEAD_VALIDATION)),
    test: embed("test", test, first(Infinity)),
  };
}

/**
 * Codes that are centered and scaled: each latent less its mean, all divided by one scale, the root
 * of the mean of the latents' variances. Means and variances are of the first 10,000 training codes.
 * Latents keep their spread relative to each other, so one that holds nothing stays small.
 */
export function evenOut({ latents, values }: Embeddings): Embeddings {
  const rows = Math.min(POOL, values.train.length / latents);
  const { means, variances } = momentsOf(values.train, latents, rows);
  const scale = Math.sqrt(variances.reduce((sum, variance) => sum + variance, 0) / latents);
  const even = (codes: Float32Array) =>
    Float32Array.from(codes, (code, i) => (code - means[i % latents]!) / scale);
  return {
    latents,
    values: {
      train: even(values.train),
      validation: even(values.validation),
      test: even(values.test),
    },
  };
}

/**
 * Mean and variance (divided by the number of rows) of each column of the first rows, in float64 and
 * in the order of the rows, so that every machine computes the same bits.
 */
export function momentsOf(
  values: Float32Array,
  width: number,
  rows: number,
): { means: number[]; variances: number[] } {
  const columns = Array.from({ length: width }, (_, column) => {
    let sum = 0;
    for (let row = 0; row < rows; row++) sum += values[row * width + column]!;
    const mean = sum / rows;
    let squares = 0;
    for (let row = 0; row < rows; row++) {
      const deviation = values[row * width + column]! - mean;
      squares += deviation * deviation;
    }
    return { mean, variance: squares / rows };
  });
  return {
    means: columns.map(({ mean }) => mean),
    variances: columns.map(({ variance }) => variance),
  };
}

function joinRows(pixels: Samples, codes: Samples): Samples {
  const width = pixels.width + codes.width;
  const joined = new Float32Array(codes.count * width);
  for (let i = 0; i < codes.count; i++) {
    for (let j = 0; j < pixels.width; j++) {
      joined[i * width + j] = pixels.values[i * pixels.width + j]! / 255;
    }
    const code = codes.values.subarray(i * codes.width, (i + 1) * codes.width);
    joined.set(code, i * width + pixels.width);
  }
  return { ...codes, width, values: joined };
}
