/**
 * Draws: random choices of the images that are labelled. A draw is a function of (seed, draw) alone,
 * so all models, encoders and readings share it, and a smaller number of labels is a part of a larger
 * one.
 * @module
 */
import { shuffled } from "../random/permutation.ts";
import { Stream } from "../random/stream.ts";
import type { Samples } from "./dataset.ts";

/** The first training images, at most this many, are what draws choose from. */
export const POOL = 10_000;

/**
 * The training images that a draw labels, as a copy: `labels` of the first 10,000 (of all, if there
 * are fewer), without replacement. Throws a RangeError if there are not that many.
 *
 * @param seed unsigned 32-bit
 * @param draw from 1
 */
export function drawLabels(train: Samples, labels: number, seed: number, draw: number): Samples {
  const pool = Math.min(POOL, train.count);
  if (labels > pool) throw new RangeError(`Cannot draw ${labels} labels from ${pool} images`);
  const order = shuffled(new Stream(seed, "draw/labels"), draw, pool);
  return takeSamples(train, order.subarray(0, labels));
}

/** The seed of the classifier that learns from a draw: weights and order of samples follow from it. */
export function seedOfDraw(seed: number, draw: number): number {
  return new Stream(seed, "draw/seed").words(draw, 0, 0)[0]!;
}

function takeSamples({ width, values, labels }: Samples, indices: Uint32Array): Samples {
  const make = values instanceof Uint8Array ? Uint8Array : Float32Array;
  const rows = new make(indices.length * width);
  for (const [i, index] of indices.entries()) {
    rows.set(values.subarray(index * width, (index + 1) * width), i * width);
  }
  return {
    count: indices.length,
    width,
    values: rows,
    labels: Uint8Array.from(indices, (index) => labels[index]!),
  };
}
