/**
 * The record of one case: what was run, what came out, and where. Only the identity fields and
 * `result` are promised to repeat; `provenance` says how this one came about. What a stored record
 * must satisfy stands in `record_schema.ts`.
 * @module
 */
import type { DatasetName } from "../data/dataset.ts";
import type { EngineName } from "../engines/engine_name.ts";
import type { Case } from "../matrix/case.ts";
import type { EncoderMeasurements } from "../training/measure_encoder.ts";
import type { Metric } from "../training/score.ts";
import type { EpochResult } from "../training/train.ts";

/** The record of a case, told apart by `status`. */
export type CaseRecord = OkRecord | FailedRecord;

/** What every record says. */
export interface RecordBase {
  /** Raised when an older program could not read what is written. */
  readonly schemaVersion: 1 | 2;
  /** What was run. */
  readonly case: Case;
  /** What it was run on; `sha256` (hex) is of the dataset's bytes. */
  readonly dataset: { readonly name: DatasetName; readonly sha256: string };
  /** What computed. */
  readonly engine: EngineName;
  /** Results are compared bit for bit within one numeric version only. */
  readonly numericVersion: number;
  /** How this record came about. */
  readonly provenance: Provenance;
}

/** The record of a case that was trained to its end. */
export interface OkRecord extends RecordBase {
  /** Tells the record from that of a failed case. */
  readonly status: "ok";
  /** What came out. */
  readonly result: CaseResult;
}

/** The record of a case that met a value that is not finite. */
export interface FailedRecord extends RecordBase {
  /** Tells the record from that of a case that was trained to its end. */
  readonly status: "failed";
  /** Why and where, epoch and step from 1; a null step: while scoring. */
  readonly failure: {
    readonly message: string;
    readonly epoch: number | null;
    readonly step: number | null;
  };
}

/** What training made of a case. */
export interface CaseResult {
  /** What the scores are. */
  readonly metric: Metric;
  /** The test score of the best weights: a fraction for accuracy, nats a sample for a loss. */
  readonly score: number;
  /** The best validation score. */
  readonly validationScore: number;
  /** Epochs that were trained. */
  readonly epochs: number;
  /** The epoch with the best validation score, from 1. */
  readonly bestEpoch: number;
  /** One entry an epoch, in order. */
  readonly curve: readonly EpochResult[];
  /**
   * The KL term of a VAE's test digits, in nats per digit. Its score is distortion + klWeight * rate;
   * the weight is 1/4 for `mild-vae`, 1 for `vae`, 4 for `strict-vae`.
   */
  readonly rate?: number | undefined;
  /** A classifier's prediction for each test sample, one decimal digit each, in order. */
  readonly predictions?: string | undefined;
  /**
   * SHA-256 (hex) of the best weights and of the test outputs, as little-endian float32 in the
   * canonical layout. Of a classifier since version 2 also of its predictions and of the labels that
   * it saw, training, validation, then test: one byte per sample.
   */
  readonly digests: {
    readonly weights: string;
    readonly outputs: string;
    readonly predictions?: string | undefined;
    readonly labels?: string | undefined;
  };
  /** Of a head: the digest of the weights of the encoder whose embeddings it learned from. */
  readonly encoder?: string | undefined;
  /** Of an encoder: the float32 tensors that it leaves beside its record, digests as above. */
  readonly artifacts?:
    | readonly {
      readonly name: string;
      readonly shape: readonly number[];
      readonly sha256: string;
    }[]
    | undefined;
  /** What an encoder's codes are like, since version 2. */
  readonly measurements?: EncoderMeasurements | undefined;
}

/** What a machine adds to a record: enough to understand a time, nothing that names a user. */
export interface Environment {
  /** Git commit of the working copy, 40 hex digits; null where there is none. */
  readonly commit: string | null;
  /** SHA-256 (hex) of the sources that decide numbers; null if they cannot be read. */
  readonly sources: string | null;
  /** `os` and `arch` as Deno names them; the processor's name, where it may be read; its cores. */
  readonly machine: {
    readonly os: string;
    readonly arch: string;
    readonly cpu: string | null;
    readonly cores: number;
  };
  /** Versions of what ran, by name. */
  readonly versions: { readonly [name: string]: string };
}

/** How a record came about. */
export interface Provenance extends Omit<Environment, "sources"> {
  /** See `Environment`; since version 2. */
  readonly sources?: string | null | undefined;
  /** The build or library that ran, e.g. `wasm` or `libtensorflow 2.21.0`. */
  readonly backend: string;
  /** SHA-256 (hex) of the compiled plan; null of an engine that has none. */
  readonly plan: string | null;
  /** SHA-256 (hex) of the kernels' bytes; null of an engine that has none. */
  readonly kernels: string | null;
  /** Training images of the dataset, since version 2. */
  readonly trainingImages?: number | undefined;
  /** Threads that shared the work at its end. */
  readonly threads: number;
  /** Start of the case, ISO 8601, UTC. */
  readonly startedAt: string;
  /** Time that the case took, in all its runs. */
  readonly seconds: number;
}
