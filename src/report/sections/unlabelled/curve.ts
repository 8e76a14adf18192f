/**
 * How many unlabelled images it takes: the accuracy of heads on few labels against the number of
 * images that their encoder learned from, beside `fc` on pixels, which learns from none. Of the exact
 * engine alone.
 */
import { meanInterval } from "../../../checks/statistics/sample_intervals.ts";
import { exactMean } from "../../../checks/statistics/exact_mean.ts";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { TRAINING_IMAGES } from "../../../data/dataset.ts";
import type { Reading } from "../../../data/embedded.ts";
import type { ReportInput } from "../../input.ts";

type Fraction = number;

/** What all heads of the curve have in common. */
export const HEADS = { labels: 2000, latents: 20 } as const;

/** The heads that are compared. */
export const SERIES = [
  { name: "AE, raw codes", model: "ae", reading: null },
  { name: "AE, centered and scaled", model: "ae", reading: "even" },
  { name: "VAE", model: "vae", reading: null },
] as const satisfies readonly {
  readonly name: string;
  readonly model: "ae" | "vae";
  readonly reading: Reading | null;
}[];

export type SeriesName = (typeof SERIES)[number]["name"];

/** Test accuracy over seeds. */
export interface Accuracy {
  readonly seeds: number;
  readonly mean: Fraction;
  /** The 95 % confidence interval of the mean; null for a single seed. */
  readonly lo: Fraction | null;
  readonly hi: Fraction | null;
}

export interface CurvePoint extends Accuracy {
  readonly series: SeriesName;
  /** Images that the encoder learned from. */
  readonly unlabelled: number;
}

export interface UnlabelledCurve {
  readonly points: readonly CurvePoint[];
  /** `fc` on the same number of labels, and no other images; null if it has not run. */
  readonly baseline: Accuracy | null;
  /** `fc` by number of labels, fewest first. */
  readonly onPixels: readonly (Accuracy & { readonly labels: number })[];
}

/** The curve; null unless some series has several numbers of unlabelled images. */
export function unlabelledCurve({ cases, dataset }: ReportInput): UnlabelledCurve | null {
  const scored = cases.filter(({ case: c, engine, record, verdict }) =>
    engine === "exact" && record?.status === "ok" && verdict !== "stale" && c.draw === null
  );
  const all = dataset.name === "idx" ? Infinity : TRAINING_IMAGES[dataset.name];
  const points = SERIES.flatMap(({ name, model, reading }) => {
    const heads = scored.filter(({ case: c }) =>
      c.model === model && c.reading === reading && c.labels === HEADS.labels &&
      c.latents === HEADS.latents && (c.unlabelled ?? all) < Infinity
    );
    return [...Map.groupBy(heads, ({ case: c }) => c.unlabelled ?? all)]
      .sort(([a], [b]) => a - b)
      .map(([unlabelled, group]) => ({ series: name, unlabelled, ...accuracyOf(group) }));
  });
  const counts = new Set(points.map(({ unlabelled }) => unlabelled));
  if (counts.size < 2) return null;
  const fc = scored.filter(({ case: c }) => c.model === "fc");
  const onPixels = [...Map.groupBy(fc, ({ case: c }) => c.labels!)]
    .sort(([a], [b]) => a - b)
    .map(([labels, group]) => ({ labels, ...accuracyOf(group) }));
  const baseline = onPixels.find(({ labels }) => labels === HEADS.labels) ?? null;
  return { points, baseline, onPixels };
}

function accuracyOf(group: readonly CheckedCase[]): Accuracy {
  const scores = group.map(({ record }) => record!.status === "ok" ? record!.result.score : NaN);
  if (scores.length < 2) return { seeds: 1, mean: exactMean(scores), lo: null, hi: null };
  const { n, mean, lo, hi } = meanInterval(scores);
  return { seeds: n, mean, lo, hi };
}

/**
 * The number of labels with which `fc` on pixels is expected to reach an accuracy: straight lines
 * between its means, over the logarithm of the number of labels. Null outside of its curve.
 */
export function labelsWorth(
  accuracy: Fraction,
  onPixels: UnlabelledCurve["onPixels"],
): number | null {
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

/** From how many unlabelled images on a series' mean is above that of `fc`; null: never, or unknown. */
export function aheadFrom(
  series: SeriesName,
  { points, baseline }: UnlabelledCurve,
): number | null {
  if (baseline === null) return null;
  const mine = points.filter((point) => point.series === series);
  const behind = mine.findLastIndex(({ mean }) => mean <= baseline.mean);
  return mine[behind + 1]?.unlabelled ?? null;
}
