/**
 * The chart "time of a training step": rows -> a Vega-Lite spec, as plain data. A row a system under
 * each model, a point a number of threads, on a logarithmic axis: equal distances are equal ratios.
 */
import type { TopLevelSpec } from "vega-lite";
import { countOf, formatMilliseconds, formatRatio } from "../../../figures.ts";
import { spokenAxis } from "../../chart/axes.ts";
import { PALETTE } from "../../chart/colours.ts";
import { type Layer, pageChart, SPOKEN, tooltipOf } from "../../chart/frame.ts";
import { isOurs, type StepRow } from "./step_rows.ts";

/** The spec of the chart, of the fastest variant of each system; null without a time. */
export function stepTimes(rows: readonly StepRow[]): TopLevelSpec | null {
  if (rows.length === 0) return null;
  const y = systemAxis(rows), x = timeAxis(rows);
  return {
    ...pageChart(describe(rows), 21 * rowNames(rows).length),
    padding: { left: 4, right: 12, top: 4, bottom: 4 },
    datasets: { spans: spanRows(rows), times: rows.map(timeRow) },
    layer: [spans(y, x), times(y, x, rows)],
  };
}

type Y = ReturnType<typeof systemAxis>;
type X = ReturnType<typeof timeAxis>;

function spans(y: Y, x: X): Layer {
  return {
    name: "spans",
    data: { name: "spans" },
    mark: { type: "rule", color: PALETTE.line.light, strokeWidth: 3, aria: false },
    encoding: { y, x: { ...x, field: "least" }, x2: { field: "most" } },
  };
}

function times(y: Y, x: X, rows: readonly StepRow[]): Layer {
  return {
    name: "times",
    data: { name: "times" },
    mark: { type: "point", filled: true, size: 80, opacity: 1 },
    encoding: {
      y,
      x: { ...x, field: "medianMs" },
      color: {
        field: "whose",
        type: "nominal",
        scale: {
          domain: ["ours", "others"],
          range: [PALETTE.ink.light, PALETTE.muted.light],
        },
        legend: null,
      },
      shape: threadShapes(rows),
      description: SPOKEN,
      tooltip: tooltipOf({
        model: "Model",
        who: "System",
        threads: "Threads",
        time: "Median",
        least: "Least",
        ratio: "Times ours",
      }),
    },
  };
}

/** Stands between model and system in the name of a row; the header of a model has none. */
const SEPARATOR = "|";

function systemAxis(rows: readonly StepRow[]) {
  return {
    field: "row",
    type: "nominal" as const,
    title: null,
    scale: { domain: rowNames(rows), paddingOuter: 0.1 },
    axis: {
      description: "Y-axis: models, and below each the systems that were timed",
      domain: false,
      ticks: false,
      labelExpr: `split(datum.label, '${SEPARATOR}')[1] || split(datum.label, '${SEPARATOR}')[0]`,
      labelColor: headerOr(PALETTE.ink.light, PALETTE.muted.light),
      labelFontWeight: headerOr("bold" as const, "normal" as const),
      labelLimit: 150,
    },
  };
}

function headerOr<T>(header: T, other: T) {
  const test = `indexof(datum.label, '${SEPARATOR}') < 0`;
  return { condition: { test, value: header }, value: other };
}

const TIME_TITLE = "Median time of a training step (log scale)";

function timeAxis(rows: readonly StepRow[]) {
  const domain = domainOf(rows);
  const [lo, hi] = domain.map(formatMilliseconds) as [string, string];
  return {
    type: "quantitative" as const,
    title: TIME_TITLE,
    scale: { type: "log" as const, domain, nice: false },
    axis: {
      description: spokenAxis("X", TIME_TITLE, lo, hi),
      values: decades(rows),
      labelExpr: "format(datum.value, '~r') + ' ms'",
      domain: false,
      ticks: false,
    },
  };
}

/** A shape for each number of threads, the most first. */
function threadShapes(rows: readonly StepRow[]) {
  const threads = [...new Set(rows.map((row) => row.threads))].sort((a, b) => b - a);
  return {
    field: "threads",
    type: "nominal" as const,
    title: "Threads",
    scale: { domain: threads, range: threads.map((_, i) => SHAPES[i % SHAPES.length]!) },
    legend: threads.length > 1
      ? {
        orient: "top" as const,
        titleColor: PALETTE.muted.light,
        titleFontWeight: "normal" as const,
        titleOrient: "left" as const,
        symbolFillColor: PALETTE.ink.light,
        symbolStrokeColor: PALETTE.ink.light,
      }
      : null,
  };
}

const SHAPES = ["circle", "diamond", "triangle-up", "square"];

function rowName({ model, system }: StepRow): string {
  return `${model}${SEPARATOR}${system}`;
}

/** Each model as a header, and below it its systems, ours first. */
function rowNames(rows: readonly StepRow[]): string[] {
  return [...Map.groupBy(rows, (row) => row.model)].flatMap(([model, members]) => {
    const [ours, others] = [members.filter(isOurs), members.filter((row) => !isOurs(row))];
    return [model, ...new Set([...ours, ...others].map(rowName))];
  });
}

/** The lowest and the highest time of each row that has several. */
function spanRows(rows: readonly StepRow[]) {
  return [...Map.groupBy(rows, rowName)].flatMap(([row, members]) => {
    const times = members.map(({ medianMs }) => medianMs);
    return members.length < 2 ? [] : [{ row, least: Math.min(...times), most: Math.max(...times) }];
  });
}

function domainOf(rows: readonly StepRow[]): [number, number] {
  const times = rows.map(({ medianMs }) => medianMs);
  return [Math.min(...times) / 1.3, Math.max(...times) * 1.3];
}

function decades(rows: readonly StepRow[]): number[] {
  const [lo, hi] = domainOf(rows);
  const all = [1e-4, 1e-3, 0.01, 0.1, 1, 10, 100, 1000, 1e4, 1e5, 1e6];
  const inside = all.filter((value) => value >= lo && value <= hi);
  return inside.length >= 2 ? inside : [...new Set([...inside, ...rows.map((r) => r.medianMs)])];
}

/** A time, its place, and what tooltip and screen reader say of it. */
function timeRow(row: StepRow) {
  const who = `${row.system}, ${row.variant}`;
  const time = formatMilliseconds(row.medianMs);
  return {
    ...row,
    row: rowName(row),
    whose: isOurs(row) ? "ours" : "others",
    who,
    time,
    least: formatMilliseconds(row.leastMs),
    ratio: row.timesOurs === null ? "–" : formatRatio(row.timesOurs),
    spoken: `${row.model}, ${who}, ${countOf(row.threads, "thread")}: ${time}`,
  };
}

function describe(rows: readonly StepRow[]): string {
  const lines = [...Map.groupBy(rows, (row) => row.model)].map(([model, members]) =>
    `${model}: ` +
    members.map(({ system, threads, medianMs }) =>
      `${system} ${formatMilliseconds(medianMs)} with ${countOf(threads, "thread")}`
    ).join(", ")
  );
  return `Median time of one training step by model, system and threads. ${lines.join(". ")}.`;
}
