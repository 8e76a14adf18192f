/** What asks for attention: every case that does not simply pass, linked, what is wrong first. */
import { caseAnchor } from "../../parts/anchors.ts";
import { VerdictChip } from "../../parts/verdict_chip.tsx";
import { asSentence } from "../../text/sentences.ts";
import type { AttentionGroup } from "./headline.ts";

/** Cases of one verdict named before the rest is folded. */
const NAMED = 6;

export function Attention({ groups }: { groups: readonly AttentionGroup[] }) {
  if (groups.length === 0) return null;
  return (
    <ul class="attention">
      {groups.map(({ verdict, cases }) => (
        <li key={verdict}>
          <VerdictChip verdict={verdict} {...(cases.length > 1 && { count: cases.length })} />
          <div>
            <Cases cases={cases.slice(0, NAMED)} />
            {cases.length > NAMED && (
              <details>
                <summary>and {cases.length - NAMED} more</summary>
                <Cases cases={cases.slice(NAMED)} />
              </details>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

function Cases({ cases }: { cases: AttentionGroup["cases"] }) {
  return (
    <ul>
      {cases.map((c) => (
        <li key={c.id}>
          <a href={`#${caseAnchor(c.id)}`}>{c.id}</a> {asSentence(c.reason)}
        </li>
      ))}
    </ul>
  );
}
