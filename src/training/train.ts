/**
 * The training loop: shuffled batches, a validation score after each epoch, early stopping on the
 * best one, the test score of the best weights. A pure function of session, splits and seed: it
 * reads no clock and prints nothing.
 * @module
 */
import { sliceSamples, type Splits } from "../data/dataset.ts";
import type { ModelState, Session } from "../engines/engine.ts";
import type { Tensor } from "../models/parameters.ts";
import type { ModelSpec } from "../models/spec.ts";
import { sha256Hex } from "../sha256.ts";
import { permutation } from "../random/permutation.ts";
import { AdamRate } from "./adam_rate.ts";
import { digestOfOutputs, digestOfWeights } from "./digests.ts";
import { NonFiniteError } from "./non_finite_error.ts";
import { isBetter, meanOf, type Metric, metricOfModel, predictionsOf, scoreOf } from "./score.ts";

/** Epochs in a row without a better validation score, after which training stops. */
export const PATIENCE_EPOCHS = 3;
export const MAX_EPOCHS = 200;

/** So many steps are asked for before the loss of the first is waited for. */
const STEPS_AHEAD = 64;

/** How an epoch went. */
export interface EpochResult {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the epoch's steps of the batch's mean loss, in nats. */
  readonly trainLoss: number;
  /** After the epoch, on all validation samples. */
  readonly validationScore: number;
  /**
   * The KL term of those samples, in nats per sample, without its weight: the score is distortion +
   * klWeight * rate. Absent if the model has no sampled latent.
   */
  readonly validationRate?: number | undefined;
}

/** What training came to. */
export interface TrainingResult {
  /** What the scores are. */
  readonly metric: Metric;
  /** Test score of the best weights. */
  readonly score: number;
  /** Validation score of the best weights. */
  readonly validationScore: number;
  /** The epoch with the best validation score, from 1. */
  readonly bestEpoch: number;
  /** One entry an epoch, in order. */
  readonly curve: readonly EpochResult[];
  /** The best weights, those after `bestEpoch`. */
  readonly weights: readonly Tensor[];
  /**
   * The KL term of the test samples, in nats per sample, without its weight: the score is distortion +
   * klWeight * rate. Absent if the model has no sampled latent.
   */
  readonly rate?: number | undefined;
  /** The class that a classifier predicts for each test sample, in order; null for other models. */
  readonly predictions: Uint8Array<ArrayBuffer> | null;
  /**
   * SHA-256 (hex) of the best weights and of the test outputs, as little-endian float32 in the
   * canonical layout, and of the predictions, one byte per sample.
   */
  readonly digests: {
    readonly weights: string;
    readonly outputs: string;
    readonly predictions?: string | undefined;
  };
}

/** Where training stands between two epochs: from there it goes on to the same bits. */
export interface TrainingState {
  /** The epochs so far. */
  readonly curve: readonly EpochResult[];
  /** The best epoch so far, its validation score, and the weights after it. */
  readonly best: {
    readonly epoch: number;
    readonly score: number;
    readonly weights: readonly Tensor[];
  };
  /** The model after the last epoch. */
  readonly model: ModelState;
}

/** What may be asked of training. */
export interface TrainingOptions {
  /** 200 unless told. */
  readonly maxEpochs?: number;
  /** Told after each epoch. */
  readonly onEpoch?: (result: EpochResult) => void;
  /** After each epoch but the last; what `take` gives is to be read before this is done. */
  readonly onState?: (take: () => Promise<TrainingState>) => Promise<void>;
  /** Reads where an earlier run of the same model, samples and seed stood; null where none did. */
  readonly resume?: () => Promise<TrainingState | null>;
}

/**
 * The splits that a case with this many labels sees: the first training samples, as views. Throws a
 * RangeError where there are not so many.
 */
export function limitLabels(splits: Splits, labels: number): Splits {
  return { ...splits, train: sliceSamples(splits.train, 0, labels) };
}

/**
 * Trains the session's model on all of its training samples: shuffled batches, Adam with a rate of
 * 1e-3, until three epochs in a row have no better validation score. The session ends with the best
 * weights. Throws a NonFiniteError where a loss or an output is not finite: such a case has failed,
 * it has not merely stopped improving.
 *
 * @param session of this spec, splits and seed, freshly opened
 * @param seed unsigned 32-bit; decides the order of samples
 *
 * @example A model of one's own
 * ```ts
 * import {
 *   drawStrokes,
 *   findEngine,
 *   limitLabels,
 *   type ModelSpec,
 *   train,
 * } from "@latentbench/latentbench";
 * import assert from "node:assert/strict";
 *
 * const spec: ModelSpec = {
 *   name: "small",
 *   input: { kind: "pixels", width: 784 },
 *   layers: [
 *     { kind: "dense", name: "hidden", units: 30, activation: "relu", initialBias: 0 },
 *     { kind: "dense", name: "logits", units: 10, activation: "linear", initialBias: 0 },
 *   ],
 *   loss: "softmax-cross-entropy",
 *   output: "logits",
 *   batchSize: 20,
 * };
 * const engine = await (await findEngine({ engine: "exact" })).open();
 * const splits = limitLabels(drawStrokes(), 500);
 * const session = await engine.open(spec, splits, 0);
 * const { metric, score, curve } = await train(spec, session, splits, 0, { maxEpochs: 10 });
 * await session.close();
 * assert.equal(metric, "accuracy");
 * assert.ok(score > 0.7 && curve.length <= 10, `${score} after ${curve.length} epochs`);
 * ```
 */
export async function train(
  spec: ModelSpec,
  session: Session,
  splits: Splits,
  seed: number,
  { maxEpochs = MAX_EPOCHS, onEpoch, onState, resume }: TrainingOptions = {},
): Promise<TrainingResult> {
  const { count } = splits.train;
  const start = await startOf(session, resume);
  const curve: EpochResult[] = [...start.curve];
  const metric = metricOfModel(spec);
  const rate = new AdamRate(curve.length * stepsOf(spec, count));
  let { best } = start;
  for (let epoch = curve.length + 1; epoch <= maxEpochs; epoch++) {
    const trainLoss = await trainEpoch(spec, session, count, seed, epoch, rate);
    const validation = await score(metric, session, splits, "validation", epoch);
    const { score: validationScore, rate: validationRate } = validation;
    const result = {
      epoch,
      trainLoss,
      validationScore,
      ...validationRate !== undefined && { validationRate },
    };
    curve.push(result);
    onEpoch?.(result);
    if (best === null || isBetter(metric, validationScore, best.score)) {
      best = { epoch, score: validationScore, weights: await session.weights() };
    } else if (epoch - best.epoch >= PATIENCE_EPOCHS) break;
    const reached = best;
    await onState?.(async () => ({
      curve: [...curve],
      best: reached,
      model: await session.state(),
    }));
  }
  if (best === null) throw new RangeError(`Cannot train for ${maxEpochs} epochs`);
  await session.setWeights(best.weights);
  const test = await score(metric, session, splits, "test", best.epoch);
  const predictions = metric === "accuracy" ? predictionsOf(test.outputs, test.width) : null;
  return {
    metric,
    score: test.score,
    ...test.rate !== undefined && { rate: test.rate },
    validationScore: best.score,
    bestEpoch: best.epoch,
    curve,
    weights: best.weights,
    predictions,
    digests: {
      weights: await digestOfWeights(best.weights),
      outputs: await digestOfOutputs(test.outputs),
      ...predictions && { predictions: await sha256Hex(predictions) },
    },
  };
}

/** What training goes on from: the session is set to it, so that no more than the best is held. */
async function startOf(
  session: Session,
  resume: TrainingOptions["resume"],
): Promise<{ curve: readonly EpochResult[]; best: TrainingState["best"] | null }> {
  const state = await resume?.() ?? null;
  if (state === null) return { curve: [], best: null };
  await session.setState(state.model);
  return { curve: state.curve, best: state.best };
}

/** Steps an epoch: the last partial batch is dropped, but a smaller training set is one batch. */
function stepsOf({ batchSize }: ModelSpec, count: number): number {
  return Math.floor(count / Math.min(batchSize, count));
}

/** One pass over the shuffled training samples, without the last partial batch; its mean loss. */
async function trainEpoch(
  spec: ModelSpec,
  session: Session,
  count: number,
  seed: number,
  epoch: number,
  rate: AdamRate,
): Promise<number> {
  const order = permutation(seed, epoch, count);
  const batchSize = Math.min(spec.batchSize, count);
  const steps = stepsOf(spec, count);
  let lossSum = 0, known = 0;
  const add = (loss: number) => {
    known++;
    if (!Number.isFinite(loss)) throw new NonFiniteError("the training loss", epoch, known);
    lossSum += loss;
  };
  let waiting: Promise<number>[] = [];
  for (let step = 0; step < steps; step++) {
    const batch = order.subarray(step * batchSize, (step + 1) * batchSize);
    const loss = session.step(batch, rate.next(), epoch);
    if (typeof loss === "number") add(loss);
    else waiting.push(loss);
    if (waiting.length < STEPS_AHEAD && step + 1 < steps) continue;
    for (const loss of await Promise.all(waiting)) add(loss);
    waiting = [];
  }
  return lossSum / steps;
}

/** What the model makes of a split. */
interface ScoredSplit {
  readonly score: number;
  readonly rate: number | undefined;
  readonly outputs: Float32Array<ArrayBuffer>;
  /** Values per output. */
  readonly width: number;
}

async function score(
  metric: Metric,
  session: Session,
  splits: Splits,
  split: "validation" | "test",
  epoch: number,
): Promise<ScoredSplit> {
  const { count, labels } = splits[split];
  const evaluation = await session.evaluate(split, count, epoch);
  const { width, outputs, losses, divergences } = evaluation;
  for (const [what, values] of [["loss", losses], ["output", outputs]] as const) {
    if (!values.every(Number.isFinite)) throw new NonFiniteError(`a ${split} ${what}`, epoch, null);
  }
  return {
    score: scoreOf(metric, evaluation, labels),
    rate: divergences && meanOf(divergences),
    outputs,
    width,
  };
}
