/** What the main thread and a case worker tell each other. */
import type { Dataset } from "../data/dataset.ts";
import type { Case } from "../matrix/case.ts";
import type { Environment } from "../store/record.ts";
import type { EpochResult } from "../training/train.ts";
import type { CheckpointNote, CheckpointOptions } from "./case_checkpoints.ts";
import type { EngineSource } from "./find_engine.ts";
import type { EncodedDataset, FinishedCase } from "./run_case.ts";

/** What all cases of a worker share. */
export interface WorkerStart {
  readonly dataset: Dataset;
  readonly engine: EngineSource;
  readonly environment: Environment;
  readonly threads: number;
  /** null: none are kept. */
  readonly checkpoints: CheckpointOptions | null;
}

/** What is worth a line while a case runs. */
export type CaseNote =
  | CheckpointNote
  /** The GPU has failed: the case goes on after this epoch, on the processor. */
  | { readonly kind: "substituted"; readonly reason: string; readonly epoch: number };

export type ToWorker =
  | ({ readonly kind: "start" } & WorkerStart)
  | {
    readonly kind: "run";
    readonly case: Case;
    readonly encoded: EncodedDataset | null;
  }
  /** Threads for the running case, from its next epoch on. */
  | { readonly kind: "threads"; readonly threads: number };

export type FromWorker =
  | { readonly kind: "epoch"; readonly result: EpochResult }
  | { readonly kind: "note"; readonly note: CaseNote }
  | { readonly kind: "done"; readonly finished: FinishedCase }
  | { readonly kind: "error"; readonly message: string };
