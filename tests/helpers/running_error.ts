/**
 * Tolerances that are derived: the error of a chain of float32 operations, from the values that it
 * goes through.
 * @module
 */

/** Half the distance from 1 to the next float32: the relative error of one rounding. */
export const UNIT_ROUNDOFF = 2 ** -24;

/** A float64 value and how far a float32 computation of it may be off. */
export interface Bounded {
  readonly value: number;
  readonly tolerance: number;
}

/**
 * start + sum of the products, in float64. Each partial sum is rounded at most once or (where
 * `roundings` is 2) after its product was, so the error is at most their number times the unit
 * roundoff times the partial sums; 1 % covers that these are themselves a little off.
 */
export function boundedSum(start: number, products: Iterable<number>, roundings: 1 | 2): Bounded {
  let value = start, magnitudes = 0, length = 0;
  for (const product of products) {
    value += product;
    magnitudes += Math.abs(value) + (roundings - 1) * Math.abs(product);
    length++;
  }
  // Below the normal numbers a rounding is off by up to half of 2^-149.
  return { value, tolerance: 1.01 * UNIT_ROUNDOFF * magnitudes + length * roundings * 2 ** -150 };
}
