/**
 * Contrasts between kinds of encoder, paired over seeds: their intervals, tests, and what those
 * decide. A seed is the unit of replication. Differences have the unit of the scores: scores are
 * fractions, so 0.005 is half a percentage point.
 * @module
 */
import { meanAndSd, type MeanInterval, meanInterval } from "./sample_intervals.ts";
import { studentTwoSidedP, studentUpperP } from "./students_t.ts";

/** With fewer pairs than these neither a difference nor its absence is claimed. */
export const FEWEST_PAIRS = 6;

/** Whether a mean difference is above or below 0. */
export type Decision = "higher" | "lower" | "undecided" | "too few pairs";

/** What an interval of differences, seed by seed, decides. */
export function decide({ n, lo, hi }: MeanInterval): Decision {
  if (n < FEWEST_PAIRS) return "too few pairs";
  if (lo > 0) return "higher";
  return hi < 0 ? "lower" : "undecided";
}

/** Scores are counts of images, so that the last bits of a difference say nothing, and 0 is 0. */
export function withoutNoise(difference: number): number {
  return Math.round(difference * 1e12) / 1e12 + 0;
}

/** One part of a contrast: scores by seed, and their weight, such as 1 or -1. */
export interface Term {
  readonly weight: number;
  readonly scores: ReadonlyMap<number, number>;
}

/**
 * Returns the weighted sum of the scores for each seed, in the order of seeds. Rounded to 1e-12, so
 * that differences that are equal but for their last bits are equal.
 *
 * Throws a RangeError if the terms have different seeds, or a score is not finite, since such a seed
 * cannot be paired. The same if the weights do not add up to 0, since then equal scores would make a
 * difference.
 */
export function contrastBySeed(terms: readonly Term[]): number[] {
  const sumOfWeights = withoutNoise(terms.reduce((sum, { weight }) => sum + weight, 0));
  if (sumOfWeights !== 0) {
    throw new RangeError(`Cannot form a contrast: its weights add up to ${sumOfWeights}, not to 0`);
  }
  const seeds = [...new Set(terms.flatMap(({ scores }) => [...scores.keys()]))];
  return seeds.sort((a, b) => a - b).map((seed) =>
    withoutNoise(terms.reduce((sum, { weight, scores }) => {
      const score = scores.get(seed);
      if (score === undefined || !Number.isFinite(score)) {
        throw new RangeError(
          `Cannot form a contrast: a term has no finite score for seed ${seed}; leave that seed out ` +
            "of all terms",
        );
      }
      return sum + weight * score;
    }, 0))
  );
}

/** A mean difference over seeds, with its paired t test against 0. */
export interface PairedContrast extends MeanInterval {
  /** Confidence level of `lo` to `hi`. */
  readonly level: number;
  /** Sample standard deviation of the differences, with n - 1. */
  readonly sd: number;
  /** Null if all differences are equal. */
  readonly t: number | null;
  /** Two-sided. If all differences are equal: 1 if they are 0, else 0, as the interval decides. */
  readonly p: number;
}

/**
 * The paired t test of differences, one per seed, as `contrastBySeed()` returns them, and the confidence
 * interval of their mean. Throws a RangeError for fewer than two differences, or one that is not finite.
 *
 * Source: NIST/SEMATECH, "e-Handbook of Statistical Methods", 7.3.1.1.
 */
export function pairedContrast(differences: readonly number[], level = 0.95): PairedContrast {
  const { n, mean, sd } = meanAndSd(differences);
  const t = sd === 0 ? null : mean / (sd / Math.sqrt(n));
  const p = t !== null ? studentTwoSidedP(t, n - 1) : mean === 0 ? 1 : 0;
  return { ...meanInterval(differences, level), level, sd, t, p };
}

/** A p-value among several. */
export interface AdjustedP {
  /** To compare with alpha as it is. At least the p-value itself, and at most 1. */
  readonly adjusted: number;
  readonly rejected: boolean;
}

/**
 * Holm's step-down procedure, in the order of `pValues`: the probability to reject any true hypothesis
 * of the family is at most `alpha`, however the tests depend on each other. Equal p-values have equal
 * results. Throws a RangeError for a p-value that is not from 0 to 1.
 *
 * Source: Holm, "A simple sequentially rejective multiple test procedure", Scand. J. Statist. 6 (1979),
 * 65-70.
 */
export function holm(pValues: readonly number[], alpha = 0.05): AdjustedP[] {
  const ascending = pValues.map((p, index) => ({ p, index })).sort((a, b) => a.p - b.p);
  const results: AdjustedP[] = [];
  let adjusted = 0;
  for (const [rank, { p, index }] of ascending.entries()) {
    if (!(p >= 0 && p <= 1)) {
      throw new RangeError(`Cannot adjust a p-value of ${p}: it is not from 0 to 1`);
    }
    adjusted = Math.max(adjusted, Math.min(1, p * (pValues.length - rank)));
    results[index] = { adjusted, rejected: adjusted <= alpha };
  }
  return results;
}

/** A contrast of a family, and what the family's tests decide about it. */
export interface FamilyContrast extends PairedContrast {
  /** By Holm's procedure. */
  readonly adjustedP: number;
  readonly decision: Decision;
}

/**
 * Tests a family of contrasts, each a list of differences, by paired t tests with Holm's procedure at
 * `alpha`. The intervals are not simultaneous. Each has the level 1 - alpha by itself, so an interval
 * may exclude 0 when the family's test does not reject. A contrast with too few pairs still counts as one of
 * the family.
 */
export function testFamily(
  contrasts: readonly (readonly number[])[],
  alpha = 0.05,
): FamilyContrast[] {
  const tested = contrasts.map((differences) => pairedContrast(differences, 1 - alpha));
  const adjusted = holm(tested.map(({ p }) => p), alpha);
  return tested.map((contrast, i) => {
    const { adjusted: adjustedP, rejected } = adjusted[i]!;
    const direction = contrast.mean > 0 ? "higher" : "lower";
    const decision = contrast.n < FEWEST_PAIRS
      ? "too few pairs"
      : rejected
      ? direction
      : "undecided";
    return { ...contrast, adjustedP, decision };
  });
}

/** Whether a mean difference was shown to be smaller than a margin, in either direction. */
export interface Equivalence extends MeanInterval {
  readonly margin: number;
  /** Of `lo` to `hi`: 1 - 2 alpha. */
  readonly level: number;
  /** The larger p-value of the two one-sided tests. */
  readonly p: number;
  /** "Not shown" does not say that there is a difference. */
  readonly verdict: "equivalent" | "not shown";
}

/**
 * Two one-sided t tests (TOST) of the differences against -margin and margin, in their unit. They are
 * equivalent at `alpha` if the interval of level 1 - 2 alpha, by default 90 %, is inside the margins,
 * and there are at least six pairs.
 *
 * Throws a RangeError for fewer than two differences, a margin that is not positive, or an alpha that
 * is not above 0 and below 0.5.
 *
 * Source: Schuirmann, "A comparison of the two one-sided tests procedure and the power approach",
 * J. Pharmacokin. Biopharm. 15 (1987), 657-680.
 */
export function equivalence(
  differences: readonly number[],
  margin: number,
  alpha = 0.05,
): Equivalence {
  if (!(margin > 0)) {
    throw new RangeError(`Cannot test against a margin of ${margin}: it must be positive`);
  }
  if (!(alpha > 0 && alpha < 0.5)) {
    throw new RangeError(`Cannot test at an alpha of ${alpha}: it must be above 0 and below 0.5`);
  }
  const { n, mean, lo, hi, level, sd } = pairedContrast(differences, 1 - 2 * alpha);
  const room = margin - Math.abs(mean);
  const p = sd !== 0 ? studentUpperP(room / (sd / Math.sqrt(n)), n - 1) : room > 0 ? 0 : 1;
  const inside = lo > -margin && hi < margin;
  const verdict = inside && n >= FEWEST_PAIRS ? "equivalent" : "not shown";
  return { n, mean, lo, hi, level, margin, p, verdict };
}

/**
 * Confidence intervals that hold all at once with probability `level` or more, one per contrast, each
 * a list of differences. They are Bonferroni's: each has the level 1 - (1 - level) / m.
 *
 * Contrasts that share seeds are correlated, and each has a standard deviation of its own.
 * Bonferroni's inequality holds whatever the correlation, has a closed form, and agrees with Holm's
 * first step. The alternatives, for 3 contrasts and 12 seeds: Sidak's intervals are 0.3 % shorter, for
 * an inequality that needs more conditions. Those from the distribution of the largest t depend on the
 * correlations, which 12 seeds do not show well. Those from Hotelling's T^2, Scheffe's for paired data,
 * cover every combination of the contrasts and are 33 % longer.
 *
 * Throws a RangeError for a contrast with fewer than two differences or one that is not finite, or a
 * level that is not between 0 and 1.
 *
 * Source: Miller, "Simultaneous Statistical Inference", 2nd edition (1981), chapter 2, on Bonferroni t
 * statistics.
 */
export function simultaneousIntervals(
  contrasts: readonly (readonly number[])[],
  level = 0.95,
): MeanInterval[] {
  const each = 1 - (1 - level) / contrasts.length;
  return contrasts.map((differences) => meanInterval(differences, each));
}
