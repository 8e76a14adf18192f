/** Test accuracies of the exact engine over seeds, as several sections compare them. */
import { exactMean } from "../../checks/statistics/exact_mean.ts";
import { meanInterval } from "../../checks/statistics/sample_intervals.ts";
import type { CheckedCase } from "../../checks/verdict.ts";
import { formatCount, formatPercent, formatScoreRange } from "../../figures.ts";

type Fraction = number;

/** Test accuracy over seeds. */
export interface Accuracy {
  readonly seeds: number;
  readonly mean: Fraction;
  /** The 95% confidence interval of the mean; null for a single seed. */
  readonly lo: Fraction | null;
  readonly hi: Fraction | null;
}

/** Accuracies of a model by number of labels, fewest first. */
export type AccuracyByLabels = readonly (Accuracy & { readonly labels: number })[];

/** The cases of the exact engine that have a valid score on the first labels. */
export function scoredCases(cases: readonly CheckedCase[]): CheckedCase[] {
  return cases.filter(({ case: c, engine, record, verdict }) =>
    engine === "exact" && record?.status === "ok" && verdict !== "stale" && c.draw === null
  );
}

export function accuracyOf(group: readonly CheckedCase[]): Accuracy {
  const scores = group.map(scoreOf);
  if (scores.length < 2) return { seeds: 1, mean: exactMean(scores), lo: null, hi: null };
  const { n, mean, lo, hi } = meanInterval(scores);
  return { seeds: n, mean, lo, hi };
}

/** The score of a case that has one. */
export function scoreOf({ record }: CheckedCase): Fraction {
  return record?.status === "ok" ? record.result.score : NaN;
}

/** The curve of a model that learns from pixels and labels alone. */
export function accuraciesByLabels(
  scored: readonly CheckedCase[],
  model: "fc" | "conv",
): AccuracyByLabels {
  const cases = scored.filter(({ case: c }) => c.model === model);
  return [...Map.groupBy(cases, ({ case: c }) => c.labels!)]
    .sort(([a], [b]) => a - b)
    .map(([labels, group]) => ({ labels, ...accuracyOf(group) }));
}

/**
 * The number of labels with which a model is expected to reach an accuracy: straight lines between its
 * means, over the logarithm of the number of labels. Null outside of its curve.
 */
export function labelsWorth(accuracy: Fraction, onPixels: AccuracyByLabels): number | null {
  for (const [i, next] of onPixels.entries()) {
    const before = onPixels[i - 1];
    if (before === undefined || accuracy < before.mean || accuracy > next.mean) continue;
    const share = next.mean === before.mean
      ? 0
      : (accuracy - before.mean) / (next.mean - before.mean);
    return before.labels * (next.labels / before.labels) ** share;
  }
  return null;
}

/** Two figures are enough of a number that was read off between two others. */
export function inHundreds(count: number): string {
  return formatCount(100 * Math.round(count / 100));
}

export function sayAccuracy({ mean, lo, hi, seeds }: Accuracy): string {
  return lo === null || hi === null
    ? `${formatPercent(mean)}, 1 seed`
    : `${formatPercent(mean)}, 95% CI ${formatScoreRange("accuracy", lo, hi)}, ${seeds} seeds`;
}
