/**
 * The forest of the primary contrasts: a row per contrast, its mean difference with the 95 % interval,
 * a line at zero, and the margin of the equivalence test as a band. A point is filled if the contrast
 * is decided.
 */
import type { TopLevelSpec } from "vega-lite";
import { PLAN, type PrimaryContrast } from "../../../checks/experiment/analysis.ts";
import { formatDifference, formatDifferenceRange, formatP, rounded } from "../../../figures.ts";
import { spokenAxis } from "../../chart/axes.ts";
import { PALETTE } from "../../chart/colours.ts";
import { type Layer, pageChart, SPOKEN, tooltipOf } from "../../chart/frame.ts";

const ROW_HEIGHT = 64;
const TITLE = "Difference, percentage points";

export function forest(primary: readonly PrimaryContrast[], dataset: string): TopLevelSpec {
  const rows = primary.map(rowOf);
  return {
    ...pageChart(describe(rows, dataset), ROW_HEIGHT * rows.length),
    datasets: { contrasts: rows },
    layer: [margin(), zero(), intervals(rows), means(rows)],
  };
}

/** A contrast in percentage points, and what tooltip and screen reader say of it. */
function rowOf({ name, mean, lo, hi, n, adjustedP, decision, equivalence }: PrimaryContrast) {
  const difference = formatDifference("accuracy", mean);
  const interval = formatDifferenceRange("accuracy", lo, hi);
  const says = decision === "higher" || decision === "lower"
    ? `decided: ${decision}`
    : equivalence.verdict === "equivalent"
    ? `no difference larger than ${100 * PLAN.margin} points`
    : "not decided";
  return {
    contrast: name,
    mean: points(mean),
    lo: points(lo),
    hi: points(hi),
    decided: decision === "higher" || decision === "lower",
    difference,
    interval,
    p: formatP(adjustedP),
    seeds: `${n}`,
    says,
    spoken: `${name}: ${difference}, 95% CI ${interval}, ${n} seeds, ${says}`,
  };
}

type Row = ReturnType<typeof rowOf>;

function points(difference: number): number {
  return rounded(difference, 4, 2);
}

function margin(): Layer {
  const points = 100 * PLAN.margin;
  return {
    name: "margin",
    data: { values: [{ from: -points, to: points }] },
    mark: { type: "rect", color: PALETTE.line.light, opacity: 0.7, aria: false },
    encoding: { x: { field: "from", type: "quantitative" }, x2: { field: "to" } },
  };
}

function zero(): Layer {
  return {
    name: "zero",
    data: { values: [{}] },
    mark: { type: "rule", color: PALETTE.ink.light, strokeWidth: 1, aria: false },
    encoding: { x: { datum: 0, type: "quantitative" } },
  };
}

function intervals(rows: readonly Row[]): Layer {
  return {
    name: "intervals",
    data: { name: "contrasts" },
    mark: { type: "rule", strokeWidth: 2, color: PALETTE.ink.light, aria: false },
    encoding: { y: contrastAxis(rows), x: { ...axis(rows), field: "lo" }, x2: { field: "hi" } },
  };
}

function means(rows: readonly Row[]): Layer {
  return {
    name: "contrasts",
    data: { name: "contrasts" },
    mark: { type: "point", size: 70, opacity: 1, strokeWidth: 1.5, color: PALETTE.ink.light },
    encoding: {
      y: contrastAxis(rows),
      x: { ...axis(rows), field: "mean" },
      fill: {
        condition: { test: "datum.decided", value: PALETTE.ink.light },
        value: PALETTE.surface.light,
      },
      description: SPOKEN,
      tooltip: tooltipOf({
        contrast: "Contrast",
        difference: "Difference",
        interval: "95% CI",
        p: "Holm",
        seeds: "Seeds",
        says: "Says",
      }),
    },
  };
}

function contrastAxis(rows: readonly Row[]) {
  return {
    field: "contrast",
    type: "nominal" as const,
    title: null,
    scale: { domain: rows.map(({ contrast }) => contrast) },
    axis: { ticks: false, domain: false, labelLimit: 280, labelPadding: 10 },
  };
}

/** Around zero, the margin and every interval. */
function axis(rows: readonly Row[]) {
  const ends = rows.flatMap(({ lo, hi }) => [lo, hi]);
  const room = 0.3;
  const lo = Math.min(-100 * PLAN.margin, ...ends) - room;
  const hi = Math.max(100 * PLAN.margin, ...ends) + room;
  const spoken = [lo, hi].map((end) => formatDifference("accuracy", end / 100));
  return {
    type: "quantitative" as const,
    scale: { domain: [rounded(lo, 4), rounded(hi, 4)], nice: false },
    axis: {
      title: TITLE,
      description: spokenAxis("X", TITLE, spoken[0]!, spoken[1]!),
      labelExpr: "(datum.value > 0 ? '+' : '') + format(datum.value, '~f')",
      tickCount: 8,
      grid: true,
      domain: false,
      ticks: false,
    },
  };
}

function describe(rows: readonly Row[], dataset: string): string {
  return `Primary contrasts on ${dataset}, mean over encoder seeds with 95 % intervals. ` +
    `${rows.map(({ spoken }) => spoken).join(". ")}.`;
}
