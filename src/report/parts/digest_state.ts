/** How a case's digests stand to the published ones. */
import type { CheckedCase } from "../../checks/verdict.ts";

export type DigestState =
  /** Weights and outputs are the published ones. */
  | "same"
  | "differs"
  /** The published record itself: independent runs came to its digests, or none has yet. */
  | "repeated"
  | "alone"
  /** The published record itself: an attestation has other digests. */
  | "contradicted"
  /** The reference does not hold this case. */
  | "unpublished"
  /** Of an engine that promises no bits. */
  | "incomparable"
  /** There is no digest of the present numeric version. */
  | "none";

export function digestState(c: CheckedCase): DigestState {
  if (c.record?.status !== "ok" || c.verdict === "stale") return "none";
  if (c.engine !== "exact") return "incomparable";
  if (c.attested !== null) {
    if (c.attested.contradictions.length > 0) return "contradicted";
    return c.attested.repeatedBy.length > 0 ? "repeated" : "alone";
  }
  if (c.reference === null) return "unpublished";
  return repeatsReference(c) ? "same" : "differs";
}

/** Whether a case has both digests of the published reference. */
export function repeatsReference({ record, reference }: CheckedCase): boolean {
  return record?.status === "ok" && reference !== null &&
    record.result.digests.weights === reference.weights &&
    record.result.digests.outputs === reference.outputs;
}
