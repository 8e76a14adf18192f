/**
 * Latentbench as a library: small models on MNIST-like digits, trained to the same bits on every
 * machine.
 *
 * @example A model on 500 labels
 * ```ts
 * import { drawStrokes, fc, findEngine, limitLabels, train } from "@latentbench/latentbench";
 * import assert from "node:assert/strict";
 *
 * const engine = await (await findEngine({ engine: "exact" })).open();
 * const model = fc({ kind: "pixels", width: 784 });
 * const splits = limitLabels(drawStrokes(), 500);
 * const session = await engine.open(model, splits, 0);
 * const { score } = await train(model, session, splits, 0);
 * await session.close();
 * assert.equal(score, 0.8825); // of 2,000 test digits, on every machine
 * ```
 * @module
 */

// Datasets: MNIST and others, found and verified; the drawn one; what a new one is made of.
export type { Dataset, DatasetName, Samples, SplitName, Splits } from "./data/dataset.ts";
export {
  type DataEnvironment,
  type DatasetRequest,
  loadDataset,
  type LoadedDataset,
} from "./data/load_dataset.ts";
export { cacheDirectory, type CacheEnvironment } from "./data/cache.ts";
export { DataError } from "./data/data_error.ts";
export type { DownloadProgress } from "./data/download.ts";
export { drawStrokes } from "./data/strokes.ts";
export { Stream } from "./random/stream.ts";

// Models: those of the matrix, the layers of others, and their parameters.
export { conv } from "./models/conv.ts";
export { fc } from "./models/fc.ts";
export { ae, decoderOf, encoderOf, lae, mildVae, strictVae, vae } from "./models/autoencoder.ts";
export { wideDeep } from "./models/wide_deep.ts";
export { initialParameters, selectParameters, type Tensor } from "./models/parameters.ts";
export type {
  Activation,
  ConvLayer,
  DenseLayer,
  ImageShape,
  Layer,
  ModelSpec,
  PartialDenseLayer,
  ReshapeLayer,
  SampledLatentLayer,
  SigmoidLayer,
  TransposedConvLayer,
} from "./models/spec.ts";

// Engines: the contract that training asks for, and those that are here.
export {
  DeviceError,
  type Engine,
  type Evaluation,
  type MaybePromise,
  type ModelState,
  type Session,
} from "./engines/engine.ts";
export { ENGINE_NAMES, type EngineName } from "./engines/engine_name.ts";
export { findEngine, type FoundEngine, type WantedEngine } from "./runner/find_engine.ts";
export type { WantedBuild } from "./runner/find_kernels.ts";
export { TfjsError } from "./engines/tfjs/tfjs_error.ts";

// Training, and the runner: a case of the matrix from its name to its record.
export {
  type EpochResult,
  limitLabels,
  train,
  type TrainingOptions,
  type TrainingResult,
  type TrainingState,
} from "./training/train.ts";
export type { Metric } from "./training/score.ts";
export { NonFiniteError } from "./training/non_finite_error.ts";
export { embeddingsIn } from "./training/encode.ts";
export type { Embeddings, Reading } from "./data/embedded.ts";
export type { EncoderMeasurements } from "./training/measure_encoder.ts";
export {
  type Case,
  type Configuration,
  dependencyOf,
  formatCase,
  parseCase,
  type ParsedCase,
} from "./matrix/case.ts";
export { MODEL_NAMES, type ModelName } from "./matrix/models.ts";
export { modelOf } from "./matrix/model_of.ts";
export {
  type CaseOptions,
  type EncodedDataset,
  type FinishedCase,
  runCase,
} from "./runner/run_case.ts";
export { captureEnvironment } from "./runner/environment.ts";
export type { Checkpoint } from "./store/checkpoint.ts";
export type {
  CaseRecord,
  CaseResult,
  Environment,
  FailedRecord,
  OkRecord,
  Provenance,
  RecordBase,
} from "./store/record.ts";
