/**
 * A world for tests of whole commands: what it prints is kept, its environment variables, bands and
 * reference run are its own, no mirror answers, and its cases come out as a script says, in no time.
 * The records are those of the real program in all but their scores: what the schema does not allow
 * cannot be scripted.
 * @module
 */
import type { Band, Bands } from "../src/checks/bands.ts";
import type { Published } from "../src/checks/check_store.ts";
import type { ExitCode } from "../src/cli/exit_codes.ts";
import type { World } from "../src/cli/world.ts";
import { type DatasetRequest, loadDataset, type LoadedDataset } from "../src/data/load_dataset.ts";
import type { DataFile } from "../src/data/mnist_files.ts";
import { STROKES_SHA256 } from "../src/data/strokes.ts";
import { main } from "../src/main.ts";
import { type Case, formatCase } from "../src/matrix/case.ts";
import { NUMERIC_VERSION } from "../src/numeric_version.ts";
import type { RunEvents, RunOptions } from "../src/runner/runner.ts";
import { type Record, recordSchema } from "../src/store/record.ts";
import { type Identity, recordFileName, type StoredRecord } from "../src/store/store.ts";
import { sha256HexOfText } from "../src/sha256.ts";

/** How a case comes out. */
export type Scripted =
  /** It is trained; `curve` holds the validation score of each epoch. */
  | { readonly score: number; readonly curve?: readonly number[]; readonly weights?: string }
  /** A value was not finite: a failed record. */
  | { readonly fails: string; readonly epoch: number; readonly step: number | null }
  /** The worker reports an error, or dies: no record. */
  | { readonly error: string }
  /** The user interrupts while the case runs. */
  | "interrupt";

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
}

const USUAL_CURVE = [0.5, 0.7, 0.8, 0.79, 0.78, 0.77];

export class ScriptedWorld implements World {
  /** What was printed so far. */
  out = "";
  err = "";
  /** The cases that were started, in order. */
  readonly ran: string[] = [];
  readonly terminalColumns: number | null;
  readonly color: boolean;
  readonly #options: WorldOptions;
  readonly #listeners = new Set<() => void>();

  constructor(options: WorldOptions = {}, readonly cores = 2) {
    this.#options = options;
    this.terminalColumns = options.terminalColumns ?? null;
    this.color = options.color ?? false;
  }

  /** Listeners for an interruption that are still there. */
  get listeners(): number {
    return this.#listeners.size;
  }

  /** Runs a whole command line; forgets what was printed and run before. */
  async call(...args: string[]): Promise<ExitCode> {
    this.out = "";
    this.err = "";
    this.ran.length = 0;
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

  onInterrupt(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
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
    for (const c of cases) {
      if (options.signal.aborted) return;
      const name = formatCase(c);
      const scripted = this.#options.script?.[name] ?? this.#options.script?.["*"] ??
        { score: 0.9 };
      this.ran.push(name);
      events.onStart(c);
      if (scripted === "interrupt") {
        for (const listener of this.#listeners) listener();
      } else if ("error" in scripted) {
        events.onError(c, scripted.error);
      } else {
        const record = await scriptedRecord(c, scripted, options);
        if (record.status === "ok") {
          for (const result of record.result.curve) events.onEpoch(c, result);
        }
        await events.onRecord(c, record);
      }
    }
  }
}

/** Nothing listens there, and the port cannot be given to anyone by chance. */
const NO_MIRROR = "http://127.0.0.1:1/";

let strokes: Promise<LoadedDataset> | null = null;

const ENVIRONMENT: Pick<RunOptions, "dataset" | "environment"> = {
  dataset: { name: "strokes", sha256: STROKES_SHA256 } as RunOptions["dataset"],
  environment: {
    commit: null,
    machine: { os: "linux", arch: "x86_64", cpu: null, cores: 2 },
    versions: { latentbench: "0.1.0", deno: "2.9.6" },
  },
};

/** The record that a scripted case gives; of `strokes` unless told. */
export async function scriptedRecord(
  c: Case,
  scripted: Exclude<Scripted, "interrupt" | { readonly error: string }>,
  { dataset, environment }: Pick<RunOptions, "dataset" | "environment"> = ENVIRONMENT,
): Promise<Record> {
  const name = formatCase(c);
  const digest = (of: string) => sha256HexOfText(`${of} of ${name}`);
  const common = {
    schemaVersion: 1,
    case: c,
    dataset: { name: dataset.name, sha256: dataset.sha256 },
    engine: "exact",
    numericVersion: NUMERIC_VERSION,
    provenance: {
      backend: "wasm",
      plan: await digest("the plan"),
      kernels: await digest("the kernels"),
      ...environment,
      threads: 1,
      startedAt: "2026-01-31T12:00:00.000Z",
      seconds: 1.5,
    },
  };
  if ("fails" in scripted) {
    const { fails: message, epoch, step } = scripted;
    return recordSchema.parse({ ...common, status: "failed", failure: { message, epoch, step } });
  }
  const { score, curve = USUAL_CURVE, weights = name } = scripted;
  const validationScore = Math.max(...curve);
  return recordSchema.parse({
    ...common,
    status: "ok",
    result: {
      metric: "accuracy",
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
        weights: await sha256HexOfText(weights),
        outputs: await sha256HexOfText(`outputs of ${weights}`),
      },
    },
  });
}

/** As it lies in a store. */
export async function storedAs(record: Record): Promise<StoredRecord> {
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

/** Bands for these configurations. */
export function bandsOf(...bands: readonly Band[]): Bands {
  return { schemaVersion: 1, numericVersion: NUMERIC_VERSION, origin: "a test", bands: [...bands] };
}

/** Of `strokes`, 250, 2,000 and 6,000 labels have a band; there is no reference run. */
export const PUBLISHED: Published = {
  bands: bandsOf(bandOf("fc@250"), bandOf("fc@2000"), bandOf("fc@6000")),
  records: [],
};
