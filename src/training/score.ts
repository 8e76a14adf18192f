import type { Evaluation } from "../engines/engine.ts";
import type { ModelSpec } from "../models/spec.ts";

/** `accuracy`: a fraction; `loss`: mean over samples, in nats, lower is better. */
export type Metric = "accuracy" | "loss";

/** What a model is judged by: classifiers by their accuracy, autoencoders by their loss. */
export function metricOfModel({ loss }: ModelSpec): Metric {
  return loss === "softmax-cross-entropy" ? "accuracy" : "loss";
}

/** Whether a score is strictly better than another one; than null, every score is. */
export function isBetter(metric: Metric, score: number, than: number | null): boolean {
  if (than === null) return true;
  return metric === "accuracy" ? score > than : score < than;
}

/** The score of what a model made of labelled samples. */
export function scoreOf(
  metric: Metric,
  { outputs, losses, width }: Evaluation,
  labels: Uint8Array,
): number {
  return metric === "accuracy" ? accuracy(outputs, width, labels) : mean(losses);
}

function mean(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** Fraction of samples whose largest logit is at their label; the first of equal logits counts. */
export function accuracy(logits: Float32Array, width: number, labels: Uint8Array): number {
  const count = logits.length / width;
  let correct = 0;
  for (let i = 0; i < count; i++) {
    let best = 0;
    for (let c = 1; c < width; c++) {
      if (logits[i * width + c]! > logits[i * width + best]!) best = c;
    }
    if (best === labels[i]) correct++;
  }
  return correct / count;
}
