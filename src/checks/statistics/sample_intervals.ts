/** Statistics over seeds, the unit of replication here. */
import { mean, median, sampleStandardDeviation } from "simple-statistics";

/**
 * Two-sided 99.9 % prediction interval for one more draw from a normal population of which `sample`
 * was seen: mean +- t(0.9995, n - 1) s sqrt(1 + 1/n).
 *
 * Source: Hahn and Meeker, "Statistical Intervals", section 4.7.
 */
export function predictionInterval(sample: readonly number[]): { lo: number; hi: number } {
  const values = [...sample];
  const n = values.length;
  const halfWidth = studentQuantile9995(n - 1) * sampleStandardDeviation(values) *
    Math.sqrt(1 + 1 / n);
  return { lo: mean(values) - halfWidth, hi: mean(values) + halfWidth };
}

/**
 * The same for fractions, computed for their logarithms of odds: it stays between 0 and 1, also where
 * the sample lies close to 1. Rounded outwards to five decimals, since the last bits of `Math.log` are
 * not the same on every machine.
 */
export function fractionInterval(sample: readonly number[]): { lo: number; hi: number } {
  const { lo, hi } = predictionInterval(sample.map((p) => Math.log(p / (1 - p))));
  const fractionOf = (logit: number) => 1 / (1 + Math.exp(-logit));
  return { lo: Math.floor(fractionOf(lo) * 1e5) / 1e5, hi: Math.ceil(fractionOf(hi) * 1e5) / 1e5 };
}

/** The same for losses, on their own scale, rounded outwards to three decimals. */
export function lossInterval(sample: readonly number[]): { lo: number; hi: number } {
  const { lo, hi } = predictionInterval(sample);
  return { lo: Math.floor(lo * 1e3) / 1e3, hi: Math.ceil(hi * 1e3) / 1e3 };
}

export function medianOf(sample: readonly number[]): number {
  return median([...sample]);
}

/** 0.9995 quantiles of Student's t for 5 to 30 degrees of freedom (SciPy 1.17, `t.ppf`). */
const QUANTILES_9995 = [
  ...[6.8688, 5.9588, 5.4079, 5.0413, 4.7809, 4.5869, 4.437, 4.3178, 4.2208],
  ...[4.1405, 4.0728, 4.015, 3.9651, 3.9216, 3.8834, 3.8495, 3.8193, 3.7921],
  ...[3.7676, 3.7454, 3.7251, 3.7066, 3.6896, 3.6739, 3.6594, 3.646],
];

export function studentQuantile9995(degreesOfFreedom: number): number {
  const quantile = QUANTILES_9995[degreesOfFreedom - 5];
  if (quantile === undefined) {
    throw new RangeError(
      `Cannot give a quantile for ${degreesOfFreedom} degrees of freedom: 5 to 30 are tabulated`,
    );
  }
  return quantile;
}

/** A mean, with a two-sided 95 % confidence interval of it. */
export interface MeanInterval {
  readonly n: number;
  readonly mean: number;
  readonly lo: number;
  readonly hi: number;
}

/**
 * The mean of the normal population of which `sample` was seen: mean +- t(0.975, n - 1) s / sqrt(n).
 * Throws a RangeError for fewer than two values.
 *
 * Source: NIST/SEMATECH, "e-Handbook of Statistical Methods", 1.3.5.2.
 */
export function meanInterval(sample: readonly number[]): MeanInterval {
  const values = [...sample];
  const n = values.length;
  if (n < 2) throw new RangeError(`Cannot give an interval of a mean of ${n}: two are the least`);
  const halfWidth = studentQuantile975(n - 1) * sampleStandardDeviation(values) / Math.sqrt(n);
  const center = mean(values);
  return { n, mean: center, lo: center - halfWidth, hi: center + halfWidth };
}

/** The 0.975 quantile of Student's t, to ten decimals, for any whole number from 1. */
export function studentQuantile975(degreesOfFreedom: number): number {
  if (!Number.isInteger(degreesOfFreedom) || degreesOfFreedom < 1) {
    throw new RangeError(
      `Cannot give a quantile for ${degreesOfFreedom} degrees of freedom: they are a whole number, ` +
        "at least 1",
    );
  }
  // Between the normal distribution's, 1.960, and 12.706, that of one degree of freedom.
  let [lo, hi] = [1.95, 12.8];
  while (hi - lo > 1e-11) {
    const t = (lo + hi) / 2;
    if (centralProbability(t, degreesOfFreedom) < 0.95) lo = t;
    else hi = t;
  }
  return (lo + hi) / 2;
}

/**
 * P(-t < T < t) for Student's T, as a finite sum.
 *
 * Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4.
 */
export function centralProbability(t: number, degreesOfFreedom: number): number {
  const theta = Math.atan(t / Math.sqrt(degreesOfFreedom));
  const odd = degreesOfFreedom % 2;
  let term = odd === 1 ? Math.cos(theta) : 1;
  let sum = 0;
  for (let k = odd; k <= degreesOfFreedom - 2; k += 2) {
    sum += term;
    term *= Math.cos(theta) ** 2 * (k + 1) / (k + 2);
  }
  return odd === 1 ? 2 / Math.PI * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}
