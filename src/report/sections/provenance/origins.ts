/**
 * The distinct surroundings in which the records of a report were made, numbered, so that each is
 * said once and a record says its number.
 */
import type { CheckedCase } from "../../../checks/verdict.ts";
import type { CaseRecord } from "../../../store/record.ts";
import { formatEngine, formatMachine, formatVersions } from "../../text/provenance.ts";

export interface Origin {
  /** From 1, in the order in which they are first seen. */
  readonly id: number;
  readonly engine: string;
  readonly machine: string;
  readonly versions: string;
  /** SHA-256 of the kernels' bytes. */
  readonly kernels: string | null;
  readonly commit: string | null;
  /** Number of records. */
  readonly records: number;
}

export interface Origins {
  readonly all: readonly Origin[];
  /** The number of a record's origin. */
  idOf(record: CaseRecord): number;
}

export function collectOrigins(cases: readonly CheckedCase[]): Origins {
  const records = cases.flatMap(({ record }) => record === null ? [] : [record]);
  const groups = [...Map.groupBy(records, (record) => JSON.stringify(describe(record)))];
  const ids = new Map(groups.map(([key], index) => [key, index + 1]));
  return {
    all: groups.map(([key, members]) => ({
      id: ids.get(key)!,
      ...describe(members[0]!),
      records: members.length,
    })),
    idOf: (record) => ids.get(JSON.stringify(describe(record)))!,
  };
}

function describe({ engine, provenance }: CaseRecord): Omit<Origin, "id" | "records"> {
  return {
    engine: formatEngine(engine, provenance),
    machine: formatMachine(provenance),
    versions: formatVersions(provenance),
    kernels: provenance.kernels,
    commit: provenance.commit,
  };
}
