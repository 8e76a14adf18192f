/**
 * The fc model once more, in float64 and from its formulas alone: loss, gradients, and how far a
 * float32 computation of the gradients may be off.
 * @module
 */
import type { Samples } from "../../src/data/dataset.ts";
import type { Tensor } from "../../src/models/parameters.ts";
import { UNIT_ROUNDOFF } from "./running_error.ts";

/** dense1 weights, dense1 bias, dense2 weights, dense2 bias: canonical, in float64. */
export type NaiveParameters = readonly [Float64Array, Float64Array, Float64Array, Float64Array];

export interface NaiveBatch {
  readonly count: number;
  readonly inputs: number;
  /** [count][inputs] */
  readonly x: Float64Array;
  readonly labels: Uint8Array;
}

export const CLASSES = 10;
export const HIDDEN = 100;

export function toNaive(weights: readonly Tensor[]): NaiveParameters {
  return weights.map(({ values }) => Float64Array.from(values)) as unknown as NaiveParameters;
}

/** Samples at `indices` as the model sees them: pixels as f32(x / 255). */
export function toNaiveBatch(samples: Samples, indices: Uint32Array): NaiveBatch {
  const { width, values, labels } = samples;
  const x = new Float64Array(indices.length * width);
  for (const [i, index] of indices.entries()) {
    for (let k = 0; k < width; k++) {
      const value = values[index * width + k]!;
      x[i * width + k] = values instanceof Uint8Array ? Math.fround(value / 255) : value;
    }
  }
  return {
    count: indices.length,
    inputs: width,
    x,
    labels: Uint8Array.from(indices, (index) => labels[index]!),
  };
}

/** What becomes of sample `i` of a batch. */
export function naiveForward([w1, b1, w2, b2]: NaiveParameters, batch: NaiveBatch, i: number) {
  const { inputs, x, labels } = batch;
  const pre = Float64Array.from(b1);
  for (let k = 0; k < inputs; k++) {
    const value = x[i * inputs + k]!;
    if (value !== 0) { for (let n = 0; n < HIDDEN; n++) pre[n]! += value * w1[k * HIDDEN + n]!; }
  }
  const hidden = pre.map((value) => Math.max(0, value));
  const logits = Float64Array.from(b2);
  for (let n = 0; n < HIDDEN; n++) {
    for (let c = 0; c < CLASSES; c++) logits[c]! += hidden[n]! * w2[n * CLASSES + c]!;
  }
  const largest = Math.max(...logits);
  const sum = logits.reduce((total, z) => total + Math.exp(z - largest), 0);
  const probabilities = logits.map((z) => Math.exp(z - largest) / sum);
  const loss = Math.log(sum) - (logits[labels[i]!]! - largest);
  return { pre, hidden, logits, probabilities, loss };
}

/** Mean loss of the batch. */
export function naiveLoss(parameters: NaiveParameters, batch: NaiveBatch): number {
  let sum = 0;
  for (let i = 0; i < batch.count; i++) sum += naiveForward(parameters, batch, i).loss;
  return sum / batch.count;
}

/** How far the loss's closest relu is from its kink: no finite difference may step over it. */
export function distanceToKink(parameters: NaiveParameters, batch: NaiveBatch): number {
  let least = Infinity;
  for (let i = 0; i < batch.count; i++) {
    for (const value of naiveForward(parameters, batch, i).pre) {
      least = Math.min(least, Math.abs(value));
    }
  }
  return least;
}

export interface NaiveGradients {
  readonly loss: number;
  readonly lossTolerance: number;
  readonly gradients: NaiveParameters;
  /** For each gradient, how far float32 may be off: its roundings, carried on by the formulas. */
  readonly tolerances: NaiveParameters;
  /** Every relu is on the same side of 0 in float32. */
  readonly clearOfKinks: boolean;
}

/** The chain rule, written out; an error bound goes along with each value. */
export function naiveGradients(parameters: NaiveParameters, batch: NaiveBatch): NaiveGradients {
  const [w1, b1, w2, b2] = parameters;
  const { count, inputs, x, labels } = batch;
  const zeros = () => parameters.map(({ length }) => new Float64Array(length));
  const [gradients, tolerances] = [zeros(), zeros()] as unknown as [
    NaiveParameters,
    NaiveParameters,
  ];
  const u = 1.01 * UNIT_ROUNDOFF;
  let loss = 0, lossTolerance = 0, clearOfKinks = true;
  for (let i = 0; i < count; i++) {
    const { pre, hidden, logits, probabilities, loss: sampleLoss } = naiveForward(
      parameters,
      batch,
      i,
    );
    const row = x.subarray(i * inputs, (i + 1) * inputs);
    // A chain of fused multiply-adds is off by at most u times the sum of its partial sums.
    const hiddenError = b1.map((bias, n) => {
      let partial = bias, magnitudes = Math.abs(bias);
      for (let k = 0; k < inputs; k++) {
        if (row[k] === 0) continue;
        partial += row[k]! * w1[k * HIDDEN + n]!;
        magnitudes += Math.abs(partial);
      }
      const error = u * magnitudes;
      if (Math.abs(pre[n]!) <= error) clearOfKinks = false;
      return pre[n]! > 0 ? error : 0;
    });
    const logitError = logits.map((_, c) => {
      let partial = b2[c]!, magnitudes = Math.abs(partial), carried = 0;
      for (let n = 0; n < HIDDEN; n++) {
        partial += hidden[n]! * w2[n * CLASSES + c]!;
        magnitudes += Math.abs(partial);
        carried += hiddenError[n]! * Math.abs(w2[n * CLASSES + c]!);
      }
      return u * magnitudes + carried;
    });
    const largest = Math.max(...logits), worst = Math.max(...logitError);
    // A probability moves by at most twice the logits' error, relatively; exp, sum and division add
    // 12 roundings and those of z - max.
    const spread = largest - Math.min(...logits);
    const relative = 2 * worst + u * (12 + 2 * spread);
    const delta = probabilities.map((p, c) => (p - (c === labels[i] ? 1 : 0)) / count);
    const deltaError = delta.map((d, c) =>
      probabilities[c]! * relative / count + 3 * u * Math.abs(d)
    );
    loss += sampleLoss / count;
    lossTolerance += (2 * worst + u * (12 + 3 * spread + 3 * Math.abs(sampleLoss))) / count;

    const add = (at: 0 | 1 | 2 | 3, place: number, value: number, error: number) => {
      gradients[at][place]! += value;
      // `count` terms are summed.
      tolerances[at][place]! += error + (count + 1) * u * Math.abs(value);
    };
    for (let c = 0; c < CLASSES; c++) {
      add(3, c, delta[c]!, deltaError[c]!);
      for (let n = 0; n < HIDDEN; n++) {
        const error = hiddenError[n]! * Math.abs(delta[c]!) + hidden[n]! * deltaError[c]!;
        add(2, n * CLASSES + c, hidden[n]! * delta[c]!, error);
      }
    }
    for (let n = 0; n < HIDDEN; n++) {
      if (pre[n]! <= 0) continue;
      let back = 0, error = 0, magnitude = 0;
      for (let c = 0; c < CLASSES; c++) {
        const weight = w2[n * CLASSES + c]!;
        back += delta[c]! * weight;
        magnitude += Math.abs(delta[c]! * weight);
        error += deltaError[c]! * Math.abs(weight);
      }
      error += CLASSES * u * magnitude;
      add(1, n, back, error);
      for (let k = 0; k < inputs; k++) {
        if (row[k] !== 0) add(0, k * HIDDEN + n, row[k]! * back, Math.abs(row[k]!) * error);
      }
    }
  }
  return { loss, lossTolerance, gradients, tolerances, clearOfKinks };
}
