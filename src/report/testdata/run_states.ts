/** Report inputs of a run that is under way, or was interrupted. */
import type { Case } from "../../matrix/case.ts";
import type { ReportInput } from "../input.ts";
import type { RunInterrupted, RunProgress } from "../run_state.ts";
import { plant } from "./plausible_input.ts";

/** Ids of cases of the input that have not ended. */
interface NotEnded {
  /** With the last epoch of each, of 20; null while it starts. */
  readonly underWay?: { readonly [id: string]: number | null };
  readonly left?: readonly string[];
}

/** The input as it is in the middle of a run of all its cases: those named have no record. */
export function running(
  input: ReportInput,
  { underWay = {}, left = [] }: NotEnded,
  overrides: Partial<RunProgress> = {},
): ReportInput {
  const ids = Object.keys(underWay);
  const run: RunProgress = {
    state: "running",
    engine: "exact",
    done: input.cases.length - ids.length - left.length,
    total: input.cases.length,
    underWay: Object.entries(underWay).map(([id, epoch]) => ({
      case: caseOf(input, id),
      last: epoch === null ? null : { epoch, trainLoss: 0.5, validationScore: 0.81234 },
      epochs: 20,
      share: Math.min(0.95, (epoch ?? 0) / 20),
    })),
    left: left.map((id) => caseOf(input, id)),
    secondsLeft: 700,
    writtenAt: "2026-03-01T21:43:12.345Z",
    ...overrides,
  };
  return { ...without(input, [...ids, ...left]), run };
}

/** The input of a run that was interrupted before these cases had ended. */
export function interrupted(input: ReportInput, notRun: readonly string[]): ReportInput {
  const run: RunInterrupted = {
    state: "interrupted",
    engine: "exact",
    notRun: notRun.map((id) => caseOf(input, id)),
    goOn: ["--profile", "quick", "--results", "my runs"],
  };
  return { ...without(input, notRun), run };
}

function without(input: ReportInput, ids: readonly string[]): ReportInput {
  return ids.reduce((planted, id) => plant(planted, id, "missing"), input);
}

function caseOf(input: ReportInput, id: string): Case {
  const found = input.cases.find((c) => c.id === id);
  if (!found) throw new Error(`Cannot run ${id}: no such case`);
  return found.case;
}
