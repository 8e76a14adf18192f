/** A verdict as symbol and word, with a count where it stands for several cases. */
import type { CheckedCase, Verdict } from "../../checks/verdict.ts";
import { formatCount } from "../../figures.ts";
import { VERDICT_ORDER, VERDICT_WORDS } from "../text/verdicts.ts";
import type { Pending } from "./pending.ts";

export function VerdictChip({ verdict, count }: { verdict: Verdict; count?: number }) {
  const { symbol, word, tone } = VERDICT_WORDS[verdict];
  return (
    <span class={`chip ${tone}`}>
      <span class="symbol" aria-hidden="true">{symbol}</span>
      {count === undefined ? word : `${formatCount(count)} ${word}`}
    </span>
  );
}

interface VerdictChipsProps {
  readonly cases: readonly CheckedCase[];
  readonly pending: Pending;
  /** Whether each verdict has its count. */
  readonly counted?: boolean;
}

/** The verdicts on some cases, what is wrong first, and then what its run has not got to. */
export function VerdictChips({ cases, pending, counted = cases.length > 1 }: VerdictChipsProps) {
  const waiting = cases.filter((c) => pending.has(c)).length;
  return (
    <>
      {VERDICT_ORDER.map((verdict) => {
        const count = cases.filter((c) => c.verdict === verdict && !pending.has(c)).length;
        return count > 0 && (
          <VerdictChip key={verdict} verdict={verdict} {...(counted && { count })} />
        );
      })}
      {waiting > 0 && (
        <span class="note">
          {counted && `${formatCount(waiting)} `}
          {pending.word}
        </span>
      )}
    </>
  );
}
