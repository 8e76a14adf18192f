import assert from "node:assert/strict";

/** Asserts that two numbers differ by at most `tolerance`, relative to the larger one. */
export function assertClose(
  actual: number,
  expected: number,
  tolerance: number,
  what: string,
): void {
  const scale = Math.max(Math.abs(actual), Math.abs(expected));
  assert.ok(
    Math.abs(actual - expected) <= tolerance * scale,
    `${what}: ${actual}, expected ${expected}`,
  );
}
