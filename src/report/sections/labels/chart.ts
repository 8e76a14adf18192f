/**
 * The chart "accuracy against labels": rows -> a Vega-Lite spec, as plain data. A line through the
 * means over seeds with their intervals, a point for each case where it stands alone or is out of its
 * band, a bar where a score is expected, and what the original experiment claimed.
 */
import type { TopLevelSpec } from "vega-lite";
import type { Verdict } from "../../../checks/verdict.ts";
import { countOf, formatCount, formatPercent } from "../../../figures.ts";
import { accuracyAxis, COUNT_LABELS, errorsOf, spokenAxis } from "../../chart/axes.ts";
import { engineDash, modelColours, PALETTE } from "../../chart/colours.ts";
import {
  type Drawing,
  type Layer,
  pageChart,
  SPOKEN,
  stackedCharts,
  tooltipOf,
} from "../../chart/frame.ts";
import { joinWords } from "../../text/sentences.ts";
import { datasetsOf, DOT, OUT_OF_BAND } from "./datasets.ts";
import { type LabelsPanel, modelsOf } from "./panels.ts";

const LABELS_TITLE = "Labelled training images (log scale)";

/** The panels as charts of a page, whose key says what the colours are; all have the same axes. */
export function accuracyAgainstLabels(
  panels: readonly LabelsPanel[],
  dataset: string,
): TopLevelSpec[] {
  return panels.map((panel) => ({
    ...pageChart(describe(panel, dataset), heightOf(panel)),
    ...draw(panel, panels, "", false),
  }));
}

/** All panels in one chart that stands alone, with a legend. */
export function stackedPanels(panels: readonly LabelsPanel[], dataset: string): TopLevelSpec {
  const stacked = panels.map((panel, index) => ({
    title: panel.title,
    description: describe(panel, dataset),
    height: heightOf(panel),
    drawing: draw(panel, panels, `-${index + 1}`, true),
  }));
  return {
    ...stackedCharts(stacked),
    resolve: { scale: { color: "shared", stroke: "shared", fill: "shared" } },
  };
}

function heightOf({ title }: LabelsPanel): number {
  return title === null ? 400 : 300;
}

/** The layers of a panel that have rows, under names that end in `suffix`. */
function draw(
  panel: LabelsPanel,
  panels: readonly LabelsPanel[],
  suffix: string,
  legend: boolean,
): Drawing {
  const datasets = datasetsOf(panel, suffix);
  const view = viewOf(panel, panels, suffix, legend);
  const layer = [
    bands(view),
    context(view),
    lines(view),
    intervals(view),
    means(view),
    scores(view),
    claims(view),
    measuredAgain(view),
  ];
  return { datasets, layer: layer.filter(({ data }) => data.name in datasets) };
}

/** What the layers of a panel share. */
function viewOf(
  panel: LabelsPanel,
  panels: readonly LabelsPanel[],
  suffix: string,
  legend: boolean,
) {
  return {
    suffix,
    alone: panel.title === null,
    x: {
      field: "at",
      ...labelsAxis(panels.flatMap(({ scores }) => scores.map(({ labels }) => labels))),
    },
    y: errorAxis(panels),
    color: modelColours(modelsOf(panels), legend ? {} : null),
    dash: engineDash([...panel.seeds, ...panel.context]),
  };
}

type View = ReturnType<typeof viewOf>;
type RowsLayer = Layer & { readonly data: { readonly name: string } };

function bands({ suffix, alone, x, y, color }: View): RowsLayer {
  return {
    name: `bands${suffix}`,
    data: { name: `means${suffix}` },
    transform: [{ filter: "isValid(datum.bandLo)" }, ...errorsOf("bandLo", "bandHi")],
    mark: { type: "rule", strokeWidth: alone ? 18 : 7, opacity: alone ? 0.22 : 0.2, aria: false },
    encoding: { x, y: { ...y, field: "bandLoError" }, y2: { field: "bandHiError" }, color },
  };
}

/** The means of models that are shown in full elsewhere. */
function context({ suffix, x, y, color, dash }: View): RowsLayer {
  return {
    name: `context${suffix}`,
    data: { name: `context${suffix}` },
    transform: errorsOf("mean"),
    mark: { type: "line", strokeWidth: 1, opacity: 0.6, aria: false },
    encoding: {
      x: { ...x, field: "labels" },
      y: { ...y, field: "meanError" },
      color,
      ...dash,
      detail: { field: "series" },
    },
  };
}

function lines({ suffix, x, y, color, dash }: View): RowsLayer {
  return {
    name: `lines${suffix}`,
    data: { name: `means${suffix}` },
    transform: errorsOf("mean"),
    mark: { type: "line", strokeWidth: 1.5, aria: false },
    encoding: { x, y: { ...y, field: "meanError" }, color, ...dash, detail: { field: "series" } },
  };
}

function intervals({ suffix, x, y, color }: View): RowsLayer {
  return {
    name: `intervals${suffix}`,
    data: { name: `means${suffix}` },
    transform: [{ filter: "isValid(datum.lo)" }, ...errorsOf("lo", "hi")],
    mark: { type: "rule", strokeWidth: 2, clip: true, aria: false },
    encoding: { x, y: { ...y, field: "loError" }, y2: { field: "hiError" }, color },
  };
}

/** A point for each mean of several seeds. */
function means({ suffix, alone, x, y, color }: View): RowsLayer {
  return {
    name: `means${suffix}`,
    data: { name: `means${suffix}` },
    transform: [{ filter: "isValid(datum.lo)" }, ...errorsOf("lo", "mean")],
    mark: { type: "point", size: alone ? 45 : 28, opacity: 1, strokeWidth: 1.5 },
    encoding: {
      x,
      y: { ...y, field: "meanError" },
      ...pointColours(color),
      description: SPOKEN,
      tooltip: tooltipOf({
        name: "Case",
        score: "Mean accuracy",
        interval: "95 % interval",
        over: "Over",
        expected: "Expected",
      }),
    },
  };
}

function scores({ suffix, x, y, color }: View): RowsLayer {
  return {
    name: `scores${suffix}`,
    data: { name: `scores${suffix}` },
    transform: errorsOf("accuracy"),
    mark: { type: "point", opacity: 1, strokeWidth: 1.25 },
    encoding: {
      x,
      y: { ...y, field: "accuracyError" },
      ...pointColours(color),
      shape: {
        field: "verdict",
        type: "nominal",
        scale: { domain: Object.keys(SHAPES), range: Object.values(SHAPES) },
        legend: null,
      },
      size: { field: "size", type: "quantitative", scale: null },
      opacity: { condition: { test: `datum.size === ${DOT}`, value: 0.5 }, value: 1 },
      description: SPOKEN,
      tooltip: tooltipOf({
        case: "Case",
        score: "Test accuracy",
        expected: "Expected",
        said: "Verdict",
      }),
    },
  };
}

/** Verdicts that a score can have, and their shapes: a triangle points to where the score went. */
const SHAPES: { readonly [verdict in Verdict]?: string } = {
  pass: "circle",
  "no-band": "circle",
  low: "triangle-down",
  high: "triangle-up",
  differs: "diamond",
};

function claims(view: View): RowsLayer {
  return {
    name: `claims${view.suffix}`,
    data: { name: `claims${view.suffix}` },
    transform: errorsOf("accuracy"),
    mark: {
      type: "tick",
      orient: "horizontal",
      size: 24,
      thickness: 2,
      color: PALETTE.ink.light,
      opacity: 1,
    },
    encoding: claimEncoding(view),
  };
}

/** A cross for each accuracy that the original code gave when it was run again. */
function measuredAgain(view: View): RowsLayer {
  return {
    name: `measured${view.suffix}`,
    data: { name: `measured${view.suffix}` },
    transform: errorsOf("accuracy"),
    mark: {
      type: "point",
      shape: "M-1,-1L1,1M-1,1L1,-1",
      size: 22,
      stroke: PALETTE.muted.light,
      strokeWidth: 1.25,
      opacity: 1,
    },
    encoding: claimEncoding(view),
  };
}

function claimEncoding({ x, y }: View) {
  return {
    x,
    y: { ...y, field: "accuracyError" },
    description: SPOKEN,
    tooltip: tooltipOf({
      configuration: "Case",
      words: "Claimed in 2017",
      again: "Its code, run again",
    }),
  };
}

/** What is wrong of each of these accuracies, under its name with `Error` behind it. */
function errorAxis(panels: readonly LabelsPanel[]) {
  const accuracies = panels.flatMap(({ scores, claims }) => [
    ...scores.flatMap((row) => [row.accuracy, row.bandLo, row.bandHi]),
    ...claims.flatMap((claim) => [claim.claimed, ...claim.measuredAgain]),
  ]).filter((value) => value !== null);
  return { type: "quantitative" as const, ...accuracyAxis(accuracies, "Test accuracy") };
}

/** Points out of their band are red, those of other engines hollow. */
function pointColours(color: View["color"]) {
  const outOfBand = { test: { field: "verdict", oneOf: OUT_OF_BAND }, value: PALETTE.bad.light };
  const otherEngine = { test: "datum.engine !== 'exact'", value: PALETTE.surface.light };
  return {
    stroke: { ...color, condition: outOfBand },
    fill: { ...color, condition: [outOfBand, otherEngine] },
  };
}

function describe({ title, seeds }: LabelsPanel, dataset: string): string {
  const lines = [...Map.groupBy(seeds, (row) => row.series)].map(([series, rows]) =>
    `${series}: ` +
    joinWords(
      rows.map((row) => `${formatPercent(row.mean)} with ${countOf(row.labels, "label")}`),
    )
  );
  const averaged = seeds.some((row) => row.seeds > 1) ? ", means over seeds" : "";
  return `Test accuracy on ${dataset} against the number of labelled training images` +
    `${title === null ? "" : `, ${title.toLowerCase()}`}${averaged}. ${lines.join(". ")}.`;
}

/** A logarithmic x axis of these numbers of labels, in any order; there is at least one. */
function labelsAxis(all: readonly number[]) {
  const labels = [...new Set(all)].sort((a, b) => a - b);
  return {
    type: "quantitative" as const,
    title: LABELS_TITLE,
    scale: { type: "log" as const, domain: domainOf(labels), nice: false, padding: 28 },
    axis: {
      description: spokenAxis(
        "X",
        LABELS_TITLE,
        formatCount(labels[0]!),
        formatCount(labels.at(-1)!),
      ),
      values: labels,
      grid: false,
      labelExpr: COUNT_LABELS,
      labelOverlap: "greedy" as const,
      labelSeparation: 4,
    },
  };
}

/** From the fewest to the most labels; a single number of labels stands in the middle. */
function domainOf(labels: readonly number[]): [number, number] {
  const [lo, hi] = [labels[0]!, labels.at(-1)!];
  return lo === hi ? [lo / 2, hi * 2] : [lo, hi];
}
