/** How long the cases of a report took and on what: each distinct fact once, with its cases. */
import type { CheckedCase } from "../../../checks/verdict.ts";
import { countOf } from "../../../figures.ts";
import { formatEngine, formatMachine } from "../../text/provenance.ts";

type Seconds = number;

interface RunSummary {
  readonly machines: readonly string[];
  readonly engines: readonly string[];
  /** Number of cases with a record. */
  readonly records: number;
  /** Time of all cases together. */
  readonly seconds: Seconds;
  /** Start of the first case and of the last, ISO 8601; null without records. */
  readonly started: readonly [first: string, last: string] | null;
}

export function summarizeRun(cases: readonly CheckedCase[]): RunSummary {
  const records = cases.flatMap(({ record }) => record === null ? [] : [record]);
  const starts = records.map(({ provenance }) => provenance.startedAt).sort();
  return {
    machines: distinct(records.map(({ provenance }) => formatMachine(provenance))),
    engines: distinct(records.map(({ engine, provenance }) => formatEngine(engine, provenance))),
    records: records.length,
    seconds: records.reduce((sum, { provenance }) => sum + provenance.seconds, 0),
    started: starts.length === 0 ? null : [starts[0]!, starts.at(-1)!],
  };
}

/** Each text once, with its number of cases where there are several texts. */
function distinct(texts: readonly string[]): string[] {
  const groups = Map.groupBy(texts, (text) => text);
  if (groups.size === 1) return [...groups.keys()];
  return [...groups].map(([text, members]) => `${text} (${countOf(members.length, "case")})`);
}
