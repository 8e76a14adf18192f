/**
 * Cases of one engine that differ by their seed alone, together; in the order in which they are first
 * seen.
 */
import type { CheckedCase } from "../../checks/verdict.ts";
import { withEngine } from "../../engines/engine_name.ts";
import { formatConfiguration } from "../../matrix/case.ts";

export interface CaseGroup {
  /** The case without its seed, e.g. `fc@2000`, with the engine's name where that is not ours. */
  readonly configuration: string;
  readonly cases: readonly CheckedCase[];
}

export function groupCases(cases: readonly CheckedCase[]): CaseGroup[] {
  return [...Map.groupBy(cases, (c) => withEngine(formatConfiguration(c.case), c.engine))]
    .map(([configuration, members]) => ({ configuration, cases: members }));
}
