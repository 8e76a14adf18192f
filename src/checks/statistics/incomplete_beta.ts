/**
 * The incomplete beta function, from which the other distributions here are computed: Student's t,
 * its noncentral form, and the binomial.
 *
 * No library is used for it: the exact package that was found brings more than 200 others, and the
 * small ones have errors of 1e-9 to 1e-7.
 * @module
 */
import { gammaln } from "simple-statistics";

/** Enough for a and b up to about 1e8: the fraction needs about sqrt(max(a, b)) terms. */
const MAX_TERMS = 100_000;

/** The fraction has converged when a term changes it by less than this, relative to its value. */
const CONVERGED = 1e-15;

/** Stands in for a denominator of 0 (Lentz). */
const TINY = 1e-300;

/**
 * Returns the regularized incomplete beta function I_x(a, b): the probability that a beta variable
 * with parameters a and b is at most x. The relative error is below 1e-12 for a and b up to 1,000.
 * It grows with a + b, to about 1e-11 at 10,000, as the logarithms of the gamma function do.
 *
 * `y` is 1 - x. Pass it if x is close to 1 and y is known better than that difference.
 *
 * Throws a RangeError unless a and b are positive and x is between 0 and 1.
 *
 * Source: NIST, "Digital Library of Mathematical Functions", 8.17.4 and 8.17.22; evaluated by the
 * modified Lentz method, Thompson and Barnett, J. Comput. Phys. 64 (1986), 490-509.
 */
export function regularizedBeta(x: number, a: number, b: number, y: number = 1 - x): number {
  if (!(a > 0 && b > 0 && a + b < Infinity)) {
    throw new RangeError(
      `Cannot compute the beta distribution with parameters ${a} and ${b}: both must be positive`,
    );
  }
  if (!(x >= 0 && x <= 1)) {
    throw new RangeError(`Cannot compute the beta distribution at ${x}: it is not from 0 to 1`);
  }
  if (x === 0) return 0;
  if (y === 0) return 1;
  // The fraction converges fast below the mean, and the mirror image is used above it.
  return x > (a + 1) / (a + b + 2) ? 1 - lowerTail(y, b, a, x) : lowerTail(x, a, b, y);
}

function lowerTail(x: number, a: number, b: number, y: number): number {
  const logBeta = gammaln(a) + gammaln(b) - gammaln(a + b);
  return Math.exp(a * Math.log(x) + b * Math.log(y) - logBeta) / a * continuedFraction(x, a, b);
}

/** 1 / (1 + d1 / (1 + d2 / (1 + ...))), with the d of DLMF 8.17.23. */
function continuedFraction(x: number, a: number, b: number): number {
  const orTiny = (value: number) => Math.abs(value) < TINY ? TINY : value;
  let c = 1;
  let d = 1 / orTiny(1 - (a + b) * x / (a + 1));
  let fraction = d;
  for (let m = 1; m <= MAX_TERMS; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    let change = 1;
    for (const term of [even, odd]) {
      d = 1 / orTiny(1 + term * d);
      c = orTiny(1 + term / c);
      change = c * d;
      fraction *= change;
    }
    if (Math.abs(change - 1) < CONVERGED) return fraction;
  }
  throw new RangeError(
    `Cannot compute the beta distribution with parameters ${a} and ${b} at ${x}: no convergence`,
  );
}

/**
 * Returns the x at which I_x(a, b) is `p`, by bisection to the last bit. Throws a RangeError unless p
 * is between 0 and 1.
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1)) {
    throw new RangeError(
      `Cannot compute a quantile for a probability of ${p}: it is not from 0 to 1`,
    );
  }
  if (p === 0 || p === 1) return p;
  let [lo, hi] = [0, 1];
  for (;;) {
    const x = (lo + hi) / 2;
    if (x === lo || x === hi) return x;
    if (regularizedBeta(x, a, b) < p) lo = x;
    else hi = x;
  }
}

/**
 * Returns `value` with ten significant digits. The last bits of `Math.exp` and `Math.log` are not the
 * same on every machine. Ten digits are, except when a value is within those bits of a rounding
 * boundary. What is shown has fewer: p-values three decimals, and differences what
 * `formatDifference()` returns.
 */
export function tenDigits(value: number): number {
  return Number(value.toPrecision(10));
}
