import type { CheckedCase } from "../checks/verdict.ts";
import type { DatasetName } from "../data/dataset.ts";
import type { Tensor } from "../models/parameters.ts";
import type { RunState } from "./run_state.ts";
import type { PeerTimes } from "./sections/engines/peer_times.ts";
import type { ExperimentInput } from "./sections/experiment/experiment.tsx";

/** Everything that a report states. The page is a pure function of this value. */
export interface ReportInput {
  readonly dataset: { readonly name: DatasetName; readonly sha256: string };
  /** Name of the profile that was asked for, or null where the records were taken as they are. */
  readonly profile: string | null;
  /**
   * The words of a command line that selects the cases of the page, and no others; null if there is
   * no such command line.
   */
  readonly selection: readonly string[] | null;
  readonly numericVersion: number;
  readonly cases: readonly CheckedCase[];
  /** Where the run stands that writes the page; null if it has ended, or there is none. */
  readonly run: RunState | null;
  /**
   * What the encoders among the cases left for pictures, by case id: see `training/encode.ts` for
   * names and shapes. A case whose files are not there is not in it, and an older one may lack some.
   */
  readonly artifacts: ReadonlyMap<string, Artifacts>;
  /** Times of training steps that `bench:peers` measured, or null. */
  readonly peerTimes: PeerTimes | null;
  /** The experiment of docs/ae_or_vae.md, as far as it has run; null if none of its heads are here. */
  readonly experiment: ExperimentInput | null;
  /** The page that lies beside the report and runs the engine live, or null. */
  readonly playPage: string | null;
}

/** Tensors by name. */
export type Artifacts = ReadonlyMap<string, Tensor>;
