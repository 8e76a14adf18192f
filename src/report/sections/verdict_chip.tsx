/** A verdict as symbol and word, with a count where it stands for several cases. */
import type { Verdict } from "../../checks/verdict.ts";
import { formatCount } from "../../figures.ts";
import { VERDICT_WORDS } from "../words/verdict_words.ts";

export function VerdictChip({ verdict, count }: { verdict: Verdict; count?: number }) {
  const { symbol, word, tone } = VERDICT_WORDS[verdict];
  return (
    <span class={`chip ${tone}`}>
      <span class="symbol" aria-hidden="true">{symbol}</span>
      {count === undefined ? word : `${formatCount(count)} ${word}`}
    </span>
  );
}
