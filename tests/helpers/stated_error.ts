/**
 * Errors as the comments of kernels state them: the largest one over the largest value, for random
 * data.
 * @module
 */
import assert from "node:assert/strict";

/** The largest error over the largest value. */
export function relativeError(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  let largest = 0;
  for (let k = 0; k < expected.length; k++) largest = Math.max(largest, Math.abs(expected[k]!));
  return largestError(got, expected) / largest;
}

/** The largest error. */
export function largestError(got: ArrayLike<number>, expected: ArrayLike<number>): number {
  assert.equal(got.length, expected.length);
  let error = 0;
  for (let k = 0; k < expected.length; k++) {
    // Not Math.max, which would let nothing but NaN pass on once there is one.
    const difference = Math.abs(got[k]! - expected[k]!);
    if (!(difference <= error)) error = difference;
  }
  return error;
}

/** Asserts that an error is the one that is stated, which would be out of date were it far below. */
export function assertStated(what: string, error: number, stated: number): void {
  assert.ok(error <= stated, `${what}: ${error}, stated as ${stated}`);
  assert.ok(error > stated / 2, `${what}: only ${error}, stated as ${stated}`);
}
