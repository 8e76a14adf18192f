/**
 * Which charts "accuracy against labels" is made of: one where there are embeddings of one size at
 * most, else one for models on pixels and one for each number of latents, those on pixels behind it.
 */
import type { Claim } from "../../../checks/claims.ts";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { countOf } from "../../../figures.ts";
import { formatSeries, parseCase } from "../../../matrix/case.ts";
import { MODEL_NAMES, type ModelName } from "../../../matrix/models.ts";
import { type ScoreRow, scoreRows, type SeedsRow, seedsRows } from "./rows.ts";

export interface LabelsPanel {
  /** Null of a chart that stands alone. */
  readonly title: string | null;
  readonly scores: readonly ScoreRow[];
  readonly seeds: readonly SeedsRow[];
  /** Models that are shown in full elsewhere, and faintly here. */
  readonly context: readonly SeedsRow[];
  /** Claims about what is shown in full. */
  readonly claims: readonly Claim[];
}

/** The charts in the order in which they are read; none without a score. */
export function labelsPanels(
  cases: readonly CheckedCase[],
  claims: readonly Claim[],
): LabelsPanel[] {
  const scores = scoreRows(cases), seeds = seedsRows(cases);
  const panel = (title: string | null, has: (row: { latents: number | null }) => boolean) => {
    const shown = seeds.filter(has);
    const names = new Set(shown.map(configurationOf));
    return {
      title,
      scores: scores.filter(has),
      seeds: shown,
      context: title === null ? [] : seeds.filter((row) => row.latents === null && !has(row)),
      claims: claims.filter(({ configuration }) => names.has(configuration)),
    };
  };
  const sizes = [...new Set(seeds.map(({ latents }) => latents))];
  const latents = sizes.filter((size) => size !== null).sort((a, b) => a - b);
  if (scores.length === 0) return [];
  if (latents.length <= 1) return [panel(null, () => true)];
  return [
    ...sizes.includes(null) ? [panel("On pixels", (row) => row.latents === null)] : [],
    ...latents.map((size) => panel(countOf(size, "latent"), (row) => row.latents === size)),
  ];
}

/** Models of the panels, in the order of the matrix. */
export function modelsOf(panels: readonly LabelsPanel[]): ModelName[] {
  const shown = new Set(panels.flatMap(({ seeds }) => seeds.map(({ model }) => model)));
  return MODEL_NAMES.filter((model) => shown.has(model));
}

/** The key of a place in the chart: series beside each other at one number of labels. */
export function placeOf({ series, labels }: Pick<SeedsRow, "series" | "labels">): string {
  return `${series}@${labels}`;
}

/** The same for a claim, which is about the exact engine. */
export function claimPlace({ configuration }: Claim): { series: string; labels: number } {
  const c = parseCase(configuration);
  return { series: formatSeries(c), labels: c.labels! };
}

function configurationOf(row: SeedsRow): string | null {
  return row.engine === "exact" ? placeOf(row) : null;
}
