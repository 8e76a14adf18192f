/** Who repeated published records: a row per build, platform and runtime. */
import { platformOf } from "../../../checks/attested.ts";
import type { CheckedCase } from "../../../checks/verdict.ts";

export interface AttestationRow {
  readonly build: string;
  /** What compiled native code; null for WebAssembly. */
  readonly compiler: string | null;
  readonly platform: string;
  readonly runtime: string;
  /** The ids of the cases that were repeated, in the order of the page. */
  readonly cases: readonly string[];
  /** The days of the first run and of the last, UTC. */
  readonly first: string;
  readonly last: string;
}

/** Rows in the order of build, compiler, platform and runtime; independent runs alone count. */
export function attestationRows(
  cases: readonly Pick<CheckedCase, "id" | "attested">[],
): AttestationRow[] {
  const runs = cases.flatMap(({ id, attested }) =>
    (attested?.repeatedBy ?? []).map((entry) => ({ id, entry, platform: platformOf(entry) }))
  );
  const groups = Map.groupBy(
    runs,
    ({ entry: { build, compiler, runtime }, platform }) =>
      JSON.stringify([build, compiler, platform, runtime]),
  );
  return [...groups].sort(([a], [b]) => a < b ? -1 : 1).map(([, members]) => {
    const { entry: { build, compiler, runtime }, platform } = members[0]!;
    const dates = members.map(({ entry }) => entry.date).sort();
    return {
      ...{ build, compiler, platform, runtime },
      cases: [...new Set(members.map(({ id }) => id))],
      ...{ first: dates[0]!, last: dates.at(-1)! },
    };
  });
}
