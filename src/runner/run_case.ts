/**
 * One case from dataset to record. This is where the clock and the machine come in: around the
 * training, never in it.
 * @module
 */
import { type Dataset, type Samples, sliceSamples, type Splits } from "../data/dataset.ts";
import { drawLabels, POOL, seedOfDraw } from "../data/draw.ts";
import { embeddedSplits, type Embeddings, evenOut, HEAD_VALIDATION } from "../data/embedded.ts";
import { DeviceError, type Engine } from "../engines/engine.ts";
import { type Case, dependencyOf, formatCase, isEncoder } from "../matrix/case.ts";
import { MODELS } from "../matrix/models.ts";
import { modelOf } from "../matrix/model_of.ts";
import { joinBytes } from "../join_bytes.ts";
import type { Tensor } from "../models/parameters.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { Checkpoint } from "../store/checkpoint.ts";
import type { CaseRecord, CaseResult, Environment } from "../store/record.ts";
import { RECORD_SCHEMA_VERSION } from "../store/record_schema_version.ts";
import { sha256Hex } from "../sha256.ts";
import { digestOfTensor } from "../training/digests.ts";
import { embeddingsIn, encode, type TrainedModel } from "../training/encode.ts";
import { measureEncoder } from "../training/measure_encoder.ts";
import { NonFiniteError } from "../training/non_finite_error.ts";
import { type EpochResult, train, type TrainingResult } from "../training/train.ts";
import { ConfirmedState } from "./confirmed_state.ts";
import { MovableSession } from "./movable_session.ts";

/**
 * What a head learns from: an encoder's embeddings (`embeddingsIn` finds them among the artifacts of
 * the encoder's case), and the digest of that encoder's weights.
 */
export interface EncodedDataset {
  /** Of all samples of the dataset. */
  readonly embeddings: Embeddings;
  /** `result.digests.weights` of the encoder's record. */
  readonly encoder: string;
}

/** What may be asked of a case's run. */
export interface CaseOptions {
  /** 200 unless told; a record of fewer is not comparable with others. */
  readonly maxEpochs?: number;
  /** Told after each epoch. */
  readonly onEpoch?: (result: EpochResult) => void;
  /**
   * After each epoch but the last; `take` copies where the case stands. On a device that is checked
   * now and then, it stands after an earlier epoch, which a check has confirmed.
   */
  readonly onState?: (take: () => Promise<Checkpoint>) => Promise<void>;
  /** Reads where an earlier run of the case stood; null where none did. */
  readonly resume?: () => Promise<Checkpoint | null>;
  /** Asked after each epoch: the engine with another number of threads; null: as before. */
  readonly newEngine?: () => Promise<Engine | null>;
  /**
   * The engine's device has failed: its substitute goes on after this epoch, the last one that a check
   * has confirmed. 0: from the beginning.
   */
  readonly onDeviceError?: (error: DeviceError, epoch: number) => void;
  /** For a head, which learns from it. */
  readonly encoded?: EncodedDataset | null;
}

/** A case that has run: its record, and what was made on the way. */
export interface FinishedCase {
  /** What was run, what came out, and where. */
  readonly record: CaseRecord;
  /** The best weights; null of a failed case. */
  readonly weights: readonly Tensor[] | null;
  /** What an encoder leaves for its heads and for the report; of other cases nothing. */
  readonly artifacts: readonly Tensor[];
}

/**
 * Trains a case of the matrix. A value that is not finite gives a failed record; any other error is
 * thrown: a TypeError for a head without its encoder, a RangeError for more labels than there are.
 *
 * @example A case and its record
 * ```ts
 * import {
 *   captureEnvironment,
 *   findEngine,
 *   loadDataset,
 *   parseCase,
 *   runCase,
 * } from "@latentbench/latentbench";
 * import assert from "node:assert/strict";
 *
 * const engine = await (await findEngine({ engine: "exact" })).open();
 * const { record } = await runCase(
 *   { ...parseCase("fc@250"), seed: 0 },
 *   await loadDataset({ dataset: "strokes", notify: console.error }),
 *   engine,
 *   await captureEnvironment(),
 * );
 * assert.ok(record.status === "ok");
 * assert.ok(record.result.score > 0.7, `${record.result.score}`);
 * ```
 */
export async function runCase(
  c: Case,
  dataset: Dataset,
  engine: Engine,
  environment: Environment,
  options: CaseOptions = {},
): Promise<FinishedCase> {
  const clock = new CaseClock();
  const confirmed = new ConfirmedState();
  const run = (engine: Engine, resume: () => Promise<Checkpoint | null>) =>
    runOn(engine, c, dataset, environment, clock, confirmed, { ...options, resume });
  try {
    return await run(engine, async () => {
      confirmed.last = await options.resume?.() ?? null;
      clock.secondsBefore = confirmed.last?.seconds ?? 0;
      return confirmed.last;
    });
  } catch (error) {
    if (!(error instanceof DeviceError) || engine.substitute === undefined) throw error;
    const { last } = confirmed;
    options.onDeviceError?.(error, last?.state.curve.length ?? 0);
    return await run(engine.substitute, () => Promise.resolve(last));
  }
}

/** The time that a case takes, with that of the runs before that it goes on from. */
class CaseClock {
  readonly startedAt = new Date().toISOString();
  readonly #start = performance.now();
  secondsBefore = 0;

  get seconds(): number {
    return this.secondsBefore + (performance.now() - this.#start) / 1000;
  }
}

/** The whole case, on one engine. Throws a DeviceError if its device fails. */
async function runOn(
  engine: Engine,
  c: Case,
  dataset: Dataset,
  environment: Environment,
  clock: CaseClock,
  confirmed: ConfirmedState,
  { encoded = null, resume, onState, newEngine, ...options }: CaseOptions,
): Promise<FinishedCase> {
  const splits = splitsOf(c, dataset.splits, encoded);
  const spec = modelOf(c, dataset.splits.train.width);
  const seed = c.draw === null ? c.seed : seedOfDraw(c.seed, c.draw);
  const session = await MovableSession.open(engine, spec, splits, seed);
  const identity = {
    schemaVersion: RECORD_SCHEMA_VERSION as typeof RECORD_SCHEMA_VERSION,
    case: caseOf(c),
    dataset: { name: dataset.name, sha256: dataset.sha256 },
    engine: engine.name,
    numericVersion: NUMERIC_VERSION,
  };
  const provenance = () => ({
    backend: session.backend,
    plan: session.digests?.plan ?? null,
    kernels: session.digests?.kernels ?? null,
    ...environment,
    trainingImages: dataset.splits.train.count,
    threads: session.threads,
    startedAt: clock.startedAt,
    seconds: clock.seconds,
  });
  try {
    const trained = await train(spec, session, splits, seed, {
      ...options,
      resume: async () => (await resume?.())?.state ?? null,
      onState: async (take) => {
        const known = await confirmed.confirm(
          session.confirmedSteps,
          async () => ({ state: await take(), seconds: clock.seconds }),
        );
        if (known) await onState?.(known);
        const other = await newEngine?.();
        if (other) await session.moveTo(other);
      },
    });
    const { weights } = trained;
    const left = isEncoder(c) ? await leave(engine, { spec, weights }, c, dataset.splits) : null;
    const artifacts = left?.artifacts ?? [];
    const result: CaseResult = {
      ...await resultOf(trained, splits),
      ...encoded && { encoder: encoded.encoder },
      ...left && {
        artifacts: await Promise.all(artifacts.map(describe)),
        measurements: left.measurements,
      },
    };
    return {
      record: { ...identity, status: "ok", result, provenance: provenance() },
      weights,
      artifacts,
    };
  } catch (error) {
    if (!(error instanceof NonFiniteError)) throw error;
    const { message, epoch, step } = error;
    // A case has failed only if the substitute says so too.
    if (engine.substitute) throw new DeviceError(message, { cause: error });
    return {
      record: {
        ...identity,
        status: "failed",
        failure: { message, epoch, step },
        provenance: provenance(),
      },
      weights: null,
      artifacts: [],
    };
  } finally {
    await session.close();
  }
}

/** The samples that a case sees. */
export function splitsOf(c: Case, splits: Splits, encoded: EncodedDataset | null): Splits {
  if (c.labels === null) {
    return c.unlabelled === null ? splits : {
      ...splits,
      train: sliceSamples(splits.train, 0, c.unlabelled),
      validation: first(splits.validation, HEAD_VALIDATION),
    };
  }
  const label = labelOf(c, c.labels);
  if (dependencyOf(c) === null) return { ...splits, train: label(splits.train) };
  if (encoded === null) throw new TypeError(`Cannot run ${formatCase(c)} without its encoder`);
  const codes = c.reading === null ? encoded.embeddings : evenOut(encoded.embeddings);
  return embeddedSplits(splits, codes, label, MODELS[c.model].seesPixels);
}

/** How a case chooses labelled samples among the training samples. */
function labelOf({ seed, draw }: Case, labels: number): (train: Samples) => Samples {
  return draw === null
    ? (train) => sliceSamples(train, 0, labels)
    : (train) => drawLabels(train, labels, seed, draw);
}

/** The samples that an encoder embeds: of one that saw a part of the dataset, what its heads use. */
function embeddedBy({ unlabelled }: Case, splits: Splits): Splits {
  return unlabelled === null ? splits : {
    ...splits,
    train: first(splits.train, POOL),
    validation: first(splits.validation, HEAD_VALIDATION),
  };
}

function first(samples: Samples, count: number): Samples {
  return sliceSamples(samples, 0, Math.min(count, samples.count));
}

/** What a trained encoder leaves: tensors for its heads and the report, and measurements. */
async function leave(engine: Engine, model: TrainedModel, c: Case, all: Splits) {
  const splits = embeddedBy(c, all);
  const artifacts = await encode(engine, model, splits);
  const measurements = await measureEncoder(engine, model, splits, embeddingsIn(artifacts));
  return { artifacts, measurements };
}

/** A case as records hold it: its own fields and no others. */
function caseOf({ model, latents, unlabelled, labels, reading, draw, seed }: Case): Case {
  return { model, latents, unlabelled, labels, reading, draw, seed };
}

async function resultOf(
  { weights: _, predictions, curve, digests, ...scores }: TrainingResult,
  { train, validation, test }: Splits,
): Promise<CaseResult> {
  const common = { ...scores, epochs: curve.length, curve };
  if (predictions === null) return { ...common, digests };
  const seen = joinBytes([train, validation, test].map(({ labels }) => labels));
  return {
    ...common,
    digests: { ...digests, labels: await sha256Hex(seen) },
    predictions: predictions.join(""),
  };
}

async function describe(tensor: Tensor) {
  const { name, shape } = tensor;
  return { name, shape: [...shape], sha256: await digestOfTensor(tensor) };
}
