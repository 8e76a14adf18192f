/**
 * How many seeds a paired t test needs to find a difference.
 * @module
 */
import { gammaln } from "simple-statistics";
import { regularizedBeta, tenDigits } from "./incomplete_beta.ts";
import { studentQuantile } from "./students_t.ts";

/** A paired, two-sided t test to be planned. Difference and sd have the same unit. */
export interface PlannedTest {
  /** The true mean difference. Its sign does not matter. */
  readonly difference: number;
  /** Standard deviation of the differences between seeds. */
  readonly sd: number;
  /** For Holm's strictest step, alpha over the number of tests. */
  readonly alpha: number;
}

/** More seeds are not looked for. */
const MOST_SEEDS = 1_000_000;

/**
 * Returns the probability that the test with `n` seeds rejects. T^2 has the noncentral F distribution
 * with 1 and n - 1 degrees of freedom and noncentrality n (difference / sd)^2: incomplete beta
 * functions, weighted by Poisson probabilities. The error is below 1e-9.
 *
 * Throws a RangeError unless n is a whole number from 2, sd is positive, the difference is finite, and
 * alpha is above 0 and below 1.
 *
 * Source: Johnson, Kotz and Balakrishnan, "Continuous Univariate Distributions", volume 2, 2nd edition
 * (1995), chapters 30 and 31.
 */
export function powerOfPairedTest({ difference, sd, alpha }: PlannedTest, n: number): number {
  if (!(Number.isSafeInteger(n) && n >= 2)) {
    throw new RangeError(
      `Cannot compute the power with ${n} seeds: a whole number from 2 is needed`,
    );
  }
  if (!(sd > 0 && sd < Infinity && Number.isFinite(difference))) {
    throw new RangeError(
      `Cannot compute the power for a difference of ${difference} and an sd of ${sd}: both must be ` +
        "finite, and the sd positive",
    );
  }
  if (!(alpha > 0 && alpha < 1)) {
    throw new RangeError(
      `Cannot compute the power at an alpha of ${alpha}: it must be above 0 and below 1`,
    );
  }
  const degreesOfFreedom = n - 1;
  const odds = studentQuantile(1 - alpha / 2, degreesOfFreedom) ** 2 / degreesOfFreedom;
  const [x, y] = [1 / (1 + 1 / odds), 1 / (1 + odds)];
  const poissonMean = n * (difference / sd) ** 2 / 2;
  // Beyond ten standard deviations the Poisson probabilities are below 1e-16.
  const reach = 10 * Math.sqrt(poissonMean);
  let j = Math.max(0, Math.floor(poissonMean - reach));
  let weight = j === 0
    ? Math.exp(-poissonMean)
    : Math.exp(j * Math.log(poissonMean) - poissonMean - gammaln(j + 1));
  let kept = 0;
  for (; j <= poissonMean + reach + 40; j++) {
    const below = regularizedBeta(x, j + 0.5, degreesOfFreedom / 2, y);
    kept += weight * below;
    // What follows is smaller still.
    if (below < 1e-16) break;
    weight *= poissonMean / (j + 1);
  }
  return tenDigits(Math.min(1, Math.max(0, 1 - kept)));
}

/**
 * Returns the least number of seeds, from 2, with which the test rejects with probability `power` or
 * more. Throws a RangeError unless the difference is not 0 and power is above 0 and below 1, if more
 * than a million seeds would be needed, and as `powerOfPairedTest()` does.
 */
export function seedsNeeded(test: PlannedTest, power: number): number {
  if (!(power > 0 && power < 1)) {
    throw new RangeError(
      `Cannot compute seeds for a power of ${power}: it must be above 0 and below 1`,
    );
  }
  let enough = 2;
  while (powerOfPairedTest(test, enough) < power) {
    enough *= 2;
    if (enough > MOST_SEEDS) {
      throw new RangeError(
        `Cannot compute seeds for a difference of ${test.difference} and an sd of ${test.sd}: more ` +
          `than ${MOST_SEEDS} would be needed`,
      );
    }
  }
  let tooFew = enough === 2 ? 1 : enough / 2;
  while (enough - tooFew > 1) {
    const n = Math.floor((tooFew + enough) / 2);
    if (powerOfPairedTest(test, n) < power) tooFew = n;
    else enough = n;
  }
  return enough;
}
