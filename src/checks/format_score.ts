import type { Metric } from "../training/score.ts";

/** A score as text: an accuracy of 0.9765 as `97.65 %`, a loss of 58.8361 as `58.84`. */
export function formatScore(metric: Metric, score: number): string {
  return metric === "accuracy" ? `${(score * 100).toFixed(2)} %` : score.toFixed(2);
}
