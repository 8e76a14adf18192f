/** Sweeps over all pairs; quadratic convergence needs fewer than ten. */
const MOST_SWEEPS = 50;

/**
 * The eigenvalues of a symmetric matrix, in descending order, by cyclic Jacobi rotations: only
 * operations that IEEE 754 fixes to the last bit. Changes nothing of the matrix.
 *
 * Source: Golub and Van Loan, "Matrix Computations", 4th edition, section 8.5.
 *
 * @param matrix [n][n]
 */
export function eigenvaluesOf(matrix: readonly (readonly number[])[]): number[] {
  const a = matrix.map((row) => [...row]);
  const n = a.length;
  const norm = a.flat().reduce((sum, x) => sum + x * x, 0);
  for (let sweep = 0; sweep < MOST_SWEEPS; sweep++) {
    let off = 0;
    for (let p = 0; p < n; p++) for (let q = 0; q < p; q++) off += a[p]![q]! * a[p]![q]!;
    if (off <= norm * 1e-32) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, p, q);
  }
  return a.map((row, i) => row[i]!).sort((x, y) => y - x);
}

/** Turns rows and columns `p` and `q` so that their common element becomes 0. */
function rotate(a: number[][], p: number, q: number): void {
  if (a[p]![q] === 0) return;
  const theta = (a[q]![q]! - a[p]![p]!) / (2 * a[p]![q]!);
  const t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.sqrt(theta * theta + 1));
  const c = 1 / Math.sqrt(t * t + 1), s = t * c;
  for (const row of a) {
    const [x, y] = [row[p]!, row[q]!];
    row[p] = c * x - s * y;
    row[q] = s * x + c * y;
  }
  const [up, low] = [a[p]!, a[q]!];
  for (let k = 0; k < a.length; k++) {
    const [x, y] = [up[k]!, low[k]!];
    up[k] = c * x - s * y;
    low[k] = s * x + c * y;
  }
}
