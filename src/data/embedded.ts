/**
 * What heads are trained on: the embeddings of a dataset by a trained encoder, as splits of features.
 * @module
 */
import type { Samples, SplitName, Splits } from "./dataset.ts";

/** Validation samples that heads are scored on after each epoch: the first ones. */
export const HEAD_VALIDATION = 1000;

/** Latents of every sample of a dataset, row-major [samples, latents]. */
export interface Embeddings {
  /** Values a sample. */
  readonly latents: number;
  /** Of all samples of a split, in order. */
  readonly values: { readonly [split in SplitName]: Float32Array<ArrayBuffer> };
}

/**
 * The first `labels` embedded training samples, the first validation samples, and all test samples.
 * With pixels, a row is the pixels, f32(x / 255), then the latents.
 */
export function embeddedSplits(
  { train, validation, test }: Splits,
  { latents, values }: Embeddings,
  labels: number,
  withPixels: boolean,
): Splits {
  const embed = (
    split: SplitName,
    { count, width, labels, values: pixels }: Samples,
    n: number,
  ) => {
    if (n > count) throw new RangeError(`Cannot take ${n} ${split} samples: there are ${count}`);
    const embedding = values[split].subarray(0, n * latents);
    return {
      count: n,
      width: latents + (withPixels ? width : 0),
      values: withPixels ? joinRows(pixels, width, embedding, latents, n) : embedding,
      labels: labels.subarray(0, n),
    };
  };
  return {
    train: embed("train", train, labels),
    validation: embed("validation", validation, Math.min(HEAD_VALIDATION, validation.count)),
    test: embed("test", test, test.count),
  };
}

function joinRows(
  pixels: Samples["values"],
  width: number,
  embedding: Float32Array,
  latents: number,
  count: number,
): Float32Array {
  const row = width + latents;
  const joined = new Float32Array(count * row);
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < width; j++) joined[i * row + j] = pixels[i * width + j]! / 255;
    joined.set(embedding.subarray(i * latents, (i + 1) * latents), i * row + width);
  }
  return joined;
}
