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
