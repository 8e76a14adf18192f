/**
 * The chart "training": one line a case, validation score against epoch, its best epoch and its end
 * marked. A curve stands in the spec as one text of rounded numbers, which Vega splits: a thousand
 * curves are a page of text, not a megabyte of rows.
 */
import { extent, max } from "simple-statistics";
import type { TopLevelSpec } from "vega-lite";
import { countOf, rounded } from "../../../figures.ts";
import type { ModelName } from "../../../matrix/models.ts";
import type { Metric } from "../../../training/score.ts";
import { accuracyAxis, errorOf, TITLE_ABOVE } from "../../chart/axes.ts";
import { engineDash, MODEL_COLOURS, PALETTE, sizeColours } from "../../chart/colours.ts";
import {
  type Drawing,
  type Layer,
  pageChart,
  stackedCharts,
  tooltipOf,
} from "../../chart/frame.ts";
import type { Curve, CurvePanel } from "./panels.ts";

/**
 * A panel as a chart of a page. The live one can be pointed at and picked from; what is drawn before
 * any script runs needs none of that.
 */
export function trainingCurves(panel: CurvePanel, dataset: string, live = true): TopLevelSpec {
  return { ...pageChart(describe(panel, dataset), HEIGHT), ...draw(panel, "", live) };
}

/** All panels in one chart that stands alone. */
export function stackedCurves(panels: readonly CurvePanel[], dataset: string): TopLevelSpec {
  const stacked = panels.map((panel, index) => ({
    title: panel.title,
    description: describe(panel, dataset),
    height: HEIGHT,
    drawing: draw(panel, String(index + 1), true),
  }));
  return { ...stackedCharts(stacked), resolve: { scale: { color: "independent" } } };
}

const HEIGHT = 280;

/** The layers of a panel, and its rows, under names that end in `suffix`. */
function draw(panel: CurvePanel, suffix: string, live: boolean): Drawing {
  const name = `curves${suffix}`;
  const view = viewOf(panel, suffix, live);
  return {
    datasets: { [name]: panel.curves.map((curve) => rowOf(curve, panel)) },
    data: { name },
    transform: epochsOf(panel.metric),
    layer: [
      lines(view),
      ends(view),
      best(view),
      ...live ? [hits(view, panel.metric), named(view)] : [],
    ],
  };
}

/** An accuracy in per cent, a loss in nats per digit, with two decimals: no chart shows more. */
function rowOf(curve: Curve, { metric, curves, entryOf }: CurvePanel) {
  const engines = curves.some(({ engine }) => engine !== "exact");
  const shift = metric === "accuracy" ? 2 : 0;
  return {
    case: curve.case,
    entry: entryOf(curve),
    ...engines && { engine: curve.engine },
    best: curve.best,
    curve: curve.scores.map((score) => String(rounded(score, 2, shift))).join(" "),
  };
}

/** A row a curve -> a row an epoch. */
function epochsOf(metric: Metric) {
  return [
    { calculate: "split(datum.curve, ' ')", as: "value" },
    { calculate: bestText(metric), as: "bestText" },
    { calculate: "length(datum.value)", as: "epochs" },
    { flatten: ["value"] },
    { window: [{ op: "row_number" as const, as: "epoch" }], groupby: ["case"] },
    { calculate: "toNumber(datum.value)", as: "score" },
    ...metric === "accuracy" ? [{ calculate: "datum.score / 100", as: "score" }] : [],
    { calculate: metric === "accuracy" ? errorOf("score") : "datum.score", as: "y" },
  ];
}

function bestText(metric: Metric): string {
  const value = "format(datum.value[datum.best - 1], '.2f')";
  return `${value} + '${metric === "accuracy" ? " %" : " nats/digit"}'`;
}

/** What the layers share. */
function viewOf(panel: CurvePanel, suffix: string, live: boolean) {
  const { curves } = panel;
  const epochs = Math.max(2, max(curves.map(({ scores }) => scores.length)));
  return {
    suffix,
    live,
    picked: `picked${suffix}`,
    hovered: `hovered${suffix}`,
    x: {
      field: "epoch",
      type: "quantitative" as const,
      title: "Epoch",
      scale: { domain: [1, epochs], nice: false },
      axis: { grid: false, format: "d", tickMinStep: 1, tickCount: 8 },
    },
    y: { field: "y", type: "quantitative" as const, ...axisOf(panel) },
    color: entryColours(panel),
    dash: engineDash(curves),
    look: lookOf(curves.length),
  };
}

type View = ReturnType<typeof viewOf>;

function lines(view: View): Layer {
  const { suffix, live, picked, hovered, x, y, color, dash, look } = view;
  const pick = {
    name: picked,
    select: { type: "point" as const, fields: ["entry"] },
    bind: "legend" as const,
  };
  return {
    name: `curves${suffix}`,
    ...live && { params: [pick] },
    mark: { type: "line", strokeJoin: "round", aria: false },
    encoding: {
      x,
      y,
      color,
      ...dash,
      detail: { field: "case" },
      opacity: opacityOf(look.opacity, view),
      strokeWidth: live
        ? { condition: { param: hovered, empty: false, value: 2.5 }, value: look.width }
        : { value: look.width },
    },
  };
}

/** A short bar at the last epoch. */
function ends(view: View): Layer {
  const { suffix, x, y, color, look } = view;
  return {
    name: `ends${suffix}`,
    transform: [{ filter: "datum.epoch === datum.epochs" }],
    mark: {
      type: "point",
      shape: "M0,-1L0,1",
      size: look.size,
      strokeWidth: look.width,
      aria: false,
    },
    encoding: { x, y, color, opacity: opacityOf(look.opacity, view) },
  };
}

/** A point at the best epoch. */
function best(view: View): Layer {
  const { suffix, x, y, color, look } = view;
  return {
    name: `best${suffix}`,
    transform: [{ filter: "datum.epoch === datum.best" }],
    mark: { type: "point", filled: true, size: look.size, aria: false },
    encoding: { x, y, color, opacity: opacityOf(Math.min(1, 2 * look.opacity), view) },
  };
}

/** Wide lines that are not seen, to point at. */
function hits({ suffix, picked, hovered, x, y }: View, metric: Metric): Layer {
  return {
    name: `hits${suffix}`,
    transform: [{ filter: { param: picked } }],
    params: [{
      name: hovered,
      select: { type: "point", fields: ["case"], on: "pointerover", clear: "pointerout" },
    }],
    mark: { type: "line", strokeWidth: 7, opacity: 0, aria: false },
    encoding: {
      x,
      y,
      detail: { field: "case" },
      tooltip: tooltipOf({
        case: "Case",
        bestText: `Best validation ${metric}`,
        best: "Best epoch",
        epochs: "Epochs",
      }),
    },
  };
}

/** A tooltip shows near an epoch only; this names the case wherever its line is met. */
function named({ suffix, hovered }: View): Layer {
  return {
    name: `named${suffix}`,
    transform: [
      { filter: { param: hovered, empty: false } },
      { filter: "datum.epoch === datum.best" },
      { calculate: "datum.case + ': ' + datum.bestText + ' in epoch ' + datum.best", as: "text" },
    ],
    mark: {
      type: "text",
      align: "right",
      baseline: "bottom",
      fontSize: 12,
      fontWeight: 600,
      color: PALETTE.ink.light,
      aria: false,
    },
    encoding: { x: { value: "width" }, y: { value: -10 }, text: { field: "text" } },
  };
}

/** Of a live chart, all but the line pointed at and those picked fade. */
function opacityOf(usual: number, { live, picked, hovered }: View) {
  if (!live) return { value: usual };
  const condition = [
    { param: hovered, empty: false, value: 1 },
    { param: picked, value: usual },
  ];
  return { condition, value: 0.04 };
}

/** Many lines are thin and faint, so that it is seen where they lie close. */
function lookOf(curves: number): { opacity: number; width: number; size: number } {
  if (curves <= 12) return { opacity: 0.95, width: 1.5, size: 40 };
  if (curves <= 60) return { opacity: 0.6, width: 1.25, size: 20 };
  return { opacity: 0.3, width: 1, size: 10 };
}

function axisOf({ metric, curves }: CurvePanel) {
  const title = `Validation ${metric}`;
  const scores = curves.flatMap((curve) => curve.scores);
  if (metric === "accuracy") return accuracyAxis(extent(scores), title);
  return {
    scale: { zero: false, nice: true },
    axis: {
      title: `${title}, nats per digit`,
      ...TITLE_ABOVE,
      tickCount: 6,
      domain: false,
      ticks: false,
    },
  };
}

function entryColours(panel: CurvePanel) {
  const { metric, entries } = panel;
  return {
    field: "entry",
    type: "nominal" as const,
    scale: { domain: [...entries], range: coloursOf(panel) },
    legend: entries.length > 1
      ? {
        title: metric === "loss" ? "Latents" : null,
        titleOrient: "left" as const,
        titleFontWeight: "normal" as const,
        titleColor: PALETTE.muted.light,
        titlePadding: 10,
        orient: "top" as const,
        offset: 30,
        columns: { expr: "max(2, floor(width / 80))" },
        symbolType: "stroke",
        symbolStrokeWidth: 4,
      }
      : null,
  };
}

/** Each model has its colour; so have sizes of the latent space, where there are several. */
function coloursOf({ metric, entries, curves }: CurvePanel): string[] {
  if (entries.length === 1) return [MODEL_COLOURS[curves[0]!.model]];
  return metric === "loss"
    ? sizeColours(entries.length)
    : entries.map((model) => MODEL_COLOURS[model as ModelName]);
}

function describe({ title, metric, curves }: CurvePanel, dataset: string): string {
  const epochs = curves.map(({ scores }) => scores.length);
  const [least, most] = extent(epochs);
  const span = least === most ? countOf(most, "epoch") : `${least} to ${countOf(most, "epoch")}`;
  return `${title} on ${dataset}: validation ${metric} against the epoch, ` +
    `${countOf(curves.length, "case")} of ${span}.`;
}
