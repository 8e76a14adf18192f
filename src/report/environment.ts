/** Where the records of a report were made: each distinct fact once, with the cases it covers. */
import type { CheckedCase } from "../checks/verdict.ts";
import type { Provenance } from "../store/record.ts";
import { countOf } from "./format.ts";

type Seconds = number;

export interface Environment {
  readonly machines: readonly string[];
  readonly engines: readonly string[];
  /** Whether a record is of an engine that promises no bits. */
  readonly secondOpinion: boolean;
  readonly versions: readonly string[];
  /** SHA-256 of the kernels' bytes. */
  readonly kernels: readonly string[];
  readonly commits: readonly string[];
  /** Time of all cases together. */
  readonly seconds: Seconds;
  /** Start of the first case and of the last, ISO 8601; null without records. */
  readonly started: readonly [first: string, last: string] | null;
}

export function collectEnvironment(cases: readonly CheckedCase[]): Environment {
  const records = cases.flatMap(({ record }) => record === null ? [] : [record]);
  const distinct = (describe: (index: number) => string): string[] => {
    const groups = Map.groupBy(records.keys(), describe);
    if (groups.size === 1) return [...groups.keys()];
    return [...groups].map(([text, members]) => `${text} (${countOf(members.length, "case")})`);
  };
  const starts = records.map((r) => r.provenance.startedAt).sort();
  return {
    machines: distinct((i) => formatMachine(records[i]!.provenance)),
    engines: distinct((i) => formatEngine(records[i]!.engine, records[i]!.provenance)),
    secondOpinion: records.some(({ engine }) => engine !== "exact"),
    versions: distinct((i) => formatVersions(records[i]!.provenance)),
    kernels: [...new Set(records.flatMap((r) => r.provenance.kernels ?? []))],
    commits: distinct((i) => records[i]!.provenance.commit ?? "no commit known"),
    seconds: records.reduce((sum, r) => sum + r.provenance.seconds, 0),
    started: starts.length === 0 ? null : [starts[0]!, starts.at(-1)!],
  };
}

export function formatMachine({ machine: { cpu, cores, os, arch } }: Pick<Provenance, "machine">) {
  return `${cpu ?? "unknown processor"}, ${countOf(cores, "core")}, ${os} ${arch}`;
}

export function formatEngine(engine: string, { backend, threads }: Provenance): string {
  return `${engine}, ${backend}, ${countOf(threads, "thread")}`;
}

export function formatVersions({ versions }: Pick<Provenance, "versions">): string {
  return Object.entries(versions).sort(([a], [b]) => a < b ? -1 : 1)
    .map(([name, version]) => `${name} ${version}`).join(", ");
}
