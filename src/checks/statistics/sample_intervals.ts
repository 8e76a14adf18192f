/** Statistics over seeds, the unit of replication here. */
import { mean, sampleStandardDeviation } from "simple-statistics";
import { rounded } from "../../figures.ts";
import { exactMean } from "./exact_mean.ts";
import { studentQuantile } from "./students_t.ts";

const FEWEST_TO_PREDICT = 6;

/**
 * Two-sided 99.9 % prediction interval for one more draw from a normal population of which `sample`
 * was seen: mean +- t(0.9995, n - 1) s sqrt(1 + 1/n). The quantile has four decimals, as in printed
 * tables: the published bands were computed with those, and four of them would move with more.
 *
 * Throws a RangeError for fewer than six values.
 *
 * Source: Hahn and Meeker, "Statistical Intervals", section 4.7.
 */
export function predictionInterval(sample: readonly number[]): { lo: number; hi: number } {
  const values = [...sample];
  const n = values.length;
  if (n < FEWEST_TO_PREDICT) {
    throw new RangeError(
      `Cannot predict from ${n} values: at least ${FEWEST_TO_PREDICT} are needed`,
    );
  }
  const quantile = rounded(studentQuantile(0.9995, n - 1), 4);
  const halfWidth = quantile * sampleStandardDeviation(values) * Math.sqrt(1 + 1 / n);
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

/** The value in the middle, or the mean of the two there. Throws a RangeError for no value. */
export function medianOf(sample: readonly number[]): number {
  if (sample.length === 0) throw new RangeError("Cannot take the median: there are no values");
  const sorted = sample.toSorted((a, b) => a - b);
  return exactMean(sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1));
}

/** A mean, with a two-sided confidence interval of it. */
export interface MeanInterval {
  readonly n: number;
  readonly mean: number;
  readonly lo: number;
  readonly hi: number;
}

/**
 * The mean of the normal population of which `sample` was seen: mean +- t(n - 1) s / sqrt(n), with the
 * quantile of t for the confidence `level`. Throws a RangeError for fewer than two values, a value
 * that is not finite, or a level that is not between 0 and 1.
 *
 * Source: NIST/SEMATECH, "e-Handbook of Statistical Methods", 1.3.5.2.
 */
export function meanInterval(sample: readonly number[], level = 0.95): MeanInterval {
  const { n, mean, sd } = meanAndSd(sample);
  const halfWidth = studentQuantile((1 + level) / 2, n - 1) * sd / Math.sqrt(n);
  return { n, mean, lo: mean - halfWidth, hi: mean + halfWidth };
}

/**
 * Mean and sample standard deviation (with n - 1). The deviation of equal values is exactly 0, and
 * their mean is the value. Throws a RangeError as `meanInterval()` does.
 */
export function meanAndSd(sample: readonly number[]): { n: number; mean: number; sd: number } {
  const values = [...sample];
  const n = values.length;
  if (n < 2) {
    throw new RangeError(`Cannot compute the mean interval of ${n} values: at least 2 are needed`);
  }
  const odd = values.find((value) => !Number.isFinite(value));
  if (odd !== undefined) {
    throw new RangeError(`Cannot compute the mean interval: ${odd} is among the values`);
  }
  const first = values[0]!;
  if (values.every((value) => value === first)) return { n, mean: first, sd: 0 };
  return { n, mean: exactMean(values), sd: sampleStandardDeviation(values) };
}
