/**
 * The distinct surroundings in which the records of a report were made, each
 * said once.
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

export function collectOrigins(cases: readonly CheckedCase[]): Origin[] {
  const records = cases.flatMap(({ record }) => record === null ? [] : [record]);
  return [...Map.groupBy(records, (record) => JSON.stringify(describe(record))).values()]
    .map((members, index) => ({
      id: index + 1,
      ...describe(members[0]!),
      records: members.length,
    }));
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
