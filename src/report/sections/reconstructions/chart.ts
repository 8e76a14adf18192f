/**
 * The chart "error per digit class": encoders -> rows -> a Vega-Lite spec, as plain data. A point is
 * the mean squared error per pixel over a class's test digits and over the seeds; a thin line joins the
 * numbers of latents of one model. AE stands left of VAE, so that colour is not needed to tell them.
 */
import type { TopLevelSpec } from "vega-lite";
import { countOf, formatError, rounded } from "../../../figures.ts";
import { TITLE_ABOVE } from "../../chart/axes.ts";
import { MODEL_COLOURS, PALETTE } from "../../chart/colours.ts";
import { type Layer, pageChart, SPOKEN, tooltipOf } from "../../chart/frame.ts";
import type { ReportInput } from "../../input.ts";
import { type Encoder, ENCODER_LABELS, encodersWith, tensorOf } from "../../parts/encoders.ts";
import { joinWords } from "../../text/sentences.ts";

/** The error of one model on the test digits of one class. */
export interface ErrorRow {
  readonly model: string;
  readonly latents: number;
  readonly digit: number;
  /** Mean squared error per pixel, of pixels from 0 to 1: the mean over seeds. */
  readonly error: number;
  readonly seeds: number;
  /** Test digits of the class. */
  readonly digits: number;
}

/** The rows that the chart shows. An encoder without the errors of its test digits gives none. */
export function errorRows(input: Pick<ReportInput, "cases" | "artifacts">): ErrorRow[] {
  const encoders = encodersWith(input, ["test-errors", "test-labels"]);
  const configurations = Map.groupBy(encoders, ({ model, latents }) => `${model}${latents}`);
  return [...configurations.values()].flatMap((members) => {
    const { model, latents } = members[0]!;
    const seeds = members.map(errorsByClass);
    return [...seeds[0]!].sort(([a], [b]) => a - b).map(([digit, first]): ErrorRow => {
      const perSeed = seeds.map((classes) => mean(classes.get(digit) ?? []));
      return {
        model: ENCODER_LABELS[model],
        latents,
        digit,
        error: mean(perSeed),
        seeds: members.length,
        digits: first.length,
      };
    });
  });
}

/** The error over all test digits of each model and number of latents, in the order of the rows. */
export function overallErrors(rows: readonly ErrorRow[]): Omit<ErrorRow, "digit">[] {
  return [...Map.groupBy(rows, ({ model, latents }) => `${model}${latents}`).values()]
    .map((classes) => {
      const { model, latents, seeds } = classes[0]!;
      const digits = classes.reduce((sum, row) => sum + row.digits, 0);
      const total = classes.reduce((sum, row) => sum + row.error * row.digits, 0);
      return { model, latents, seeds, digits, error: total / digits };
    });
}

/** The spec of the chart; null where there is no error to show. */
export function reconstructionError(
  rows: readonly ErrorRow[],
  dataset: string,
): TopLevelSpec | null {
  if (rows.length === 0) return null;
  const view = viewOf(rows);
  return {
    ...pageChart(describe(rows, dataset), 340),
    data: { values: rows.map((row) => ({ ...dataOf(row), ...texts(row) })) },
    layer: [ranges(view), errors(view, rows)],
  };
}

/** What the layers share. */
function viewOf(rows: readonly ErrorRow[]) {
  const models = [...new Set(rows.map(({ model }) => model))];
  return {
    x: {
      field: "digit",
      type: "ordinal" as const,
      title: "Digit class",
      axis: { labelAngle: 0, ticks: false, domain: false },
      scale: { paddingInner: 0.62, paddingOuter: 0.31 },
    },
    xOffset: { field: "model", type: "nominal" as const, scale: { domain: models } },
    y: {
      type: "quantitative" as const,
      scale: { zero: true, nice: true },
      axis: {
        title: "Mean squared error per pixel",
        ...TITLE_ABOVE,
        tickCount: 6,
        domain: false,
        ticks: false,
      },
      field: "error",
    },
    color: {
      field: "model",
      type: "nominal" as const,
      title: null,
      scale: { domain: models, range: models.map(colourOf) },
      legend: models.length > 1 ? { ...LEGEND, symbolType: "circle" } : null,
    },
  };
}

type View = ReturnType<typeof viewOf>;

/** From the least to the largest error of a model. */
function ranges({ x, xOffset, y, color }: View): Layer {
  return {
    name: "ranges",
    mark: { type: "rule", strokeWidth: 1, opacity: 0.55, aria: false },
    encoding: {
      x,
      xOffset,
      y: { ...y, aggregate: "min" },
      y2: { field: "error", aggregate: "max" },
      color,
    },
  };
}

function errors({ x, xOffset, y, color }: View, rows: readonly ErrorRow[]): Layer {
  return {
    name: "errors",
    mark: {
      type: "point",
      filled: true,
      opacity: 1,
      size: 70,
      stroke: PALETTE.surface.light,
      strokeWidth: 1,
    },
    encoding: {
      x,
      xOffset,
      y,
      color,
      shape: latentShapes(rows),
      description: SPOKEN,
      tooltip: tooltipOf({ digit: "Digit", encoder: "Model", written: "Error", of: "Mean of" }),
    },
  };
}

function latentShapes(rows: readonly ErrorRow[]) {
  const latents = [...new Set(rows.map((row) => row.latents))].sort((a, b) => a - b);
  return {
    field: "latents",
    type: "nominal" as const,
    title: "Latents",
    scale: { domain: latents, range: latents.map((_, i) => SHAPES[i % SHAPES.length]!) },
    legend: latents.length > 1
      ? { ...LEGEND, titleOrient: "left" as const, titleColor: MUTED, symbolFillColor: MUTED }
      : null,
  };
}

/** The fewer latents, the fewer corners: a circle, a square, a triangle, a diamond. */
const SHAPES = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"];

const MUTED = PALETTE.muted.light;
const LEGEND = {
  orient: "top" as const,
  offset: 32,
  symbolOpacity: 1,
  symbolStrokeWidth: 0,
  titleFontWeight: "normal" as const,
  titlePadding: 8,
};

function colourOf(model: string): string {
  return MODEL_COLOURS[model === ENCODER_LABELS.ae ? "ae" : "vae"];
}

/** What the tooltip and the screen reader say of a point. */
function texts(row: ErrorRow) {
  const encoder = `${row.model}, ${countOf(row.latents, "latent")}`;
  const seeds = countOf(row.seeds, "seed");
  return {
    encoder,
    written: formatError(row.error),
    of: `${seeds}, ${countOf(row.digits, "test digit")}`,
    spoken: `digit ${row.digit}, ${encoder}: ${formatError(row.error)}, ${seeds}`,
  };
}

function describe(rows: readonly ErrorRow[], dataset: string): string {
  const parts = overallErrors(rows).map(({ model, latents, error }) =>
    `${formatError(error)} of ${model} with ${countOf(latents, "latent")}`
  );
  return `Mean squared error per pixel of reconstructed test digits of ${dataset}, by digit class. ` +
    `Over all classes: ${joinWords(parts)}.`;
}

function errorsByClass(encoder: Encoder): Map<number, number[]> {
  const errors = tensorOf(encoder, "test-errors").values;
  const labels = tensorOf(encoder, "test-labels").values;
  if (errors.length !== labels.length) {
    throw new RangeError(
      `Cannot average the errors of ${encoder.id}: ${errors.length} errors, ` +
        `but ${labels.length} labels`,
    );
  }
  const classes = new Map<number, number[]>();
  for (const [i, label] of labels.entries()) {
    const found = classes.get(label);
    if (found) found.push(errors[i]!);
    else classes.set(label, [errors[i]!]);
  }
  return classes;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A row as data, with six decimals: a millionth of the pixel's range is below what seeds differ by. */
export function dataOf(row: ErrorRow): ErrorRow {
  return { ...row, error: rounded(row.error, 6) };
}
