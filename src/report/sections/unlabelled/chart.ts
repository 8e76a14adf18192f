/**
 * The chart "How many unlabelled digits?": a line per kind of head over the images that its encoder
 * learned from, with 95 % intervals over seeds, and `fc` on pixels as a dashed line across.
 */
import type { TopLevelSpec } from "vega-lite";
import { formatCount, formatPercent, formatScoreRange, rounded } from "../../../figures.ts";
import { COUNT_LABELS, spokenAxis, TITLE_ABOVE } from "../../chart/axes.ts";
import { MODEL_COLOURS, PALETTE } from "../../chart/colours.ts";
import { type Layer, pageChart, SPOKEN, tooltipOf } from "../../chart/frame.ts";
import type { Accuracy } from "../../parts/accuracies.ts";
import { type CurvePoint, HEADS, SERIES, type UnlabelledCurve } from "./curve.ts";

const HEIGHT = 340;
const X_TITLE = "Unlabelled training images (log scale)";
const Y_TITLE = `Test accuracy with ${formatCount(HEADS.labels)} labels`;
const BASELINE = "fc on pixels, no unlabelled images";

/** What tells the series apart, in their order. */
const LOOKS = [
  { sign: "■", colour: MODEL_COLOURS.ae, dash: [4, 3], shape: "square" },
  { sign: "●", colour: MODEL_COLOURS.ae, dash: [1, 0], shape: "circle" },
  { sign: "◆", colour: MODEL_COLOURS.vae, dash: [1, 0], shape: "diamond" },
] as const;

/** The series that have points, and how each looks. */
export function shownSeries({ points }: UnlabelledCurve) {
  return SERIES.map(({ name }, i) => ({ name, ...LOOKS[i]! }))
    .filter(({ name }) => points.some(({ series }) => series === name));
}

/** @param legend whether the chart says which line is which; a page has a key of its own */
export function unlabelledChart(
  curve: UnlabelledCurve,
  dataset: string,
  legend: boolean,
): TopLevelSpec {
  const rows = curve.points.map(rowOf);
  const view = viewOf(curve, legend);
  const baseline = curve.baseline === null ? [] : across(curve.baseline, view);
  return {
    ...pageChart(describe(rows, curve.baseline, dataset), HEIGHT),
    datasets: { unlabelled: rows },
    layer: [...baseline, lines(view), intervals(view), means(view)],
  };
}

function rowOf({ series, unlabelled, seeds, mean, lo, hi }: CurvePoint) {
  const accuracy = formatPercent(mean);
  const interval = lo === null || hi === null ? "–" : formatScoreRange("accuracy", lo, hi);
  return {
    series,
    unlabelled,
    ...{ mean: percent(mean), lo: percentOrNull(lo), hi: percentOrNull(hi) },
    ...{ accuracy, interval, seeds: `${seeds}`, images: formatCount(unlabelled) },
    spoken: `${series}, ${formatCount(unlabelled)} unlabelled images: ${accuracy}` +
      (lo === null ? ", 1 seed" : `, 95% CI ${interval}, ${seeds} seeds`),
  };
}

type Row = ReturnType<typeof rowOf>;

function percent(fraction: number): number {
  return rounded(fraction, 4, 2);
}

function percentOrNull(fraction: number | null): number | null {
  return fraction === null ? null : percent(fraction);
}

function viewOf(curve: UnlabelledCurve, hasLegend: boolean) {
  const { points, baseline } = curve;
  const counts = [...new Set(points.map(({ unlabelled }) => unlabelled))].sort((a, b) => a - b);
  const [fewest, most] = [counts[0]!, counts.at(-1)!];
  const all = [...points, ...baseline === null ? [] : [baseline]];
  const lo = Math.floor(Math.min(...all.map((a) => percent(a.lo ?? a.mean))) - 0.3);
  const hi = Math.min(100, Math.ceil(Math.max(...all.map((a) => percent(a.hi ?? a.mean))) + 0.3));
  const shown = shownSeries(curve);
  const domain = shown.map(({ name }) => name);
  const bySeries = {
    field: "series",
    type: "nominal" as const,
    title: null,
    legend: hasLegend ? { orient: "top" as const, offset: 26 } : null,
  };
  return {
    x: {
      field: "unlabelled",
      type: "quantitative" as const,
      title: X_TITLE,
      scale: { type: "log" as const, domain: [fewest, most], nice: false, padding: 28 },
      axis: {
        description: spokenAxis("X", X_TITLE, formatCount(fewest), formatCount(most)),
        values: counts,
        grid: false,
        labelExpr: COUNT_LABELS,
        labelOverlap: "greedy" as const,
        labelSeparation: 4,
      },
    },
    y: {
      type: "quantitative" as const,
      scale: { domain: [lo, hi], nice: false, zero: false },
      axis: {
        ...TITLE_ABOVE,
        title: Y_TITLE,
        description: spokenAxis("Y", Y_TITLE, `${lo}%`, `${hi}%`),
        labelExpr: "datum.label + '%'",
        tickCount: 6,
        domain: false,
        ticks: false,
      },
    },
    color: { ...bySeries, scale: { domain, range: shown.map(({ colour }) => colour) } },
    strokeDash: { ...bySeries, scale: { domain, range: shown.map(({ dash }) => [...dash]) } },
    shape: { ...bySeries, scale: { domain, range: shown.map(({ shape }) => shape) } },
  };
}

type View = ReturnType<typeof viewOf>;

/** The line of `fc`, with its interval as a band, and its name at the right end. */
function across({ mean, lo, hi }: Accuracy, { y }: View): Layer[] {
  const { axis: _, ...place } = y;
  const row = { mean: percent(mean), lo: percentOrNull(lo), hi: percentOrNull(hi), name: BASELINE };
  const data = { values: [row] };
  return [
    ...lo === null ? [] : [{
      name: "baseline-interval",
      data,
      mark: { type: "rect" as const, color: MODEL_COLOURS.fc, opacity: 0.12, aria: false },
      encoding: { y: { ...place, field: "lo" }, y2: { field: "hi" } },
    }],
    {
      name: "baseline",
      data,
      mark: {
        ...{ type: "rule" as const, color: MODEL_COLOURS.fc, strokeWidth: 1.5, aria: false },
        strokeDash: [6, 4],
      },
      encoding: { y: { ...place, field: "mean" } },
    },
    {
      name: "baseline-name",
      data,
      mark: {
        ...{ type: "text" as const, color: MODEL_COLOURS.fc, fontSize: 12, aria: false },
        ...{ align: "right" as const, baseline: "bottom" as const, dy: -4, x: "width" },
      },
      encoding: { y: { ...place, field: "mean" }, text: { field: "name", type: "nominal" } },
    },
  ];
}

function lines({ x, y, color, strokeDash }: View): Layer {
  return {
    name: "unlabelled-lines",
    data: { name: "unlabelled" },
    mark: { type: "line", strokeWidth: 2, aria: false },
    encoding: { x, y: { ...y, field: "mean" }, color, strokeDash },
  };
}

function intervals({ x, y, color }: View): Layer {
  return {
    name: "unlabelled-intervals",
    data: { name: "unlabelled" },
    transform: [{ filter: "isValid(datum.lo)" }],
    mark: { type: "rule", strokeWidth: 2, opacity: 0.6, aria: false },
    encoding: { x, y: { ...y, field: "lo" }, y2: { field: "hi" }, color },
  };
}

function means({ x, y, color, shape }: View): Layer {
  return {
    name: "unlabelled",
    data: { name: "unlabelled" },
    mark: { type: "point", filled: true, size: 60, opacity: 1, stroke: PALETTE.surface.light },
    encoding: {
      x,
      y: { ...y, field: "mean" },
      color,
      shape,
      description: SPOKEN,
      tooltip: tooltipOf({
        series: "Head on",
        images: "Unlabelled images",
        accuracy: "Test accuracy",
        interval: "95% CI",
        seeds: "Seeds",
      }),
    },
  };
}

function describe(rows: readonly Row[], baseline: Accuracy | null, dataset: string): string {
  const fc = baseline === null ? "" : ` ${BASELINE}: ${formatPercent(baseline.mean)}.`;
  return `${Y_TITLE} on ${dataset}, against the images that the encoder learned from. ` +
    `${rows.map(({ spoken }) => spoken).join(". ")}.${fc}`;
}
