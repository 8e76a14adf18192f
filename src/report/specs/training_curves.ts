/**
 * The chart "training": one line a case, validation score against epoch, its best epoch and its end
 * marked. A curve stands in the spec as one text of rounded numbers, which Vega splits: a thousand
 * curves are a page of text, not a megabyte of rows.
 */
import type { TopLevelSpec } from "vega-lite";
import type { ModelName } from "../../matrix/case.ts";
import { countOf } from "../format.ts";
import { MODEL_COLOURS, PALETTE, SERIES_COLOURS } from "../palette.ts";
import { accuracyAxis, errorOf, TITLE_ABOVE } from "./accuracy_axis.ts";
import { CHART_CONFIG } from "./chart_config.ts";
import type { Curve, CurvePanel } from "./curve_panels.ts";
import { engineDash } from "./engine_dashes.ts";

/**
 * A panel as a chart of a page. The live one can be pointed at and picked from; what is drawn before
 * any script runs needs none of that.
 */
export function trainingCurves(panel: CurvePanel, dataset: string, live = true): TopLevelSpec {
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: describe(panel, dataset),
    width: "container",
    height: HEIGHT,
    padding: { left: 4, right: 4, top: 20, bottom: 4 },
    config: CHART_CONFIG,
    ...draw(panel, "", live),
  };
}

/** All panels in one chart that stands alone. */
export function stackedCurves(panels: readonly CurvePanel[], dataset: string): TopLevelSpec {
  const drawn = panels.map((panel, index) => draw(panel, String(index + 1), true));
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: panels.map((panel) => describe(panel, dataset)).join(" "),
    padding: 20,
    config: CHART_CONFIG,
    vconcat: drawn.map(({ datasets: _, ...rest }, index) => ({
      title: { text: panels[index]!.title, anchor: "start", offset: 28 },
      width: 720,
      height: HEIGHT,
      ...rest,
    })),
    datasets: Object.assign({}, ...drawn.map(({ datasets }) => datasets)),
    resolve: { scale: { color: "independent" } },
  };
}

const HEIGHT = 280;

function draw(panel: CurvePanel, suffix: string, live: boolean) {
  const { curves, metric, entries } = panel;
  const x = {
    field: "epoch",
    type: "quantitative" as const,
    title: "Epoch",
    scale: { domain: [1, Math.max(2, ...curves.map(({ scores }) => scores.length))], nice: false },
    axis: { grid: false, format: "d", tickMinStep: 1, tickCount: 8 },
  };
  const y = { field: "y", type: "quantitative" as const, ...axisOf(panel) };
  const color = {
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
        symbolType: "stroke",
        symbolStrokeWidth: 4,
      }
      : null,
  };
  const detail = { field: "case" };
  const look = lookOf(curves.length);
  const picked = `picked${suffix}`, hovered = `hovered${suffix}`;
  const opacityOf = (usual: number) =>
    live
      ? {
        condition: [
          { param: hovered, empty: false, value: 1 },
          { param: picked, value: usual },
        ],
        value: 0.04,
      }
      : { value: usual };
  const name = `curves${suffix}`;
  return {
    datasets: { [name]: curves.map((curve) => rowOf(curve, panel)) },
    data: { name },
    transform: [
      { calculate: "split(datum.curve, ' ')", as: "value" },
      { calculate: bestText(metric), as: "bestText" },
      { calculate: "length(datum.value)", as: "epochs" },
      { flatten: ["value"] },
      { window: [{ op: "row_number" as const, as: "epoch" }], groupby: ["case"] },
      { calculate: "toNumber(datum.value)", as: "score" },
      ...metric === "accuracy" ? [{ calculate: "datum.score / 100", as: "score" }] : [],
      { calculate: metric === "accuracy" ? errorOf("score") : "datum.score", as: "y" },
    ],
    layer: [
      {
        name: `curves${suffix}`,
        ...live && {
          params: [{
            name: picked,
            select: { type: "point" as const, fields: ["entry"] },
            bind: "legend" as const,
          }],
        },
        mark: { type: "line" as const, strokeJoin: "round" as const, aria: false },
        encoding: {
          x,
          y,
          color,
          ...engineDash(curves),
          detail,
          opacity: opacityOf(look.opacity),
          strokeWidth: live
            ? { condition: { param: hovered, empty: false, value: 2.5 }, value: look.width }
            : { value: look.width },
        },
      },
      {
        name: `ends${suffix}`,
        transform: [{ filter: "datum.epoch === datum.epochs" }],
        mark: {
          type: "point" as const,
          shape: "M0,-1L0,1",
          size: look.size,
          strokeWidth: look.width,
          aria: false,
        },
        encoding: { x, y, color, opacity: opacityOf(look.opacity) },
      },
      {
        name: `best${suffix}`,
        transform: [{ filter: "datum.epoch === datum.best" }],
        mark: { type: "point" as const, filled: true, size: look.size, aria: false },
        encoding: { x, y, color, opacity: opacityOf(Math.min(1, 2 * look.opacity)) },
      },
      ...live
        ? [{
          name: `hits${suffix}`,
          transform: [{ filter: { param: picked } }],
          params: [{
            name: hovered,
            select: {
              type: "point" as const,
              fields: ["case"],
              on: "pointerover",
              clear: "pointerout",
            },
          }],
          mark: { type: "line" as const, strokeWidth: 7, opacity: 0, aria: false },
          encoding: {
            x,
            y,
            detail,
            tooltip: [
              { field: "case", title: "Case" },
              { field: "bestText", title: `Best validation ${metric}` },
              { field: "best", title: "Best epoch" },
              { field: "epochs", title: "Epochs" },
            ],
          },
        }, {
          // A tooltip shows near an epoch only; this names the case wherever its line is met.
          name: `named${suffix}`,
          transform: [
            { filter: { param: hovered, empty: false } },
            { filter: "datum.epoch === datum.best" },
            {
              calculate: "datum.case + ': ' + datum.bestText + ' in epoch ' + datum.best",
              as: "text",
            },
          ],
          mark: {
            type: "text" as const,
            align: "right" as const,
            baseline: "bottom" as const,
            fontSize: 12,
            fontWeight: 600 as const,
            color: PALETTE.ink.light,
            aria: false,
          },
          encoding: {
            x: { value: "width" as const },
            y: { value: -10 },
            text: { field: "text" },
          },
        }]
        : [],
    ],
  };
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
  if (metric === "accuracy") return accuracyAxis([Math.min(...scores), Math.max(...scores)], title);
  return {
    scale: { zero: false, nice: true },
    axis: {
      title: `${title}, nats a digit`,
      ...TITLE_ABOVE,
      tickCount: 6,
      domain: false,
      ticks: false,
    },
  };
}

/** An accuracy as per cent, a loss in nats, with two decimals: no chart shows more. */
function rowOf(curve: Curve, { metric, curves, entryOf }: CurvePanel) {
  const engines = curves.some(({ engine }) => engine !== "exact");
  const scale = metric === "accuracy" ? 100 : 1;
  return {
    case: curve.case,
    entry: entryOf(curve),
    ...engines && { engine: curve.engine },
    best: curve.best,
    curve: curve.scores.map((score) => String(Number((score * scale).toFixed(2)))).join(" "),
  };
}

function bestText(metric: CurvePanel["metric"]): string {
  const value = "format(datum.value[datum.best - 1], '.2f')";
  return metric === "accuracy" ? `${value} + ' %'` : value;
}

/** Each model has its colour; sizes of the latent space, where there are several, take any. */
function coloursOf({ metric, entries, curves }: CurvePanel): string[] {
  if (entries.length === 1) return [MODEL_COLOURS[curves[0]!.model]];
  return metric === "loss"
    ? entries.map((_, index) => SERIES_COLOURS[index % SERIES_COLOURS.length]!)
    : entries.map((model) => MODEL_COLOURS[model as ModelName]);
}

function describe({ title, metric, curves }: CurvePanel, dataset: string): string {
  const epochs = curves.map(({ scores }) => scores.length);
  const [least, most] = [Math.min(...epochs), Math.max(...epochs)];
  const span = least === most ? countOf(most, "epoch") : `${least} to ${countOf(most, "epoch")}`;
  return `${title} on ${dataset}: validation ${metric} against the epoch, ` +
    `${countOf(curves.length, "case")} of ${span}.`;
}
