/**
 * Digests side by side: the cases that several engines ran, or that the published reference holds,
 * with the digests of each. Those of another numeric version are not among them.
 */
import type { CheckedCase } from "../../../checks/verdict.ts";
import type { EngineName } from "../../../engines/engine_name.ts";
import { formatCase } from "../../../matrix/case.ts";
import { type DigestState, digestState } from "../../parts/digest_state.ts";

export interface Digests {
  readonly weights: string;
  readonly outputs: string;
}

export interface DigestRow {
  /** The case, without an engine. */
  readonly name: string;
  readonly published: Digests | null;
  readonly found: readonly {
    readonly id: string;
    readonly engine: EngineName;
    readonly digests: Digests;
    readonly state: DigestState;
  }[];
}

export function digestRows(cases: readonly CheckedCase[]): DigestRow[] {
  return [...Map.groupBy(cases, (c) => formatCase(c.case))].flatMap(([name, members]) => {
    const found = members.flatMap((c) => {
      const state = digestState(c);
      if (state === "none" || c.record?.status !== "ok") return [];
      return [{ id: c.id, engine: c.engine, digests: c.record.result.digests, state }];
    });
    const published = members.find(({ reference }) => reference !== null)?.reference ?? null;
    if (found.length === 0 || found.length < 2 && published === null) return [];
    return [{ name, published, found }];
  });
}

/** Whether something of ours in a row has other bits than published, or than attested. */
export function differs({ found }: DigestRow): boolean {
  return found.some(({ state }) => state === "differs" || state === "contradicted");
}
