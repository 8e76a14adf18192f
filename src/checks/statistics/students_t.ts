/**
 * Student's t distribution, at any probability and any positive number of degrees of freedom, also
 * one that is not whole. Results have ten significant digits: see `tenDigits()`.
 * @module
 */
import { betaQuantile, regularizedBeta, tenDigits } from "./incomplete_beta.ts";

/**
 * Returns P(|T| >= |t|), the two-sided p-value of the statistic `t`, which may be infinite. Throws a
 * RangeError if t is not a number, or if the degrees of freedom are not positive.
 *
 * Source: NIST, "Digital Library of Mathematical Functions", 8.17; Abramowitz and Stegun, "Handbook of
 * Mathematical Functions", 26.7.1.
 */
export function studentTwoSidedP(t: number, degreesOfFreedom: number): number {
  return tenDigits(outside(t, degreesOfFreedom));
}

/** Returns P(T >= t), the one-sided p-value for a mean above 0. Errors as `studentTwoSidedP()`. */
export function studentUpperP(t: number, degreesOfFreedom: number): number {
  const half = outside(t, degreesOfFreedom) / 2;
  return tenDigits(t < 0 ? 1 - half : half);
}

function outside(t: number, degreesOfFreedom: number): number {
  checkDegreesOfFreedom(degreesOfFreedom);
  if (Number.isNaN(t)) throw new RangeError("Cannot compute a p-value of NaN: it is no statistic");
  const ratio = t * t / degreesOfFreedom;
  return regularizedBeta(1 / (1 + ratio), degreesOfFreedom / 2, 0.5, 1 / (1 + 1 / ratio));
}

/**
 * Returns the t with P(T <= t) = `p`. Throws a RangeError unless p is above 0 and below 1, and the
 * degrees of freedom are positive.
 */
export function studentQuantile(p: number, degreesOfFreedom: number): number {
  checkDegreesOfFreedom(degreesOfFreedom);
  if (!(p > 0 && p < 1)) {
    throw new RangeError(
      `Cannot compute a quantile for a probability of ${p}: it must be above 0 and below 1`,
    );
  }
  const [a, b] = [degreesOfFreedom / 2, 0.5];
  const outside = 2 * Math.min(p, 1 - p);
  // t^2 / degreesOfFreedom is the odds of 1 - x. Solve for the smaller of x and 1 - x, whose digits
  // are all there.
  let ratio: number;
  if (outside < 0.5) {
    const x = betaQuantile(outside, a, b);
    ratio = (1 - x) / x;
  } else {
    const y = betaQuantile(1 - outside, b, a);
    ratio = y / (1 - y);
  }
  const t = tenDigits(Math.sqrt(ratio * degreesOfFreedom));
  return p < 0.5 ? -t : t;
}

function checkDegreesOfFreedom(degreesOfFreedom: number): void {
  if (!(degreesOfFreedom > 0 && degreesOfFreedom < Infinity)) {
    throw new RangeError(
      `Cannot compute Student's t with ${degreesOfFreedom} degrees of freedom: they must be positive`,
    );
  }
}
