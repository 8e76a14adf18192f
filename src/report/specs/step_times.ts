/**
 * The chart "time of a training step": rows -> a Vega-Lite spec, as plain data. A row a system under
 * each model, a point a number of threads, on a logarithmic axis: equal distances are equal ratios.
 */
import type { TopLevelSpec } from "vega-lite";
import { countOf } from "../format.ts";
import { PALETTE } from "../palette.ts";
import { formatMs, formatTimes, isOurs, type StepRow } from "../step_rows.ts";
import { CHART_CONFIG } from "./chart_config.ts";

const SEPARATOR = "|";

/** The spec of the chart, of the fastest variant of each system; null without a time. */
export function stepTimes(rows: readonly StepRow[]): TopLevelSpec | null {
  if (rows.length === 0) return null;
  const threads = [...new Set(rows.map((row) => row.threads))].sort((a, b) => b - a);
  const y = {
    field: "row",
    type: "nominal" as const,
    title: null,
    scale: { domain: rowNames(rows), paddingOuter: 0.1 },
    axis: {
      domain: false,
      ticks: false,
      labelExpr: `split(datum.label, '${SEPARATOR}')[1] || split(datum.label, '${SEPARATOR}')[0]`,
      labelColor: headerOr(PALETTE.ink.light, PALETTE.muted.light),
      labelFontWeight: headerOr("bold" as const, "normal" as const),
      labelLimit: 150,
    },
  };
  const x = {
    type: "quantitative" as const,
    title: "Time of a training step (log scale)",
    scale: { type: "log" as const, domain: domainOf(rows), nice: false },
    axis: {
      values: decades(rows),
      labelExpr: "format(datum.value, '~r') + ' ms'",
      domain: false,
      ticks: false,
    },
  };
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: describe(rows),
    width: "container",
    height: 21 * rowNames(rows).length,
    padding: { left: 4, right: 12, top: 4, bottom: 4 },
    config: CHART_CONFIG,
    datasets: {
      spans: spans(rows),
      times: rows.map((row) => ({
        ...row,
        row: rowName(row),
        whose: isOurs(row) ? "ours" : "others",
        ...texts(row),
      })),
    },
    layer: [
      {
        name: "spans",
        data: { name: "spans" },
        mark: { type: "rule", color: PALETTE.line.light, strokeWidth: 3, aria: false },
        encoding: { y, x: { ...x, field: "least" }, x2: { field: "most" } },
      },
      {
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
              range: [PALETTE.series1.light, PALETTE.series2.light],
            },
            legend: null,
          },
          shape: {
            field: "threads",
            type: "nominal",
            title: "Threads",
            scale: { domain: threads, range: threads.map((_, i) => SHAPES[i % SHAPES.length]!) },
            legend: threads.length > 1
              ? {
                orient: "top",
                titleColor: PALETTE.muted.light,
                titleFontWeight: "normal",
                titleOrient: "left",
                symbolFillColor: PALETTE.ink.light,
                symbolStrokeColor: PALETTE.ink.light,
              }
              : null,
          },
          description: { field: "spoken", type: "nominal" },
          tooltip: [
            { field: "model", title: "Model" },
            { field: "who", title: "System" },
            { field: "threads", title: "Threads" },
            { field: "time", title: "Median" },
            { field: "least", title: "Least" },
            { field: "ratio", title: "Times ours" },
          ],
        },
      },
    ],
  };
}

const SHAPES = ["circle", "diamond", "triangle-up", "square"];

function headerOr<T>(header: T, other: T) {
  const test = `indexof(datum.label, '${SEPARATOR}') < 0`;
  return { condition: { test, value: header }, value: other };
}

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

/** From the lowest to the highest time of a row, where it has several. */
function spans(rows: readonly StepRow[]) {
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

/** What the tooltip and the screen reader say of a point. */
function texts(row: StepRow): { [name in "who" | "time" | "least" | "ratio" | "spoken"]: string } {
  const who = `${row.system}, ${row.variant}`;
  const time = `${formatMs(row.medianMs)} ms`;
  const ratio = row.timesOurs === null ? "–" : formatTimes(row.timesOurs);
  return {
    who,
    time,
    least: `${formatMs(row.leastMs)} ms`,
    ratio,
    spoken: `${row.model}, ${who}, ${countOf(row.threads, "thread")}: ${time}`,
  };
}

function describe(rows: readonly StepRow[]): string {
  const lines = [...Map.groupBy(rows, (row) => row.model)].map(([model, members]) =>
    `${model}: ` +
    members.map(({ system, threads, medianMs }) =>
      `${system} ${formatMs(medianMs)} ms with ${countOf(threads, "thread")}`
    ).join(", ")
  );
  return `Median time of one training step by model, system and threads. ${lines.join(". ")}.`;
}
