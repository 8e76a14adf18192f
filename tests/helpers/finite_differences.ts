/**
 * Central finite differences of float64 functions: what makes a gradient written by hand trustworthy.
 * @module
 */
import assert from "node:assert/strict";

/** The slope of f in `values[at]` over 2 `step` around it; the value is put back. */
export function centralDifference(
  values: Float64Array,
  at: number,
  step: number,
  f: () => number,
): number {
  const kept = values[at]!;
  values[at] = kept + step;
  const above = f();
  values[at] = kept - step;
  const below = f();
  values[at] = kept;
  return (above - below) / (2 * step);
}

/** `count` places from the first of `length` to the last. */
export function places(length: number, count: number): number[] {
  return Array.from({ length: count }, (_, k) => Math.round(k * (length - 1) / (count - 1)));
}

/**
 * Values rounded to whole multiples of 2^-10. Products and sums of few of them are exact in float64,
 * and so is the central difference of a function that is linear between its kinks, with a step that
 * is a power of two and crosses none.
 */
export function coarse(values: ArrayLike<number>): Float64Array {
  return Float64Array.from(values, (value) => Math.round(value * 1024) / 1024);
}

/** The step for coarse values. */
const COARSE_STEP = 2 ** -14;

/** A gradient by values that are coarse, and at how many of them it is compared. */
export type CoarseGradient = readonly [
  name: string,
  values: Float64Array,
  gradient: ArrayLike<number>,
  places: number,
];

/** Asserts that gradients are the loss's central differences, exactly, and are not 0. */
export function assertExactGradients(
  loss: () => number,
  gradients: readonly CoarseGradient[],
): void {
  for (const [name, values, gradient, count] of gradients) {
    for (const at of places(values.length, count)) {
      const difference = centralDifference(values, at, COARSE_STEP, loss);
      assert.equal(difference, gradient[at], `${name}[${at}]`);
      assert.notEqual(difference, 0);
    }
  }
}
