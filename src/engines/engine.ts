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

export type MaybePromise<T> = T | Promise<T>;

/** All that training needs to go on later: the same state gives the same bits. */
export interface ModelState {
  readonly weights: readonly Tensor[];
  /** Adam's first and second moments, in the order of the weights. */
  readonly firstMoments: readonly Tensor[];
  readonly secondMoments: readonly Tensor[];
}

/** What the model makes of the first samples of a split. */
export interface Evaluation {
  /** Values an output: 10 logits for a classifier. */
  readonly width: number;
  /** [samples, width], row-major. */
  readonly outputs: Float32Array<ArrayBuffer>;
  /** One loss a sample, before the mean. */
  readonly losses: Float32Array<ArrayBuffer>;
}

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
   * One training step on the training samples at `indices` (at most the spec's batch size), with
   * Adam's bias-corrected rate. Gives the mean loss of the batch before the update. `epoch` counts
   * from 1 and only names the noise that is drawn.
   */
  step(indices: Uint32Array, rate: number, epoch: number): MaybePromise<number>;
  /** Scores the first `count` samples of a split; changes nothing. */
  evaluate(split: SplitName, count: number, epoch: number): MaybePromise<Evaluation>;
  /** A copy of the weights alone. */
  weights(): MaybePromise<Tensor[]>;
  setWeights(weights: readonly Tensor[]): MaybePromise<void>;
  state(): MaybePromise<ModelState>;
  setState(state: ModelState): MaybePromise<void>;
  /** Frees what the session holds; it cannot be used afterwards. */
  close(): MaybePromise<void>;
}

export interface Engine {
  readonly name: EngineName;
  /**
   * A session with the initial weights of `seed`. Throws a TypeError before any work starts where
   * the engine cannot run the model.
   */
  open(spec: ModelSpec, splits: Splits, seed: number): Promise<Session>;
}
