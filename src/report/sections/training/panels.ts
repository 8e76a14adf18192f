/**
 * Which charts show the training curves: classifiers on pixels, each kind of autoencoder, and heads,
 * by their number of latents where there are several. Within one, all scores are of one kind and size.
 */
import type { CheckedCase } from "../../../checks/verdict.ts";
import type { EngineName } from "../../../engines/engine_name.ts";
import { countOf } from "../../../figures.ts";
import { isEncoder, isOriginal, metricOf } from "../../../matrix/case.ts";
import { MODEL_NAMES, type ModelName } from "../../../matrix/models.ts";
import type { Metric } from "../../../training/score.ts";

/** The validation scores of one case, by epoch from 1. */
export interface Curve {
  readonly case: string;
  readonly model: ModelName;
  readonly latents: number | null;
  readonly engine: EngineName;
  readonly best: number;
  /** Fractions, or nats per digit. */
  readonly scores: readonly number[];
}

export interface CurvePanel {
  readonly title: string;
  readonly metric: Metric;
  /** What the colours tell apart, in the order of the legend. */
  readonly entries: readonly string[];
  readonly entryOf: (curve: Curve) => string;
  readonly curves: readonly Curve[];
}

/** Whether a case has a curve of the present numeric version. */
export function hasCurve({ record, verdict }: CheckedCase): boolean {
  return record?.status === "ok" && verdict !== "stale";
}

export function curvePanels(cases: readonly CheckedCase[]): CurvePanel[] {
  const shown = cases.filter((c) => hasCurve(c) && isOriginal(c.case));
  const heads = shown.filter((c) => c.case.latents !== null && !isEncoder(c.case));
  const sizes = distinct(heads.map((c) => c.case.latents!));
  return [
    panel("Classifiers on pixels", shown.filter((c) => c.case.latents === null)),
    ...(["ae", "vae"] as const).map((model) =>
      panel(
        `Autoencoders: ${model}`,
        shown.filter(({ case: c }) => isEncoder(c) && c.model === model),
      )
    ),
    ...sizes.map((size) =>
      panel(
        `Heads on ${countOf(size, "latent")}`,
        heads.filter(({ case: c }) => c.latents === size),
      )
    ),
  ].filter(({ curves }) => curves.length > 0);
}

function panel(title: string, cases: readonly CheckedCase[]): CurvePanel {
  const curves = cases.flatMap(curveOf);
  const encoders = cases.some((c) => isEncoder(c.case));
  const models = new Set(curves.map(({ model }) => model));
  return {
    title,
    metric: cases[0] ? metricOf(cases[0].case) : "accuracy",
    entries: encoders
      ? distinct(curves.map(({ latents }) => latents!)).map(String)
      : MODEL_NAMES.filter((model) => models.has(model)),
    entryOf: ({ model, latents }) => encoders ? String(latents) : model,
    curves,
  };
}

function curveOf({ id, case: { model, latents }, engine, record }: CheckedCase): Curve[] {
  if (record?.status !== "ok") return [];
  const { bestEpoch, curve } = record.result;
  const scores = curve.map(({ validationScore }) => validationScore);
  return [{ case: id, model, latents, engine, best: bestEpoch, scores }];
}

function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => a - b);
}
