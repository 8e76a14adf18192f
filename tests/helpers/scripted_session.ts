/**
 * A session that computes nothing: its validation scores, losses and test scores are given. Its one
 * weight says in which epoch it was taken, so that a test sees which weights were kept.
 * @module
 */
import type { Samples, SplitName, Splits } from "../../src/data/dataset.ts";
import type { Evaluation, ModelState, Session } from "../../src/engines/engine.ts";
import type { Tensor } from "../../src/models/parameters.ts";

export interface Script {
  /** Right answers of the validation set after epoch 1, 2, ...; the last one again and again. */
  readonly validation: readonly number[];
  /** Right answers of the test set with the weights of epoch 0 (untrained), 1, 2, ... */
  readonly test?: (epoch: number) => number;
  /** The loss of a step, both counted from 1 (steps over all epochs). */
  readonly loss?: (epoch: number, step: number) => number;
  /** A loss in place of the scored samples' 1. */
  readonly scoredLoss?: (split: SplitName, epoch: number) => number;
}

/** What was asked of the session, in order. */
export interface StepCall {
  readonly indices: readonly number[];
  readonly rate: number;
  readonly epoch: number;
}

const CLASSES = 10;

/** Splits of empty images, labelled 0, 1, 2, ... */
export function emptySplits(train: number, validation: number, test: number): Splits {
  const samples = (count: number): Samples => ({
    count,
    width: 1,
    values: new Uint8Array(count),
    labels: Uint8Array.from({ length: count }, (_, i) => i % CLASSES),
  });
  return { train: samples(train), validation: samples(validation), test: samples(test) };
}

export class ScriptedSession implements Session {
  readonly threads = 1;
  readonly backend = "scripted";
  readonly digests = { plan: "0".repeat(64), kernels: "0".repeat(64) };
  readonly steps: StepCall[] = [];
  readonly evaluations: { split: SplitName; count: number; epoch: number }[] = [];
  closed = false;
  /** The epoch that the weights come from. */
  #weights = 0;

  constructor(private readonly script: Script) {}

  step(indices: Uint32Array, rate: number, epoch: number): number {
    this.steps.push({ indices: [...indices], rate, epoch });
    this.#weights = epoch;
    return this.script.loss?.(epoch, this.steps.length) ?? 1;
  }

  evaluate(split: SplitName, count: number, epoch: number): Evaluation {
    this.evaluations.push({ split, count, epoch });
    const { validation, test, scoredLoss } = this.script;
    const right = split === "validation"
      ? validation[Math.min(epoch, validation.length) - 1]!
      : test?.(this.#weights) ?? 0;
    const outputs = new Float32Array(count * CLASSES);
    for (let i = 0; i < count; i++) outputs[i * CLASSES + (i + (i < right ? 0 : 1)) % CLASSES] = 1;
    const losses = new Float32Array(count).fill(1);
    losses[count - 1] = scoredLoss?.(split, epoch) ?? 1;
    return { width: CLASSES, outputs, losses };
  }

  weights(): Tensor[] {
    return [{ name: "epoch", shape: [1], values: Float32Array.of(this.#weights) }];
  }

  setWeights([tensor]: readonly Tensor[]): void {
    this.#weights = tensor!.values[0]!;
  }

  state(): ModelState {
    const weights = this.weights();
    return { weights, firstMoments: weights, secondMoments: weights };
  }

  setState({ weights }: ModelState): void {
    this.setWeights(weights);
  }

  close(): void {
    this.closed = true;
  }
}
