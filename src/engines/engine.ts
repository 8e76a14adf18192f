/**
 * The contract between training and whatever computes.
 *
 * An engine turns a model spec and a dataset into a session: the model's parameters and optimizer
 * state on some device, moved by `step`. A session holds no clock, no shuffle and no stopping rule:
 * those are training's. Everything it is given is an index into the dataset it was opened with, so
 * no sample crosses the contract twice. An engine that draws noise takes it from the random streams
 * by (seed, epoch, sample), so that all engines see the same noise.
 *
 * The exact engine answers at once; engines that wait for a device return promises. The tensors of
 * `state` are in the canonical layout ([in, out]; NHWC, HWIO), whatever the engine uses inside.
 * @module
 */
import type { SplitName, Splits } from "../data/dataset.ts";
import type { Tensor } from "../models/parameters.ts";
import type { ModelSpec } from "../models/spec.ts";
import type { EngineName } from "./engine_name.ts";

/** What an engine answers at once, or when its device is ready. */
export type MaybePromise<T> = T | Promise<T>;

/** All that training needs to go on later: the same state gives the same bits. */
export interface ModelState {
  /** In the order of `initialParameters`. */
  readonly weights: readonly Tensor[];
  /** Adam's first moments, in the order and shapes of the weights. */
  readonly firstMoments: readonly Tensor[];
  /** Adam's second moments, likewise. */
  readonly secondMoments: readonly Tensor[];
}

/** What the model makes of the first samples of a split. */
export interface Evaluation {
  /** Values an output: 10 logits for a classifier. */
  readonly width: number;
  /** [samples, width], row-major. */
  readonly outputs: Float32Array<ArrayBuffer>;
  /** One loss a sample, before the mean, in nats. */
  readonly losses: Float32Array<ArrayBuffer>;
  /**
   * The KL term of each sample, in nats, without the weight that it has in the loss; absent if the
   * model has no sampled latent.
   */
  readonly divergences?: Float32Array<ArrayBuffer> | undefined;
}

/** A model with its optimizer's state on some device, bound to a dataset. */
export interface Session {
  /** Which build runs, e.g. `wasm`, `wasm-emulated`, or which library. */
  readonly backend: string;
  /** Threads that share the work; they change no bit. */
  readonly threads: number;
  /**
   * SHA-256 of what was compiled from the spec, and of the code that runs it; null where nothing is
   * compiled, and no bits are promised.
   */
  readonly digests: { readonly plan: string; readonly kernels: string } | null;
  /**
   * How many steps another device has computed again, to the same bits; undefined if no device is
   * doubted.
   */
  readonly confirmedSteps?: number | undefined;
  /**
   * One training step on the training samples at `indices` (at most the spec's batch size), with
   * Adam's bias-corrected rate: w -= rate m / (sqrt(v) + 1e-8), betas 0.9 and 0.999. Gives the mean
   * loss of the batch before the update. `epoch` counts from 1 and only names the noise that is
   * drawn. Steps happen in the order of the calls: the next one may be asked for before this one has
   * answered, so that a device need not stop for every loss.
   *
   * Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, end of section 2.
   */
  step(indices: Uint32Array, rate: number, epoch: number): MaybePromise<number>;
  /** Scores the first `count` samples of a split; changes nothing. */
  evaluate(split: SplitName, count: number, epoch: number): MaybePromise<Evaluation>;
  /** A copy of the weights alone. */
  weights(): MaybePromise<Tensor[]>;
  /** Takes other weights, of the same names and shapes; moments stay as they are. */
  setWeights(weights: readonly Tensor[]): MaybePromise<void>;
  /**
   * All that the next step depends on, as it is after the steps that were asked for before. It is to
   * be read before the next step: an engine may read each tensor out when it is asked for its values.
   * `structuredClone` keeps one for longer.
   */
  state(): MaybePromise<ModelState>;
  /** Goes on from a state of the same model. */
  setState(state: ModelState): MaybePromise<void>;
  /** Frees what the session holds; it cannot be used afterwards. */
  close(): MaybePromise<void>;
}

/** Whatever computes: turns a model and a dataset into a session. */
export interface Engine {
  /** By which records tell it apart. */
  readonly name: EngineName;
  /**
   * A session with the weights that `initialParameters` gives for `seed` (unsigned 32-bit). Throws a
   * TypeError before any work starts where the engine cannot run the model.
   */
  open(spec: ModelSpec, splits: Splits, seed: number): Promise<Session>;
  /** Computes the same bits on another device, in case a session throws a DeviceError. */
  readonly substitute?: Engine | undefined;
}

/**
 * The device of a session was lost, or has computed other bits than it must. What it has computed
 * since its last confirmed step is not to be trusted.
 */
export class DeviceError extends Error {
  /** Tells the error apart. */
  override readonly name = "DeviceError";
}

/**
 * Throws a TypeError for a step of a model without a loss, and a RangeError for a batch that is empty or
 * too large.
 *
 * @param step null for a model without a loss
 */
export function requireBatch<T extends { readonly batchSize: number }>(
  step: T | null,
  count: number,
): asserts step is T {
  if (step === null) throw new TypeError("Cannot step: the model has no loss");
  const { batchSize } = step;
  if (count < 1 || count > batchSize) {
    throw new RangeError(`Cannot step on ${count} samples: the batch size is ${batchSize}`);
  }
}

/** Throws a RangeError if a split has fewer samples than are to be evaluated. */
export function requireSamples(splits: Splits, split: SplitName, count: number): void {
  if (count <= splits[split].count) return;
  throw new RangeError(
    `Cannot evaluate ${count} ${split} samples: there are ${splits[split].count}`,
  );
}
