/** Cases without a verdict for the only reason that their run has not got to them. */
import { checkedId } from "../../checks/check_case.ts";
import type { CheckedCase } from "../../checks/verdict.ts";
import type { RunState } from "../run_state.ts";
import { VERDICT_WORDS } from "../text/verdicts.ts";

export interface Pending {
  /** How such a case is called. */
  readonly word: "to come" | "not run";
  has(c: CheckedCase): boolean;
}

/** A record that can be judged stays judged until the run replaces it. */
export function pendingOf(run: RunState | null): Pending {
  const cases = run === null ? [] : casesOf(run);
  const ids = new Set(cases.map((c) => checkedId(c, run!.engine)));
  return {
    word: run?.state === "running" ? "to come" : "not run",
    has: ({ id, verdict }) => ids.has(id) && VERDICT_WORDS[verdict].tone === "open",
  };
}

function casesOf(run: RunState) {
  return run.state === "running" ? [...run.underWay.map((u) => u.case), ...run.left] : run.notRun;
}
