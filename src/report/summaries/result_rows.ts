/**
 * The main results: a row for each claim about MNIST, run or not, or, of another dataset, for the
 * configurations that answer the same questions there. No claim is held against another dataset.
 */
import { type Claim, CLAIMS } from "../../checks/claims.ts";
import { type MeanInterval, meanInterval } from "../../checks/statistics/sample_intervals.ts";
import type { CheckedCase, ExpectedBand, Verdict } from "../../checks/verdict.ts";
import { ENGINE_NAMES } from "../../engines/engine_name.ts";
import { formatConfiguration } from "../../matrix/case.ts";
import type { ReportInput } from "../input.ts";
import { joinWords } from "../words/sentences.ts";
import { VERDICT_WORDS } from "../words/verdict_words.ts";
import { type CaseGroup, groupCases } from "./group_cases.ts";

type Fraction = number;

export interface ResultRow {
  /** With the engine's name where that is not ours. */
  readonly name: string;
  readonly claim: Claim | null;
  /** The seeds of the configuration; none where it is not in the report. */
  readonly cases: readonly CheckedCase[];
  /** Test accuracies of the present numeric version. */
  readonly scores: readonly Fraction[];
  /** Of the mean over seeds, 95 %; null with fewer than two. */
  readonly interval: MeanInterval | null;
  readonly band: ExpectedBand | null;
}

export function resultRows(
  { dataset, cases }: Pick<ReportInput, "dataset" | "cases">,
): ResultRow[] {
  const groups = groupCases(cases);
  const wanted: readonly (readonly [string, Claim | null])[] = dataset.name === "mnist"
    ? CLAIMS.map((claim) => [claim.configuration, claim] as const)
    : mainConfigurations(cases).map((name) => [name, null] as const);
  return wanted.flatMap(([configuration, claim]) => {
    const engineOf = ({ cases: [first] }: CaseGroup) => ENGINE_NAMES.indexOf(first!.engine);
    const found = groups.filter((group) =>
      formatConfiguration(group.cases[0]!.case) === configuration
    ).sort((a, b) => engineOf(a) - engineOf(b));
    return found.length > 0
      ? found.map((group) => rowOf(group, claim))
      : [rowOf({ configuration, cases: [] }, claim)];
  });
}

/** Few labels, 2,000 and all of them; the better model with all; the heads on 2,000. */
function mainConfigurations(cases: readonly CheckedCase[]): string[] {
  const most = Math.max(0, ...cases.map(({ case: c }) => c.labels ?? 0));
  const there = new Set(cases.map((c) => formatConfiguration(c.case)));
  const wanted = [`fc@${most}`, "fc@2000", "fc@250", `conv@${most}`, "ae20@2000", "vae20@2000"];
  return [...new Set(wanted)].filter((name) => there.has(name));
}

function rowOf({ configuration, cases }: CaseGroup, claim: Claim | null): ResultRow {
  const scores = cases.flatMap(({ record, verdict }) =>
    record?.status === "ok" && verdict !== "stale" ? [record.result.score] : []
  );
  return {
    name: configuration,
    claim,
    cases,
    scores,
    interval: scores.length < 2 ? null : meanInterval(scores),
    band: cases.find(({ band }) => band !== null)?.band ?? null,
  };
}

/** The mean over seeds, or the one score; null without any. */
export function scoreOf({ scores, interval }: ResultRow): Fraction | null {
  return interval?.mean ?? scores[0] ?? null;
}

/**
 * What became of the claims, in sentences: those whose every case passes are counted, all others are
 * named with what is the matter.
 */
export function describeClaims(rows: readonly ResultRow[], running: boolean): string {
  const byClaim = Map.groupBy(rows, ({ claim }) => claim!.configuration);
  const standing = Map.groupBy(byClaim.keys(), (name) => {
    const verdicts = byClaim.get(name)!.flatMap(({ cases }) => cases.map((c) => c.verdict));
    return standingOf(verdicts, running);
  });
  const passed = standing.get("passed")?.length ?? 0;
  const total = byClaim.size;
  const lead = passed === 0
    ? `For none of the ${total} claims does every case pass.`
    : `Every case passes for ${
      passed === total ? `all ${total}` : `${passed} of the ${total}`
    } claims.`;
  const others = (Object.keys(STANDINGS) as (keyof typeof STANDINGS)[]).flatMap((key) => {
    const names = standing.get(key) ?? [];
    return names.length === 0 ? [] : [`${STANDINGS[key]}: ${joinWords(names)}.`];
  });
  return [lead, ...others].join(" ");
}

const STANDINGS = {
  wrong: "Out of band, or other bits than published",
  incomplete: "Not complete",
  unjudged: "Not judged, for want of a band",
  toCome: "To come",
  absent: "Not run",
} as const;

function standingOf(
  verdicts: readonly Verdict[],
  running: boolean,
): "passed" | keyof typeof STANDINGS {
  if (verdicts.length === 0) return "absent";
  const tones = new Set(verdicts.map((verdict) => VERDICT_WORDS[verdict].tone));
  if (tones.has("bad")) return "wrong";
  if (verdicts.every((verdict) => verdict === "missing")) return running ? "toCome" : "absent";
  if (tones.has("open")) return "incomplete";
  return tones.has("plain") ? "unjudged" : "passed";
}
