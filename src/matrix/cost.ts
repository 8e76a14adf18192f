/**
 * What a case costs: how many steps and evaluations it will take, and from those its time on a
 * machine where both were timed.
 * @module
 */
import type { Splits } from "../data/dataset.ts";
import type { ModelSpec } from "../models/spec.ts";
import { type PlacedLayer, placeLayers } from "../models/parameters.ts";
import type { Case } from "./case.ts";

export type Seconds = number;

/** Measured on this machine. */
export interface Calibration {
  readonly stepSeconds: Seconds;
  readonly evaluatedSampleSeconds: Seconds;
}

export interface Cost {
  readonly epochs: number;
  readonly steps: number;
  readonly evaluatedSamples: number;
  /** Multiplications and additions, as of dense arithmetic. */
  readonly gigaflop: number;
}

/** Where no band says how many epochs a case takes. */
const USUAL_EPOCHS = 16;

export function costOf(
  spec: ModelSpec,
  { labels }: Case,
  splits: Splits,
  expectedEpochs: number | null,
): Cost {
  const epochs = expectedEpochs ?? USUAL_EPOCHS;
  const samples = labels ?? splits.train.count;
  const batchSize = Math.min(spec.batchSize, samples);
  const steps = epochs * Math.floor(samples / batchSize);
  const evaluatedSamples = epochs * splits.validation.count + splits.test.count;
  const layers = placeLayers(spec).map(flopOf);
  const forward = layers.reduce((sum, flop) => sum + flop, 0);
  // A step is forward, weight gradients and input gradients; the first layer needs no last of these.
  const perStep = batchSize * (3 * forward - layers[0]!);
  return {
    epochs,
    steps,
    evaluatedSamples,
    gigaflop: (steps * perStep + evaluatedSamples * forward) / 1e9,
  };
}

/** Multiplications and additions of one sample's forward pass through a layer. */
function flopOf({ layer, input, output, parameters }: PlacedLayer): number {
  const weights = parameters.reduce(
    (sum, pair) => sum + pair.weights.reduce((product, n) => product * n, 1),
    0,
  );
  if (layer.kind === "conv") return 2 * weights * input.image!.side * input.image!.side;
  // Each input pixel of a transposed convolution meets each weight once.
  if (layer.kind === "transposed-conv") return 2 * weights * output.image!.side ** 2 / 4;
  return 2 * weights;
}

export function secondsOf(cost: Cost, calibration: Calibration): Seconds {
  return cost.steps * calibration.stepSeconds +
    cost.evaluatedSamples * calibration.evaluatedSampleSeconds;
}

/** Time until all are done, each started in order on the first of `jobs` workers that is free. */
export function makespan(durations: readonly Seconds[], jobs: number): Seconds {
  const free: Seconds[] = new Array(jobs).fill(0);
  for (const duration of durations) {
    const next = free.indexOf(Math.min(...free));
    free[next]! += duration;
  }
  return Math.max(...free);
}
