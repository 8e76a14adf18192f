import type { CheckedCase, Verdict } from "./verdict.ts";

/** What a set of verdicts comes to: a failed check goes before what could not be measured. */
export type Outcome = "ok" | "checkFailed" | "notMeasured";

const OUTCOME: { readonly [verdict in Verdict]: Outcome } = {
  "pass": "ok",
  "no-band": "ok",
  "low": "checkFailed",
  "high": "checkFailed",
  "differs": "checkFailed",
  "failed": "notMeasured",
  "missing": "notMeasured",
  "stale": "notMeasured",
};

export function outcomeOf(cases: readonly CheckedCase[]): Outcome {
  const outcomes = cases.map(({ verdict }) => OUTCOME[verdict]);
  return (["checkFailed", "notMeasured"] as const).find((o) => outcomes.includes(o)) ?? "ok";
}
