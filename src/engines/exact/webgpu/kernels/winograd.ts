/** What the Winograd transforms of both sizes share: see kernels/winograd_tile.h. */

/** A transform of a square, along its columns and then along its rows. */
interface SquareTransform {
  /** Of `from` values to `to`, for example `winograd_input`. */
  readonly function: string;
  readonly from: number;
  readonly to: number;
  /** Statements that set `d[k]`, of row `k` and column `j`. */
  readonly read: string;
  /** A statement that keeps `r[j]`, of row `k` and column `j`. */
  readonly keep: string;
}

/** Its statements. */
export function transformSquare(
  { function: name, from, to, read, keep }: SquareTransform,
): string {
  return `
  var half_way: array<F, ${to * from}>;
  for (var j = 0u; j < ${from}u; j++) {
    var d: array<F, ${from}>;
    for (var k = 0u; k < ${from}u; k++) {
      ${read}
    }
    var r = ${name}(d);
    for (var k = 0u; k < ${to}u; k++) { half_way[k * ${from}u + j] = r[k]; }
  }
  for (var k = 0u; k < ${to}u; k++) {
    var d: array<F, ${from}>;
    for (var j = 0u; j < ${from}u; j++) { d[j] = half_way[k * ${from}u + j]; }
    var r = ${name}(d);
    for (var j = 0u; j < ${to}u; j++) {
      ${keep}
    }
  }`;
}

/** Sums over images are kept apart in four spans of the batch, and added in their order. */
export const SPANS = `
fn sum_of_spans(at: u32, stride: u32) -> F {
  var sum = load(at);
  for (var span = 1u; span < 4u; span++) { sum = f_add(sum, load(at + span * stride)); }
  return sum;
}
`;
