/** How a case's digests stand to the published ones. */
import type { CheckedCase } from "../../checks/verdict.ts";

export type DigestState =
  /** Weights and outputs are the published ones. */
  | "same"
  | "differs"
  /** The reference does not hold this case. */
  | "unpublished"
  /** Of an engine that promises no bits. */
  | "incomparable"
  /** There is no digest of the present numeric version. */
  | "none";

export function digestState(c: CheckedCase): DigestState {
  if (c.record?.status !== "ok" || c.verdict === "stale") return "none";
  if (c.engine !== "exact") return "incomparable";
  if (c.reference === null) return "unpublished";
  return repeatsReference(c) ? "same" : "differs";
}

/** Whether a case has both digests of the published reference. */
export function repeatsReference({ record, reference }: CheckedCase): boolean {
  return record?.status === "ok" && reference !== null &&
    record.result.digests.weights === reference.weights &&
    record.result.digests.outputs === reference.outputs;
}
