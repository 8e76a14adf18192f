import assert from "node:assert/strict";
import { Stream } from "../random/stream.ts";
import { eigenvaluesOf } from "./eigenvalues.ts";

function assertNear(
  found: readonly number[],
  expected: readonly number[],
  tolerance: number,
): void {
  assert.equal(found.length, expected.length);
  for (const [i, value] of found.entries()) {
    assert.ok(Math.abs(value - expected[i]!) <= tolerance, `${found} is not ${expected}`);
  }
}

Deno.test("eigenvaluesOf() of small matrices is what a hand computes", () => {
  assert.deepEqual(eigenvaluesOf([[3]]), [3]);
  assert.deepEqual(eigenvaluesOf([[1, 0], [0, 5]]), [5, 1]);
  assertNear(eigenvaluesOf([[2, 1], [1, 2]]), [3, 1], 1e-15);
  // A path of three: 2 - 2 cos(k pi / 4).
  const path = [[2, -1, 0], [-1, 2, -1], [0, -1, 2]];
  assertNear(eigenvaluesOf(path), [2 + Math.SQRT2, 2, 2 - Math.SQRT2], 1e-14);
  assert.deepEqual(path[0], [2, -1, 0]);
});

Deno.test("eigenvaluesOf() finds the eigenvalues that a matrix was made of", () => {
  const n = 20;
  const expected = Array.from({ length: n }, (_, i) => 2 ** (10 - i));
  // Reflections along random directions mix the axes and change no eigenvalue.
  let matrix = expected.map((value, i) => expected.map((_, j) => i === j ? value : 0));
  for (let turn = 0; turn < 3; turn++) {
    const v = [...new Stream(turn, "test/direction").uniform(n, 1)];
    const norm = v.reduce((sum, x) => sum + x * x, 0);
    const reflect = (rows: number[][]) =>
      rows.map((row) => {
        const along = 2 * row.reduce((sum, x, i) => sum + x * v[i]!, 0) / norm;
        return row.map((x, i) => x - along * v[i]!);
      });
    const transpose = (rows: number[][]) => rows.map((_, i) => rows.map((row) => row[i]!));
    matrix = transpose(reflect(transpose(reflect(matrix))));
  }
  assert.ok(Math.abs(matrix[0]![n - 1]!) > 1, "the axes are not mixed");
  assertNear(eigenvaluesOf(matrix), expected, 1e-11);
});
