/**
 * A world for tests of whole commands: what it prints is kept, its environment variables, bands and
 * reference run are its own, no mirror answers, and its cases come out as a script says, in no time.
 * The records are those of the real program in all but their scores: what the schema does not allow
 * cannot be scripted. Heads run after their encoder, and get what the program would hand to a worker;
 * encoders leave tensors, small ones, with the digests that their records state.
 * @module
 */
import type { Band, Bands } from "../src/checks/bands.ts";
import type { Published } from "../src/checks/check_store.ts";
import { EXIT, type ExitCode } from "../src/cli/exit_codes.ts";
import type { World } from "../src/cli/world.ts";
import { type DatasetRequest, loadDataset, type LoadedDataset } from "../src/data/load_dataset.ts";
import type { DataFile } from "../src/data/mnist_files.ts";
import { STROKES_SHA256 } from "../src/data/strokes.ts";
import { main } from "../src/cli/main.ts";
import { type Case, dependencyOf, formatCase, isEncoder, metricOf } from "../src/matrix/case.ts";
import type { Tensor } from "../src/models/parameters.ts";
import { NUMERIC_VERSION } from "../src/numeric_version.ts";
import { CaseQueue } from "../src/runner/case_queue.ts";
import type { EncodedDataset, FinishedCase } from "../src/runner/run_case.ts";
import type { RunEvents, RunOptions } from "../src/runner/runner.ts";
import type { CaseRecord, OkRecord } from "../src/store/record.ts";
import { fromStored, recordSchema } from "../src/store/record_schema.ts";
import { RECORD_SCHEMA_VERSION } from "../src/store/record_schema_version.ts";
import type { EncoderMeasurements } from "../src/training/measure_encoder.ts";
import { type Identity, recordFileName, Store, type StoredRecord } from "../src/store/store.ts";
import { sha256HexOfText } from "../src/sha256.ts";
import { digestOfTensor, digestOfWeights } from "../src/training/digests.ts";
import { caseOf } from "./helpers/case_of.ts";

/** How a case comes out. */
export type Scripted =
  /** It is trained to a test score, or a loss; `curve` holds the validation score of each epoch. */
  | { readonly score: number; readonly curve?: readonly number[]; readonly weights?: string }
  /** A value was not finite: a failed record. */
  | { readonly fails: string; readonly epoch: number; readonly step: number | null }
  /** The worker reports an error, or dies: no record. */
  | { readonly error: string }
  /** The user interrupts while the case runs, or the system terminates the program. */
  | "interrupt"
  | "terminate";

/** By case name; `*` is for those that are not named. */
export type Script = { readonly [caseName: string]: Scripted };

export interface WorldOptions {
  readonly script?: Script;
  readonly environment?: { readonly [name: string]: string };
  readonly published?: Published;
  /** What passes for MNIST in a folder. */
  readonly mnist?: readonly DataFile[];
  readonly terminalColumns?: number;
  readonly color?: boolean;
  /** In bytes. */
  readonly freeMemory?: number;
  readonly reference?: Store;
  readonly lostOutput?: Error;
}

/** A script that gives a record. */
export type Finishing = Exclude<
  Scripted,
  "interrupt" | "terminate" | { readonly error: string }
>;

/** Both are best in epoch 3. */
const USUAL_CURVES = {
  accuracy: [0.5, 0.7, 0.8, 0.79, 0.78, 0.77],
  loss: [90, 70, 59, 60, 61, 62],
};
const USUAL_SCORES = { accuracy: 0.9, loss: 58.8361 };

export class ScriptedWorld implements World {
  /** What was printed so far. */
  out = "";
  err = "";
  /** The cases that were started, in order. */
  readonly ran: string[] = [];
  /** What the heads among them learned from, by case name. */
  readonly learnedFrom = new Map<string, EncodedDataset>();
  readonly terminalColumns: number | null;
  readonly color: boolean;
  readonly freeMemory: number | null;
  readonly checkpointEveryMs = 0;
  readonly lostOutput: Error | null;
  readonly #options: WorldOptions;
  #onEndRequest: (code: ExitCode) => void = () => {};

  constructor(options: WorldOptions = {}, readonly cores = 2) {
    this.#options = options;
    this.terminalColumns = options.terminalColumns ?? null;
    this.color = options.color ?? false;
    this.freeMemory = options.freeMemory ?? null;
    this.lostOutput = options.lostOutput ?? null;
  }

  /** Runs a whole command line; forgets what was printed and run before. */
  async call(...args: string[]): Promise<ExitCode> {
    this.out = "";
    this.err = "";
    this.ran.length = 0;
    this.learnedFrom.clear();
    return await main(args, this);
  }

  stdout(text: string): void {
    this.out += text;
  }

  stderr(text: string): void {
    this.err += text;
  }

  env(name: string): string | undefined {
    return this.#options.environment?.[name];
  }

  onEndRequest(listener: (code: ExitCode) => void): void {
    this.#onEndRequest = listener;
  }

  get reference(): Store {
    return this.#options.reference ?? new Store("/nowhere");
  }

  readPublished(): Promise<Published> {
    return Promise.resolve(this.#options.published ?? PUBLISHED);
  }

  loadDataset(request: DatasetRequest): Promise<LoadedDataset> {
    if (request.dataset === "strokes" && request.directory === null) {
      return strokes ??= loadDataset(request);
    }
    const { mnist } = this.#options;
    return loadDataset({
      ...request,
      download: { mirrors: [NO_MIRROR], attempts: 1, ...mnist && { files: mnist } },
    });
  }

  async runCases(cases: readonly Case[], options: RunOptions, events: RunEvents): Promise<void> {
    const queue = new CaseQueue(cases);
    for (let c = await queue.take(); c !== null; c = await queue.take()) {
      if (options.signal.aborted) return;
      const name = formatCase(c);
      this.ran.push(name);
      events.onStart(c);
      const scripted = this.#options.script?.[name] ?? this.#options.script?.["*"] ??
        { score: USUAL_SCORES[metricOf(c)] };
      if (scripted === "interrupt") {
        this.#onEndRequest(EXIT.interrupted);
      } else if (scripted === "terminate") {
        this.#onEndRequest(EXIT.terminated);
      } else if ("error" in scripted) {
        events.onError(c, scripted.error);
      } else {
        await this.#finish(c, scripted, options, events);
      }
      queue.ended(c);
    }
  }

  async #finish(
    c: Case,
    scripted: Finishing,
    options: RunOptions,
    events: RunEvents,
  ): Promise<void> {
    const encoder = dependencyOf(c);
    let encoded: EncodedDataset | null = null;
    if (encoder !== null) {
      try {
        encoded = await options.encodedBy(encoder);
      } catch (error) {
        events.onError(c, error instanceof Error ? error.message : String(error));
        return;
      }
      this.learnedFrom.set(formatCase(c), encoded);
    }
    const finished = await scriptedCase(c, scripted, options, encoded?.encoder);
    if (finished.record.status === "ok") {
      for (const result of finished.record.result.curve) events.onEpoch(c, result);
    }
    await events.onFinished(c, finished);
  }
}

/** Nothing listens there, and the port cannot be given to anyone by chance. */
const NO_MIRROR = "http://127.0.0.1:1/";

let strokes: Promise<LoadedDataset> | null = null;

type ScriptedOptions = Pick<RunOptions, "dataset" | "environment"> & {
  /** The exact one, unless told. */
  readonly engine?: Pick<RunOptions["engine"], "name">;
};

const ENVIRONMENT: ScriptedOptions = {
  dataset: { name: "strokes", sha256: STROKES_SHA256 } as RunOptions["dataset"],
  environment: {
    commit: null,
    sources: null,
    machine: { os: "linux", arch: "x86_64", cpu: null, cores: 2 },
    versions: { latentbench: "0.1.0", deno: "2.9.6" },
  },
};

/** The record that a scripted case gives; of `strokes` unless told. */
export async function scriptedRecord(
  c: Case,
  scripted: Finishing,
  options: ScriptedOptions = ENVIRONMENT,
): Promise<CaseRecord> {
  return (await scriptedCase(c, scripted, options)).record;
}

/** The record of a case that came to a score of 90 %, or what `changes` make of it. */
export async function recordOf(name: string, changes: RecordChanges = {}): Promise<CaseRecord> {
  const { score = 0.9, weights = name, ...others } = changes;
  return { ...await scriptedRecord(caseOf(name), { score, weights }), ...others };
}

export type RecordChanges = Partial<Pick<CaseRecord, "dataset" | "engine" | "numericVersion">> & {
  readonly score?: number;
  readonly weights?: string;
};

const MEASUREMENTS: EncoderMeasurements = {
  klPerLatent: null,
  activeByVariance: 2,
  activeByKl: null,
  offsetOverSd: 0.5,
  medianSd: 1,
  conditionNumber: 2,
  effectiveRank: 1.5,
  positiveShare: 0.5,
  nearestNeighbours: [{ labels: 100, accuracy: 0.7 }],
};

/** All that a scripted case gives. @param encoder of a head: the digest of its encoder's weights */
export async function scriptedCase(
  c: Case,
  scripted: Finishing,
  { dataset, environment, engine }: ScriptedOptions = ENVIRONMENT,
  encoder?: string,
): Promise<FinishedCase> {
  const name = formatCase(c);
  const digest = (of: string) => sha256HexOfText(`${of} of ${name}`);
  const common = {
    schemaVersion: RECORD_SCHEMA_VERSION,
    case: c,
    dataset: { name: dataset.name, sha256: dataset.sha256 },
    engine: engine?.name ?? "exact",
    numericVersion: NUMERIC_VERSION,
    provenance: {
      backend: "wasm",
      plan: await digest("the plan"),
      kernels: await digest("the kernels"),
      ...environment,
      trainingImages: dataset.splits?.train.count ?? 6000,
      threads: 1,
      startedAt: "2026-01-31T12:00:00.000Z",
      seconds: 1.5,
    },
  };
  if ("fails" in scripted) {
    const { fails: message, epoch, step } = scripted;
    const failed = { ...common, status: "failed", failure: { message, epoch, step } };
    return { record: fromStored(recordSchema.parse(failed)), weights: null, artifacts: [] };
  }
  const metric = metricOf(c);
  const { score, curve = USUAL_CURVES[metric] } = scripted;
  const validationScore = metric === "accuracy" ? Math.max(...curve) : Math.min(...curve);
  const seed = scripted.weights ?? name;
  const weights = [tensorOf("weights", [2, 4], seed)];
  const artifacts = isEncoder(c) ? artifactsOf(c.latents ?? 0, seed) : [];
  const record = fromStored(recordSchema.parse({
    ...common,
    status: "ok",
    result: {
      metric,
      score,
      validationScore,
      epochs: curve.length,
      bestEpoch: curve.indexOf(validationScore) + 1,
      curve: curve.map((epochScore, i) => ({
        epoch: i + 1,
        trainLoss: 1 / (i + 1),
        validationScore: epochScore,
      })),
      digests: {
        weights: await digestOfWeights(weights),
        outputs: await sha256HexOfText(`outputs of ${seed}`),
        ...!isEncoder(c) && {
          predictions: await sha256HexOfText(`predictions of ${seed}`),
          labels: await sha256HexOfText("the labels"),
        },
      },
      ...dependencyOf(c) !== null && { encoder: encoder ?? await digest("the encoder") },
      ...isEncoder(c) && {
        artifacts: await Promise.all(
          artifacts.map(async (tensor) => ({
            name: tensor.name,
            shape: tensor.shape,
            sha256: await digestOfTensor(tensor),
          })),
        ),
        measurements: MEASUREMENTS,
      },
    },
  }));
  return { record, weights, artifacts };
}

/** What is left of a case that did not fail, and its record's name in a store, without the ending. */
export interface OkCase {
  readonly record: OkRecord;
  readonly weights: readonly Tensor[];
  readonly artifacts: readonly Tensor[];
  readonly stem: string;
}

/** A case that did not fail; of the usual score unless told. */
export async function okCase(name: string, scripted?: Finishing): Promise<OkCase> {
  const c = caseOf(name);
  const usual = { score: isEncoder(c) ? 59 : 0.9 };
  const { record, weights, artifacts } = await scriptedCase(c, scripted ?? usual);
  if (record.status !== "ok" || weights === null) throw new TypeError(`${name} failed`);
  const stem = (await recordFileName(record)).replace(/\.json$/, "");
  return { record, weights, artifacts, stem };
}

/** Stores such a case with its artifacts. */
export async function storeCase(store: Store, name: string): Promise<OkCase> {
  const finished = await okCase(name);
  await store.writeArtifacts(finished.record, finished.artifacts);
  await store.write(finished.record);
  return finished;
}

/** As many samples as a scripted encoder embeds of each split. */
export const EMBEDDED = { train: 5, validation: 3, test: 4 };

/** What an encoder leaves, but of few samples. */
function artifactsOf(latents: number, seed: string): Tensor[] {
  return [
    tensorOf("train-embeddings", [EMBEDDED.train, latents], seed),
    tensorOf("validation-embeddings", [EMBEDDED.validation, latents], seed),
    tensorOf("test-embeddings", [EMBEDDED.test, latents], seed),
    tensorOf("originals", [EMBEDDED.test, 28, 28], seed),
    tensorOf("reconstructions", [EMBEDDED.test, 28, 28], seed),
    ...latents === 2 ? [tensorOf("digit-map", [20, 20, 28, 28], seed)] : [],
  ];
}

/** A tensor of values from 0 to 1 that follow from a text and the tensor's name. */
function tensorOf(name: string, shape: readonly number[], seed: string): Tensor {
  let state = 0;
  for (const character of `${name} of ${seed}`) {
    state = (Math.imul(state, 31) + character.codePointAt(0)!) >>> 0;
  }
  const values = new Float32Array(shape.reduce((product, n) => product * n, 1));
  for (let i = 0; i < values.length; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values[i] = (state >>> 8) / 2 ** 24;
  }
  return { name, shape, values };
}

/** As it lies in a store. */
export async function storedAs(record: CaseRecord): Promise<StoredRecord> {
  return { file: await recordFileName(record), record };
}

/** What a scripted case of `strokes` is stored under. */
export function identityOf(c: Case): Identity {
  return {
    case: c,
    dataset: { name: "strokes", sha256: STROKES_SHA256 },
    engine: "exact",
    numericVersion: NUMERIC_VERSION,
  };
}

/** A band from 0.8 to 0.95. */
export function bandOf(configuration: string, changes: Partial<Band> = {}): Band {
  return {
    dataset: { name: "strokes", sha256: STROKES_SHA256 },
    configuration,
    metric: "accuracy",
    lo: 0.8,
    hi: 0.95,
    median: 0.875,
    epochs: 16,
    seeds: [0, 1, 2, 3, 4, 5],
    scores: [0.86, 0.87, 0.87, 0.88, 0.88, 0.89],
    broken: { variant: "training stops after one epoch", score: 0.4 },
    ...changes,
  };
}

/** A band from 58 to 60 nats. */
export function lossBandOf(configuration: string, changes: Partial<Band> = {}): Band {
  return bandOf(configuration, {
    metric: "loss",
    lo: 58,
    hi: 60,
    median: 59,
    scores: [58.7, 58.8, 58.9, 59.1, 59.2, 59.3],
    broken: { variant: "training stops after one epoch", score: 90 },
    ...changes,
  });
}

/** Bands for these configurations. */
export function bandsOf(...bands: readonly Band[]): Bands {
  return { schemaVersion: 1, numericVersion: NUMERIC_VERSION, origin: "a test", bands: [...bands] };
}

/** Of `strokes`, 250, 2,000 and 6,000 labels have a band; there is no reference run. */
export const PUBLISHED: Published = {
  bands: bandsOf(bandOf("fc@250"), bandOf("fc@2000"), bandOf("fc@6000")),
  records: [],
};
