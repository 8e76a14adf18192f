import type { DatasetName } from "../data/dataset.ts";
import type { EngineName } from "../engines/engine_name.ts";
import type { Case } from "../matrix/case.ts";
import type { CaseRecord } from "../store/record.ts";
import type { Attested } from "./attested.ts";

/** Where a score is expected, and how we know. */
export interface ExpectedBand {
  /** Two-sided 99.9 % prediction interval for one more seed. */
  readonly lo: number;
  readonly hi: number;
  readonly median: number;
  /** Seeds that it was measured on. */
  readonly n: number;
  /** Whether the case's seed is one of those: its score is then no independent check of the band. */
  readonly inSample: boolean;
  /** Who or what measured it, on what machine, and when. */
  readonly origin: string;
}

export type Verdict =
  | "pass"
  | "low"
  | "high"
  | "differs"
  | "no-band"
  | "failed"
  | "missing"
  | "stale";

/** A case with what is expected of it, what was found (null: nothing), and the verdict. */
export interface CheckedCase {
  /** The case's name, with the engine's where that is not ours. */
  readonly id: string;
  readonly case: Case;
  readonly engine: EngineName;
  readonly record: CaseRecord | null;
  /** The record's file name, or null. */
  readonly file: string | null;
  readonly band: ExpectedBand | null;
  /**
   * Digests that the published reference holds for this case, seed and numeric version; null for the
   * published record itself, which is compared with nothing.
   */
  readonly reference: { readonly weights: string; readonly outputs: string } | null;
  /** For the published record itself: what attestations say of it. Null for every other record. */
  readonly attested: Attested | null;
  readonly verdict: Verdict;
  /** One sentence that explains the verdict, with its figures. */
  readonly reason: string;
}

/** The verdicts on the cases of one dataset. */
export interface CheckedDataset {
  readonly dataset: { readonly name: DatasetName; readonly sha256: string };
  readonly checked: readonly CheckedCase[];
}
