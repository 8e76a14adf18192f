import type { CheckedCase } from "../checks/verdict.ts";
import type { DatasetName } from "../data/dataset.ts";

/** Everything that a report states. The page is a pure function of this value. */
export interface ReportInput {
  readonly dataset: { readonly name: DatasetName; readonly sha256: string };
  /** Name of the profile that was asked for, or null where the records were taken as they are. */
  readonly profile: string | null;
  readonly numericVersion: number;
  readonly cases: readonly CheckedCase[];
  /** True while cases are still to come: the page says that it is not complete. */
  readonly running: boolean;
}
