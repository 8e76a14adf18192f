/**
 * Shares: how often something happened in a number of trials.
 * @module
 */
import { betaQuantile, tenDigits } from "./incomplete_beta.ts";

/** A share as a fraction, with a two-sided confidence interval. */
export interface ShareInterval {
  readonly count: number;
  readonly trials: number;
  readonly share: number;
  readonly lo: number;
  readonly hi: number;
}

/**
 * The exact interval of Clopper and Pearson for a share: it covers the true one with probability
 * `level` or more if the trials are independent. Heads on one encoder, or with one label subset, may
 * fail together, and then the interval is too short.
 *
 * Throws a RangeError unless `count` and `trials` are whole numbers with 0 <= count <= trials, and at
 * least one trial.
 *
 * Source: Clopper and Pearson, "The use of confidence or fiducial limits illustrated in the case of the
 * binomial", Biometrika 26 (1934), 404-413.
 */
export function clopperPearson(count: number, trials: number, level = 0.95): ShareInterval {
  const whole = Number.isSafeInteger(count) && Number.isSafeInteger(trials);
  if (!(whole && trials >= 1 && count >= 0 && count <= trials)) {
    throw new RangeError(
      `Cannot compute a share of ${count} in ${trials}: both must be whole numbers, the first at most ` +
        "the second, which must be at least 1",
    );
  }
  if (!(level > 0 && level < 1)) {
    throw new RangeError(
      `Cannot compute an interval of level ${level}: it must be above 0 and below 1`,
    );
  }
  const tail = (1 - level) / 2;
  const lo = count === 0 ? 0 : tenDigits(betaQuantile(tail, count, trials - count + 1));
  const hi = count === trials ? 1 : tenDigits(betaQuantile(1 - tail, count + 1, trials - count));
  return { count, trials, share: count / trials, lo, hi };
}
