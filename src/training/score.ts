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
  return metric === "accuracy" ? accuracyOf(predictionsOf(outputs, width), labels) : meanOf(losses);
}

/** Summed in float64 and in order. */
export function meanOf(values: Float32Array): number {
  let sum = 0;
  for (const value of values) sum += value;
  return sum / values.length;
}

/** The class with the largest logit, for each row of logits; the first of equal ones. */
export function predictionsOf(logits: Float32Array, width: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: logits.length / width }, (_, i) => {
    let best = 0;
    for (let c = 1; c < width; c++) {
      if (logits[i * width + c]! > logits[i * width + best]!) best = c;
    }
    return best;
  });
}

/** The fraction of samples that are predicted as labelled. */
export function accuracyOf(predictions: Uint8Array, labels: Uint8Array): number {
  let correct = 0;
  for (const [i, prediction] of predictions.entries()) if (prediction === labels[i]) correct++;
  return correct / predictions.length;
}
