/**
 * Errors as the comments of kernels state them: the largest one over the largest value, for random
 * data.
 * @module
 */
import assert from "node:assert/strict";

type Arrays = { readonly [name: string]: ArrayLike<number> };

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

/** The same for all arrays that have an error stated: their relative errors. */
export function assertAllStated(
  got: Arrays,
  expected: Arrays,
  stated: { readonly [name: string]: number },
): void {
  for (const [name, error] of Object.entries(stated)) {
    assertStated(name, relativeError(got[name]!, expected[name]!), error);
  }
}

/** Asserts that the relative errors of these arrays are at most 1e-5. */
export function assertSmallErrors(
  what: string,
  names: readonly string[],
  got: Arrays,
  expected: Arrays,
): void {
  for (const name of names) {
    const error = relativeError(got[name]!, expected[name]!);
    assert.ok(error <= 1e-5, `${what}, ${name}: ${error}`);
  }
}
