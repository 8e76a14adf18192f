/**
 * The chart "accuracy against labels": checked cases -> rows -> a Vega-Lite spec, as plain data.
 * One point a case, a line through the medians over seeds, and a bar where a score is expected.
 * Bars, for nothing is known between two numbers of labels.
 */
import type { TopLevelSpec } from "vega-lite";
import type { CheckedCase, Verdict } from "../../checks/verdict.ts";
import { withEngine } from "../../engines/engine_name.ts";
import { formatConfiguration } from "../../matrix/case.ts";
import { countOf, formatPercent, formatRange, joinWords } from "../format.ts";
import { groupCases, median } from "../group_cases.ts";
import { PALETTE, SERIES_COLOURS } from "../palette.ts";
import { CHART_CONFIG } from "./chart_config.ts";
import { VERDICT_WORDS } from "../verdict_words.ts";

type Fraction = number;

/** A case with a score of the present numeric version. */
export interface ScoreRow {
  readonly case: string;
  /** The case without labels and seed, e.g. `fc` or `vae20`, with the engine where it is not ours. */
  readonly series: string;
  readonly labels: number;
  readonly seed: number;
  readonly accuracy: Fraction;
  readonly verdict: Verdict;
  readonly bandLo: Fraction | null;
  readonly bandHi: Fraction | null;
}

/** What the seeds of one configuration say together. */
export interface MedianRow {
  readonly series: string;
  readonly labels: number;
  readonly seeds: number;
  readonly median: Fraction;
  readonly min: Fraction;
  readonly max: Fraction;
  readonly bandLo: Fraction | null;
  readonly bandHi: Fraction | null;
}

/** The rows that the chart shows; a case without a valid score gives none. */
export function scoreRows(cases: readonly CheckedCase[]): ScoreRow[] {
  return cases.flatMap((c) => {
    const { labels } = c.case;
    if (c.record?.status !== "ok" || labels === null || c.verdict === "stale") return [];
    return [{
      case: c.id,
      series: withEngine(formatConfiguration({ ...c.case, labels: null }), c.engine),
      labels,
      seed: c.case.seed,
      accuracy: c.record.result.score,
      verdict: c.verdict,
      bandLo: c.band?.lo ?? null,
      bandHi: c.band?.hi ?? null,
    }];
  });
}

export function medianRows(cases: readonly CheckedCase[]): MedianRow[] {
  return groupCases(cases).flatMap((group) => {
    const rows = scoreRows(group.cases);
    if (rows.length === 0) return [];
    const { series, labels } = rows[0]!;
    const { bandLo, bandHi } = rows.find((row) => row.bandLo !== null) ?? rows[0]!;
    const scores = rows.map((row) => row.accuracy);
    return [{
      series,
      labels,
      seeds: rows.length,
      median: median(scores),
      min: Math.min(...scores),
      max: Math.max(...scores),
      bandLo,
      bandHi,
    }];
  });
}

/** The spec of the chart; null where there is no score to show. */
export function accuracyAgainstLabels(
  cases: readonly CheckedCase[],
  dataset: string,
): TopLevelSpec | null {
  const rows = scoreRows(cases);
  if (rows.length === 0) return null;
  const medians = medianRows(cases);
  const series = [...new Set(rows.map((row) => row.series))];
  const labels = [...new Set(rows.map((row) => row.labels))].sort((a, b) => a - b);

  const crowded = rows.length > 4 * medians.length;

  const x = {
    field: "labels",
    type: "quantitative" as const,
    title: "Labelled training images (log scale)",
    scale: { type: "log" as const, domain: labelDomain(labels), nice: false, padding: 24 },
    axis: {
      values: labels,
      grid: false,
      labelExpr: "width < 560 ? format(datum.value, '~s') : format(datum.value, ',')",
      labelOverlap: "greedy" as const,
      labelSeparation: 4,
    },
  };
  const y = {
    type: "quantitative" as const,
    scale: { domain: accuracyDomain(rows), nice: false, zero: false },
    axis: {
      title: "Test accuracy",
      titleAngle: 0,
      titleAlign: "left" as const,
      titleAnchor: "end" as const,
      titleBaseline: "bottom" as const,
      titleX: 0,
      titleY: -12,
      labelExpr: "format(datum.value * 100, '~f') + ' %'",
      tickCount: 6,
      domain: false,
      ticks: false,
    },
  };
  const color = {
    field: "series",
    type: "nominal" as const,
    title: null,
    scale: { domain: series, range: series.map(colourOf) },
    legend: series.length > 1
      ? { orient: "top" as const, offset: 32, symbolType: "circle", symbolOpacity: 1 }
      : null,
  };

  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: describe(medians, dataset),
    width: "container",
    height: 400,
    padding: { left: 4, right: 4, top: 20, bottom: 4 },
    config: CHART_CONFIG,
    datasets: {
      scores: rows.map((row) => ({ ...row, ...texts(row) })),
      medians,
      bands: medians.filter((row) => row.bandLo !== null),
    },
    layer: [
      {
        name: "bands",
        data: { name: "bands" },
        mark: { type: "rule", strokeWidth: 22, opacity: 0.25, aria: false },
        encoding: {
          x,
          y: { ...y, field: "bandLo" },
          y2: { field: "bandHi" },
          color,
        },
      },
      {
        name: "medians",
        data: { name: "medians" },
        mark: { type: "line", strokeWidth: 1.5, aria: false },
        encoding: { x, y: { ...y, field: "median" }, color },
      },
      {
        name: "scores",
        data: { name: "scores" },
        mark: {
          type: "point",
          filled: true,
          opacity: crowded ? 0.75 : 1,
          strokeWidth: crowded ? 0.5 : 1.25,
          stroke: PALETTE.surface.light,
        },
        encoding: {
          x,
          y: { ...y, field: "accuracy" },
          color: {
            ...color,
            condition: {
              test: { field: "verdict", oneOf: OUT_OF_BAND },
              value: PALETTE.bad.light,
            },
          },
          shape: {
            field: "verdict",
            type: "nominal",
            scale: { domain: Object.keys(SHAPES), range: Object.values(SHAPES) },
            legend: null,
          },
          size: {
            condition: { test: { field: "verdict", oneOf: OUT_OF_BAND }, value: 110 },
            value: crowded ? 40 : 60,
          },
          description: { field: "spoken", type: "nominal" },
          tooltip: [
            { field: "case", title: "Case" },
            { field: "score", title: "Test accuracy" },
            { field: "expected", title: "Expected" },
            { field: "said", title: "Verdict" },
          ],
        },
      },
    ],
  };
}

const OUT_OF_BAND: Verdict[] = ["low", "high", "differs"];

/** Verdicts that a score can have, and their shapes: a triangle points to where the score went. */
const SHAPES: { readonly [verdict in Verdict]?: string } = {
  pass: "circle",
  "no-band": "circle",
  low: "triangle-down",
  high: "triangle-up",
  differs: "diamond",
};

/** What the tooltip and the screen reader say of a point. */
function texts(row: ScoreRow): { [name in "score" | "expected" | "said" | "spoken"]: string } {
  const { symbol, word } = VERDICT_WORDS[row.verdict];
  return {
    spoken: `${row.case}: ${formatPercent(row.accuracy)}, ${word}`,
    score: formatPercent(row.accuracy),
    expected: row.bandLo === null || row.bandHi === null
      ? "no band"
      : formatRange(row.bandLo, row.bandHi),
    said: `${symbol} ${word}`,
  };
}

function colourOf(_series: string, index: number): string {
  return SERIES_COLOURS[index % SERIES_COLOURS.length]!;
}

/** From the fewest to the most labels; a single number of labels stands in the middle. */
function labelDomain(labels: readonly number[]): [number, number] {
  const [lo, hi] = [labels[0]!, labels.at(-1)!];
  return lo === hi ? [lo / 2, hi * 2] : [lo, hi];
}

/** Whole steps of 5 % around every score and band, at most 0 to 100 %. */
function accuracyDomain(rows: readonly ScoreRow[]): [Fraction, Fraction] {
  const values = rows.flatMap((row) => [row.accuracy, row.bandLo, row.bandHi])
    .filter((value) => value !== null);
  const lo = Math.max(0, Math.floor(Math.min(...values) * 20));
  const hi = Math.min(20, Math.ceil(Math.max(...values) * 20));
  return [Math.min(lo, hi - 1) / 20, hi / 20];
}

function describe(medians: readonly MedianRow[], dataset: string): string {
  const lines = [...Map.groupBy(medians, (row) => row.series)].map(([series, rows]) =>
    `${series}: ` +
    joinWords(
      rows.map((row) => `${formatPercent(row.median)} with ${countOf(row.labels, "label")}`),
    ).replaceAll("\u00a0", " ")
  );
  return `Test accuracy on ${dataset} against the number of labelled training images, ` +
    `medians over seeds. ${lines.join(". ")}.`;
}
