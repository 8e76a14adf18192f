/**
 * How many unlabelled images it takes: the accuracy of heads on few labels against the number of
 * images that their encoder learned from, beside `fc` on pixels, which learns from none. Of the exact
 * engine alone.
 */
import { TRAINING_IMAGES } from "../../../data/dataset.ts";
import type { Reading } from "../../../data/embedded.ts";
import type { ReportInput } from "../../input.ts";
import {
  accuraciesByLabels,
  type Accuracy,
  type AccuracyByLabels,
  accuracyOf,
  scoredCases,
} from "../../parts/accuracies.ts";

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
  readonly onPixels: AccuracyByLabels;
}

/** The curve; null unless some series has several numbers of unlabelled images. */
export function unlabelledCurve({ cases, dataset }: ReportInput): UnlabelledCurve | null {
  const scored = scoredCases(cases);
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
  const onPixels = accuraciesByLabels(scored, "fc");
  const baseline = onPixels.find(({ labels }) => labels === HEADS.labels) ?? null;
  return { points, baseline, onPixels };
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
