/**
 * The verdict in words: one sentence for the top of the page, one that says by what means it was
 * reached, and the cases that ask for attention. It states what the records hold, and nothing else.
 */
import type { CheckedCase, Verdict } from "../../checks/verdict.ts";
import { countOf, formatCount } from "../../figures.ts";
import type { ReportInput } from "../input.ts";
import { joinWords } from "../words/sentences.ts";
import { type Tone, VERDICT_ORDER, VERDICT_WORDS } from "../words/verdict_words.ts";
import { repeatsReference } from "./digest_state.ts";

interface Headline {
  readonly tone: Tone;
  readonly sentence: string;
  /** By what means the cases were judged; empty where none was. */
  readonly basis: string;
  /** Everything that does not simply pass, what is wrong first. */
  readonly attention: readonly AttentionGroup[];
}

export interface AttentionGroup {
  readonly verdict: Verdict;
  readonly cases: readonly CheckedCase[];
}

export function writeHeadline(input: ReportInput): Headline {
  const by = Map.groupBy(input.cases, (c) => c.verdict);
  return {
    tone: toneOf(input, by),
    sentence: (input.running ? "Still running. " : "") + sentenceOf(input, by),
    basis: basisOf(input.cases),
    attention: VERDICT_ORDER.flatMap((verdict) => {
      const cases = by.get(verdict);
      return verdict === "pass" || cases === undefined ? [] : [{ verdict, cases }];
    }),
  };
}

type ByVerdict = ReadonlyMap<Verdict, readonly CheckedCase[]>;

function toneOf(input: ReportInput, by: ByVerdict): Tone {
  const tones = new Set([...by.keys()].map((verdict) => VERDICT_WORDS[verdict].tone));
  if (tones.has("bad")) return "bad";
  if (tones.has("open")) {
    return input.running && !by.has("failed") && !by.has("stale") ? "plain" : "open";
  }
  return by.size === 1 && tones.has("good") && !input.running ? "good" : "plain";
}

function sentenceOf({ cases, ...input }: ReportInput, by: ByVerdict): string {
  const total = cases.length;
  const passed = by.get("pass")?.length ?? 0;
  if (total === 0) return "There is no case to check.";
  if (passed === total) {
    return total === 1 ? "The one case passes." : `All ${formatCount(total)} cases pass.`;
  }
  const others = VERDICT_ORDER.flatMap((verdict) => {
    const count = by.get(verdict)?.length ?? 0;
    if (verdict === "pass" || count === 0) return [];
    return [`${formatCount(count)} ${say(verdict, count, { ...input, cases })}`];
  });
  if (total === 1) return `The one case ${others[0]!.replace(/^1 /, "")}.`;
  const lead = passed === 0
    ? `None of the ${formatCount(total)} cases passes`
    : `${formatCount(passed)} of ${formatCount(total)} cases ${VERDICT_WORDS.pass.say(passed)}`;
  if ((by.get("no-band")?.length ?? 0) === total) {
    return `None of the ${formatCount(total)} cases has an expected band, so none was judged.`;
  }
  return `${lead}: ${joinWords(others)}.`;
}

/** While a run goes on, a case without a record is not missing: its turn has not come. */
function say(verdict: Verdict, count: number, input: ReportInput): string {
  if (verdict === "missing" && input.running) return count === 1 ? "is to come" : "are to come";
  return VERDICT_WORDS[verdict].say(count);
}

function basisOf(cases: readonly CheckedCase[]): string {
  const passed = cases.filter((c) => c.verdict === "pass");
  const repeated = passed.filter(repeatsReference).length;
  const inBand = passed.length - repeated;
  const parts: string[] = [];
  if (repeated > 0) {
    parts.push(
      `${
        countOf(repeated, "case repeats", "cases repeat")
      } the published weights and outputs bit for bit.`,
    );
  }
  if (inBand > 0) {
    parts.push(
      inBand === 1
        ? "1 case scores within its expected band, a two-sided 99.9 % prediction interval."
        : `${
          formatCount(inBand)
        } cases score within their expected bands, two-sided 99.9 % prediction intervals.`,
    );
  }
  return parts.join(" ");
}
