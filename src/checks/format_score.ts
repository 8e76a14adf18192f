import type { Metric } from "../training/score.ts";

/** A score as text: an accuracy of 0.9765 as `97.65 %`, a loss of 58.8361 as `58.84`. */
export function formatScore(metric: Metric, score: number): string {
  return metric === "accuracy" ? `${(score * 100).toFixed(2)} %` : score.toFixed(2);
}

/** What a difference of scores is given in: of accuracies percentage points, of losses nats. */
export const DIFFERENCE_UNIT = { accuracy: "percentage points", loss: "nats" } as const;

/** A difference of scores in its unit: of accuracies 0.01 is 1 percentage point. */
export function inUnit(metric: Metric, difference: number): number {
  return metric === "accuracy" ? difference * 100 : difference;
}

/**
 * The same as text with its sign, `+0.12 pp` or `-0.0312 nats`; `0` where there is none. What rounds
 * to zero has no sign.
 */
export function formatDifference(metric: Metric, difference: number): string {
  if (difference === 0) return "0";
  const value = inUnit(metric, difference);
  const digits = Math.abs(value).toFixed(metric === "accuracy" ? 2 : 4);
  const sign = Number(digits) === 0 ? "" : value < 0 ? "-" : "+";
  return `${sign}${digits} ${metric === "accuracy" ? "pp" : "nats"}`;
}

/** A p-value with three decimals, `p = 0.012`, or `p < 0.001` when those would be zeros. */
export function formatP(p: number): string {
  return p < 0.001 ? "p < 0.001" : `p = ${p.toFixed(3)}`;
}
