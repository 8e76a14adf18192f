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
import { permutation } from "../random/permutation.ts";
import { AdamRate } from "./adam_rate.ts";
import { digestOfOutputs, digestOfWeights } from "./digests.ts";
import { NonFiniteError } from "./non_finite_error.ts";
import { isBetter, type Metric, metricOfModel, scoreOf } from "./score.ts";

/** Epochs in a row without a better validation score, after which training stops. */
export const PATIENCE_EPOCHS = 3;
export const MAX_EPOCHS = 200;

export interface EpochResult {
  /** From 1. */
  readonly epoch: number;
  /** Mean over the steps of the batch's mean loss. */
  readonly trainLoss: number;
  readonly validationScore: number;
}

export interface TrainingResult {
  readonly metric: Metric;
  /** Test score of the best weights. */
  readonly score: number;
  readonly validationScore: number;
  readonly bestEpoch: number;
  readonly curve: readonly EpochResult[];
  readonly weights: readonly Tensor[];
  readonly digests: { readonly weights: string; readonly outputs: string };
}

/** The best epoch so far, its validation score, and the weights after it. */
interface Best {
  readonly epoch: number;
  readonly score: number;
  readonly weights: readonly Tensor[];
}

/** Where training stands between two epochs: from there it goes on to the same bits. */
export interface TrainingState {
  readonly curve: readonly EpochResult[];
  readonly best: Best;
  readonly model: ModelState;
}

export interface TrainingOptions {
  readonly maxEpochs?: number;
  readonly onEpoch?: (result: EpochResult) => void;
  /** After each epoch but the last; `take` copies the state, which costs time. */
  readonly onState?: (take: () => Promise<TrainingState>) => Promise<void>;
  /** Where an earlier run stood. */
  readonly resume?: TrainingState | null;
}

/** The splits that a case with this many labels sees: the first training samples. */
export function limitLabels(splits: Splits, labels: number): Splits {
  return { ...splits, train: sliceSamples(splits.train, 0, labels) };
}

/**
 * Trains the session's model on all of its training samples. Throws a NonFiniteError where a loss
 * or an output is not finite: such a case has failed, it has not merely stopped improving.
 */
export async function train(
  spec: ModelSpec,
  session: Session,
  splits: Splits,
  seed: number,
  { maxEpochs = MAX_EPOCHS, onEpoch, onState, resume = null }: TrainingOptions = {},
): Promise<TrainingResult> {
  const { count } = splits.train;
  const curve: EpochResult[] = [...resume?.curve ?? []];
  const metric = metricOfModel(spec);
  const rate = new AdamRate(curve.length * stepsOf(spec, count));
  let best: Best | null = resume?.best ?? null;
  if (resume !== null) await session.setState(resume.model);
  for (let epoch = curve.length + 1; epoch <= maxEpochs; epoch++) {
    const trainLoss = await trainEpoch(spec, session, count, seed, epoch, rate);
    const { score: validationScore } = await score(metric, session, splits, "validation", epoch);
    const result = { epoch, trainLoss, validationScore };
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
  return {
    metric,
    score: test.score,
    validationScore: best.score,
    bestEpoch: best.epoch,
    curve,
    weights: best.weights,
    digests: {
      weights: await digestOfWeights(best.weights),
      outputs: await digestOfOutputs(test.outputs),
    },
  };
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
  let lossSum = 0;
  for (let step = 0; step < steps; step++) {
    const batch = order.subarray(step * batchSize, (step + 1) * batchSize);
    const loss = await session.step(batch, rate.next(), epoch);
    if (!Number.isFinite(loss)) throw new NonFiniteError("the training loss", epoch, step + 1);
    lossSum += loss;
  }
  return lossSum / steps;
}

async function score(
  metric: Metric,
  session: Session,
  splits: Splits,
  split: "validation" | "test",
  epoch: number,
): Promise<{ score: number; outputs: Float32Array }> {
  const { count, labels } = splits[split];
  const evaluation = await session.evaluate(split, count, epoch);
  const { outputs, losses } = evaluation;
  for (const [what, values] of [["loss", losses], ["output", outputs]] as const) {
    if (!values.every(Number.isFinite)) throw new NonFiniteError(`a ${split} ${what}`, epoch, null);
  }
  return { score: scoreOf(metric, evaluation, labels), outputs };
}
