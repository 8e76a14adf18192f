/**
 * The records of two folders side by side: what moved from there to here, how far, and since what.
 * @module
 */
import type { Dataset } from "../data/dataset.ts";
import { formatScore } from "../figures.ts";
import { metricOf } from "../matrix/case.ts";
import type { CaseRecord } from "../store/record.ts";
import type { StoredRecord } from "../store/store.ts";
import type { Metric } from "../training/score.ts";
import { bestRecords, type CaseOfEngine, inOrder } from "./check_store.ts";
import { differencesOf } from "./compare_results.ts";
import { outcomeOf } from "./outcome.ts";
import type { CheckedCase } from "./verdict.ts";

export type Relation =
  | "only here"
  | "only there"
  | "same bits"
  /** The results differ, or only one of the two has one. */
  | "moved"
  /** Of an engine that does not promise the same bits: only the scores are side by side. */
  | "scores only"
  /** Neither has a result. */
  | "both failed";

/** Something that two records say of where they come from, null where one does not. */
export interface Change {
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

export interface ComparedCase extends CaseOfEngine {
  /** The case's name, with the engine's where that is not ours. */
  readonly id: string;
  readonly relation: Relation;
  readonly metric: Metric;
  /** The scores there and here, as fractions or in nats; null where there is none. */
  readonly before: number | null;
  readonly after: number | null;
  /** What a moved case has another value of, and what differs between the records' origins. */
  readonly differing: readonly string[];
  readonly since: readonly Change[];
  /** Moved within one numeric version, which nothing may. */
  readonly broken: boolean;
}

/** Compares the records of one dataset, case by case in the order of the matrix. */
export function compareRecords(
  here: readonly StoredRecord[],
  there: readonly StoredRecord[],
  { sha256 }: Pick<Dataset, "sha256">,
): ComparedCase[] {
  const [mine, others] = [here, there].map((stored) =>
    bestRecords(stored.filter(({ record }) => record.dataset.sha256 === sha256))
  ) as [Map<string, StoredRecord>, Map<string, StoredRecord>];
  return [...new Map([...mine, ...others])]
    .sort(([, a], [, b]) => inOrder(a.record, b.record))
    .map(([id, { record }]) =>
      compareCase(id, record, others.get(id)?.record ?? null, mine.get(id)?.record ?? null)
    );
}

/**
 * The verdicts with those cases `differs` that moved within one numeric version, so that whoever
 * reads verdicts learns of it. What is already wrong keeps its reason.
 */
export function judgeMoved(
  checked: readonly CheckedCase[],
  compared: readonly ComparedCase[],
  folder: string,
): CheckedCase[] {
  const broken = new Map(compared.filter((c) => c.broken).map((c) => [c.id, c]));
  return checked.map((c) => {
    const moved = broken.get(c.id);
    if (moved === undefined || outcomeOf([c]) === "checkFailed") return c;
    const { metric, before, after, differing } = moved;
    const text = (score: number | null) => score === null ? "failed" : formatScore(metric, score);
    const what = differing.length === 0 ? "outcome differs" : `${differing.join(", ")} differ`;
    const reason = `its ${what} from ${folder}: ${text(before)} there, ${text(after)} here`;
    return { ...c, verdict: "differs", reason };
  });
}

function compareCase(
  id: string,
  { case: c, engine }: CaseOfEngine,
  there: CaseRecord | null,
  here: CaseRecord | null,
): ComparedCase {
  const relation = relationOf(there, here);
  const moved = relation === "moved";
  return {
    id,
    case: c,
    engine,
    relation,
    metric: metricOf(c),
    before: scoreOf(there),
    after: scoreOf(here),
    differing: moved ? differing(there!, here!) : [],
    since: moved ? changes(there!, here!) : [],
    broken: moved && there!.numericVersion === here!.numericVersion,
  };
}

function relationOf(there: CaseRecord | null, here: CaseRecord | null): Relation {
  if (there === null) return "only here";
  if (here === null) return "only there";
  if (there.status === "failed" && here.status === "failed") return "both failed";
  if (here.engine !== "exact") return "scores only";
  if (there.status !== here.status || differing(there, here).length > 0) return "moved";
  return "same bits";
}

function scoreOf(record: CaseRecord | null): number | null {
  return record?.status === "ok" ? record.result.score : null;
}

/** Names of what both results hold, and not the same: tensors by their names, digests by theirs. */
function differing(there: CaseRecord, here: CaseRecord): string[] {
  if (there.status === "failed" || here.status === "failed") return [];
  const names = differencesOf(there.result, here.result).map(({ field }) => {
    const [part, at] = field.split(".");
    return part === "digests" || part === "artifacts" ? at! : part!;
  });
  return [...new Set(names)];
}

function changes(there: CaseRecord, here: CaseRecord): Change[] {
  const [before, after] = [originOf(there), originOf(here)];
  return [...new Set([...before.keys(), ...after.keys()])]
    .map((what) => ({ what, before: before.get(what) ?? null, after: after.get(what) ?? null }))
    .filter((change) => change.before !== change.after);
}

/** All that may explain other bits, and what no bit may depend on: machine and threads. */
function originOf(record: CaseRecord): Map<string, string | null> {
  const { commit, sources, versions, kernels, plan, backend, machine, threads } = record.provenance;
  return new Map([
    ["numeric version", `${record.numericVersion}`],
    ["commit", commit],
    ["sources", sources ?? null],
    ...Object.entries(versions),
    ["kernels", kernels],
    ["plan", plan],
    ["backend", backend],
    ["encoder", record.status === "ok" ? record.result.encoder ?? null : null],
    ["os", machine.os],
    ["arch", machine.arch],
    ["cpu", machine.cpu],
    ["threads", `${threads}`],
  ]);
}
