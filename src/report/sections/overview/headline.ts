/**
 * The verdict in words: one sentence for the top of the page, one that says by what means it was
 * reached, and the cases that ask for attention. It states what the records hold, and nothing else.
 */
import { countAttested, sayAttested } from "../../../checks/attested.ts";
import type { CheckedCase, Verdict } from "../../../checks/verdict.ts";
import { countOf, formatCount } from "../../../figures.ts";
import type { ReportInput } from "../../input.ts";
import { repeatsReference } from "../../parts/digest_state.ts";
import { pendingOf } from "../../parts/pending.ts";
import type { RunState } from "../../run_state.ts";
import { joinWords } from "../../text/sentences.ts";
import { type Tone, VERDICT_ORDER, VERDICT_WORDS } from "../../text/verdicts.ts";

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

export function writeHeadline({ cases: all, run }: ReportInput): Headline {
  const pending = pendingOf(run);
  const cases = all.filter((c) => !pending.has(c));
  const by = Map.groupBy(cases, (c) => c.verdict);
  return {
    tone: toneOf(run, by),
    sentence: run === null ? sentenceOf(cases, by) : sentenceOnRun(run, cases, by),
    basis: basisOf(cases, by),
    attention: VERDICT_ORDER.flatMap((verdict) => {
      const cases = (by.get(verdict) ?? []).filter((c) => !isQuiet(c));
      return cases.length === 0 ? [] : [{ verdict, cases }];
    }),
  };
}

/** What asks for no attention. Most published records have no band: the basis says how many. */
function isQuiet({ verdict, attested }: CheckedCase): boolean {
  return verdict === "pass" || verdict === "no-band" && attested !== null;
}

type ByVerdict = ReadonlyMap<Verdict, readonly CheckedCase[]>;

function toneOf(run: RunState | null, by: ByVerdict): Tone {
  const tones = new Set([...by.keys()].map((verdict) => VERDICT_WORDS[verdict].tone));
  if (tones.has("bad")) return "bad";
  if (tones.has("open") || run?.state === "interrupted") return "open";
  return by.size === 1 && tones.has("good") && run === null ? "good" : "plain";
}

/** On a run that is under way or was interrupted, and on the cases that have been judged so far. */
function sentenceOnRun(run: RunState, cases: readonly CheckedCase[], by: ByVerdict): string {
  const soFar = cases.length === 0 ? "" : ` ${sentenceOf(cases, by, " so far")}`;
  if (run.state === "running") {
    return soFar === "" ? "Still running: no case has ended yet." : `Still running.${soFar}`;
  }
  return `Interrupted: ${countOf(run.notRun.length, "case has", "cases have")} not run.${soFar}`;
}

/** @param soFar stands behind the number of cases where more are to come */
function sentenceOf(cases: readonly CheckedCase[], by: ByVerdict, soFar = ""): string {
  const attested = attestedSentence(cases, by);
  if (attested !== null) return attested;
  const total = cases.length;
  const passed = by.get("pass")?.length ?? 0;
  if (total === 0) return "There is no case to check.";
  if (passed === total) {
    return total === 1
      ? `The one case${soFar} passes.`
      : `All ${formatCount(total)} cases${soFar} pass.`;
  }
  const others = VERDICT_ORDER.flatMap((verdict) => {
    const count = by.get(verdict)?.length ?? 0;
    if (verdict === "pass" || count === 0) return [];
    return [`${formatCount(count)} ${say(verdict, by.get(verdict)!)}`];
  });
  if (total === 1) return `The one case${soFar} ${others[0]!.replace(/^1 /, "")}.`;
  const lead = passed === 0
    ? `None of the ${formatCount(total)} cases${soFar} passes`
    : `${formatCount(passed)} of ${formatCount(total)} cases${soFar} ${
      VERDICT_WORDS.pass.say(passed)
    }`;
  if ((by.get("no-band")?.length ?? 0) === total) {
    return `None of the ${
      formatCount(total)
    } cases${soFar} has an expected band, so none was judged.`;
  }
  return `${lead}: ${joinWords(others)}.`;
}

/**
 * The sentence on published records that nothing speaks against: who repeated them. Null on a page
 * that holds anything else of the exact engine, or anything that is wrong.
 */
function attestedSentence(cases: readonly CheckedCase[], by: ByVerdict): string | null {
  const count = countAttested(cases);
  if (count === null || !isPublished(cases)) return null;
  if ([...by.keys()].some((verdict) => verdict !== "pass" && verdict !== "no-band")) return null;
  return `${sayAttested(count)}.`;
}

/** Whether the page is of published records: those of the exact engine are all published ones. */
export function isPublished(cases: readonly CheckedCase[]): boolean {
  return cases.some(({ attested }) => attested !== null) &&
    cases.every(({ engine, attested }) => engine !== "exact" || attested !== null);
}

function say(verdict: Verdict, cases: readonly CheckedCase[]): string {
  if (verdict === "differs" && cases.every(({ attested }) => attested !== null)) {
    return cases.length === 1 ? "is contradicted" : "are contradicted";
  }
  return VERDICT_WORDS[verdict].say(cases.length);
}

/** By what means the cases were judged, in sentences. */
function basisOf(cases: readonly CheckedCase[], by: ByVerdict): string {
  const passed = by.get("pass") ?? [];
  const repeated = passed.filter(repeatsReference).length;
  const banded = passed.filter((c) => !repeatsReference(c) && c.band !== null);
  const own = banded.filter(({ attested, band }) => attested !== null && band!.inSample).length;
  const parts: string[] = [];
  const attested = countAttested(cases);
  if (attested !== null && attestedSentence(cases, by) === null) {
    parts.push(`${sayAttested(attested)}.`);
  }
  if (repeated > 0) {
    parts.push(
      `${
        countOf(repeated, "case repeats", "cases repeat")
      } the published weights and outputs bit for bit.`,
    );
  }
  if (banded.length > 0) {
    parts.push(
      banded.length === 1
        ? "1 case scores within its expected band, a two-sided 99.9 % prediction interval."
        : `${
          formatCount(banded.length)
        } cases score within their expected bands, two-sided 99.9 % prediction intervals.`,
    );
  }
  if (own > 0) {
    parts.push(
      own === 1
        ? "1 of the bands was measured with the same run, among others."
        : `${formatCount(own)} of the bands were measured with the same run, among others.`,
    );
  }
  const unbanded = cases.filter((c) => c.verdict === "no-band" && c.attested !== null).length;
  if (unbanded > 0) {
    parts.push(
      `${countOf(unbanded, "case has", "cases have")} no band, and no other run has repeated ${
        unbanded === 1 ? "it" : "them"
      } yet.`,
    );
  }
  return parts.join(" ");
}
