/** What the main thread and a case worker tell each other. */
import type { Dataset } from "../data/dataset.ts";
import type { Case } from "../matrix/case.ts";
import type { EpochResult } from "../training/train.ts";
import type { EngineSource } from "./find_engine.ts";
import type { EncodedDataset, Environment, FinishedCase } from "./run_case.ts";

export type ToWorker =
  | {
    readonly kind: "start";
    readonly dataset: Dataset;
    readonly engine: EngineSource;
    readonly environment: Environment;
    readonly threads: number;
  }
  | { readonly kind: "run"; readonly case: Case; readonly encoded: EncodedDataset | null };

export type FromWorker =
  | { readonly kind: "epoch"; readonly result: EpochResult }
  | { readonly kind: "done"; readonly finished: FinishedCase }
  | { readonly kind: "error"; readonly message: string };
