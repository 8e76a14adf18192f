/**
 * What a case costs: how many steps and evaluations it will take, and from those its time on a
 * machine where both were timed.
 * @module
 */
import type { Splits } from "../data/dataset.ts";
import type { ModelSpec } from "../models/spec.ts";
import { type ParameterPair, type PlacedLayer, placeLayers } from "../models/parameters.ts";
import { HEAD_VALIDATION } from "../data/embedded.ts";
import { type Case, dependencyOf, isEncoder, metricOf } from "./case.ts";

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

/** Where no band says how many epochs a case takes: classifiers, and encoders (MNIST's: 24 to 39). */
const USUAL_EPOCHS = { accuracy: 16, loss: 32 } as const;

export function costOf(
  spec: ModelSpec,
  c: Case,
  splits: Splits,
  expectedEpochs: number | null,
): Cost {
  const epochs = Math.round(expectedEpochs ?? USUAL_EPOCHS[metricOf(c)]);
  const { train, validation, test } = splits;
  const samples = c.labels ?? c.unlabelled ?? train.count;
  const batchSize = Math.min(spec.batchSize, samples);
  const steps = epochs * Math.floor(samples / batchSize);
  const validated = dependencyOf(c) === null && c.unlabelled === null
    ? validation.count
    : Math.min(HEAD_VALIDATION, validation.count);
  // An encoder embeds everything in the end.
  const embedded = isEncoder(c) ? train.count + validation.count + test.count : 0;
  const evaluatedSamples = epochs * validated + test.count + embedded;
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

/** What a worker takes before it trains anything. */
const WORKER_BYTES = 100e6;
/** Weights, gradients, Adam's moments, the best weights, copies on their way, and activations. */
const COPIES_OF_WEIGHTS = 10;

/** Memory that a case takes while it runs: a generous estimate. */
export function bytesOf(spec: ModelSpec, { train, validation, test }: Splits): number {
  const weights = placeLayers(spec).flatMap(({ parameters }) => parameters)
    .reduce((sum, pair) => sum + sizeOf(pair), 0);
  const samples = [train, validation, test].reduce((sum, s) => sum + s.values.byteLength, 0);
  return WORKER_BYTES + samples + COPIES_OF_WEIGHTS * 4 * weights;
}

/** Multiplications and additions of one sample's forward pass through a layer. */
function flopOf({ layer, input, output, parameters }: PlacedLayer): number {
  const weights = parameters.reduce((sum, pair) => sum + sizeOf(pair), 0);
  if (layer.kind === "conv") return 2 * weights * input.image!.side * input.image!.side;
  // Each input pixel of a transposed convolution meets each weight once.
  if (layer.kind === "transposed-conv") return 2 * weights * output.image!.side ** 2 / 4;
  return 2 * weights;
}

function sizeOf({ weights }: ParameterPair): number {
  return weights.reduce((product, n) => product * n, 1);
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
