/**
 * The main results: a row for each claim about MNIST, run or not, or, of another dataset, for the
 * configurations that answer the same questions there. No claim is held against another dataset.
 */
import { type Claim, CLAIMS } from "../../checks/claims.ts";
import { exactDifference } from "../../checks/statistics/exact_mean.ts";
import { type MeanInterval, meanInterval } from "../../checks/statistics/sample_intervals.ts";
import type { CheckedCase, ExpectedBand } from "../../checks/verdict.ts";
import { ENGINE_NAMES } from "../../engines/engine_name.ts";
import { countOf, formatCount, rounded } from "../../figures.ts";
import { formatConfiguration } from "../../matrix/case.ts";
import type { ReportInput } from "../input.ts";
import { digestState, repeatsReference } from "./digest_state.ts";
import { type CaseGroup, groupCases } from "./groups.ts";
import { type Pending, pendingOf } from "./pending.ts";
import type { RunState } from "../run_state.ts";
import { joinWords } from "../text/sentences.ts";
import { VERDICT_WORDS } from "../text/verdicts.ts";

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
 * What became of the claims, in sentences that do not speak for one another: how far our results are
 * from those of 2017, whether its code, run again, agrees with our seeds, and how many of our cases
 * have the published bits or score within their bands. Claims whose cases do not all pass are named.
 */
export function describeClaims(rows: readonly ResultRow[], run: RunState | null): string {
  const pending = pendingOf(run);
  const byClaim = Map.groupBy(rows, ({ claim }) => claim!);
  const standing = Map.groupBy(
    byClaim.keys(),
    (claim) => standingOf(byClaim.get(claim)!.flatMap(({ cases }) => cases), pending),
  );
  const others = (Object.keys(STANDINGS) as (keyof typeof STANDINGS)[]).flatMap((key) => {
    const names = (standing.get(key) ?? []).map(({ configuration }) => configuration);
    return names.length === 0 ? [] : [`${STANDINGS[key]}: ${joinWords(names)}.`];
  });
  return [
    sayDistances(byClaim, run),
    ...sayCases(rows, pending),
    ...sayRunAgain(byClaim),
    ...others,
  ]
    .join(" ");
}

/** The first of those sentences; null of a page without claims. */
export function sayResults(rows: readonly ResultRow[], run: RunState | null): string | null {
  const claimed = rows.filter(({ claim }) => claim !== null);
  return claimed.length === 0
    ? null
    : sayDistances(Map.groupBy(claimed, ({ claim }) => claim!), run);
}

type ByClaim = ReadonlyMap<Claim, readonly ResultRow[]>;

/** How far the results are from the claims, in whole points: claims have no more digits. */
function sayDistances(byClaim: ByClaim, run: RunState | null): string {
  const distances = [...byClaim].flatMap(([{ claimed }, rows]) => {
    const scores = rows.map(scoreOf).filter((score) => score !== null);
    if (scores.length === 0) return [];
    return [Math.max(...scores.map((score) => Math.abs(exactDifference(score, claimed))))];
  });
  const total = `${formatCount(byClaim.size)} results of 2017`;
  if (distances.length === 0) {
    return `None of the ${total} ${run?.state === "running" ? "is measured yet" : "was measured"}.`;
  }
  const points = Math.max(1, Math.ceil(rounded(Math.max(...distances), 10, 2)));
  const within = `within ${countOf(points, "percentage point")}`;
  if (distances.length === byClaim.size) return `All ${total} repeat ${within}.`;
  const were = distances.length === 1 ? "was measured, and repeats" : "were measured, and repeat";
  return `${formatCount(distances.length)} of the ${total} ${were} ${within}.`;
}

/** Whether single runs of the original's code lie where we expect one more run. */
function sayRunAgain(byClaim: ByClaim): string[] {
  const runs = [...byClaim].flatMap(([{ measuredAgain }, rows]) => {
    const band = rows.find((row) => row.band !== null)?.band ?? null;
    return band === null ? [] : measuredAgain.map((score) => band.lo <= score && score <= band.hi);
  });
  if (runs.length === 0) return [];
  const inside = runs.filter((isInside) => isInside).length;
  const times = inside === runs.length ? "each time" : `${formatCount(inside)} times`;
  return [
    `The original code, run again ${
      countOf(runs.length, "time")
    }, scored within our bands ${times}.`,
  ];
}

/** By what our own cases pass. */
function sayCases(rows: readonly ResultRow[], pending: Pending): string[] {
  const cases = rows.flatMap((row) => row.cases)
    .filter((c) => c.verdict !== "missing" && !pending.has(c));
  if (cases.length === 0) return [];
  const passed = cases.filter(({ verdict }) => verdict === "pass");
  const repeated = passed.filter(repeatsReference).length;
  const attested = passed.filter((c) => digestState(c) === "repeated").length;
  const found = [
    { count: repeated, one: "has the published bits", more: "have the published bits" },
    {
      count: attested,
      one: "was repeated bit for bit by other runs",
      more: "were repeated bit for bit by other runs",
    },
    {
      count: passed.length - repeated - attested,
      one: "scores within its band",
      more: "score within their bands",
    },
  ].filter(({ count }) => count > 0);
  const ours = `of our ${countOf(cases.length, "case")} behind them`;
  if (found.length === 1 && found[0]!.count === cases.length) {
    return cases.length === 1
      ? [`Our one case behind them ${found[0]!.one}.`]
      : [`All ${ours} ${found[0]!.more}.`];
  }
  const parts = found.map(({ count, one, more }) =>
    `${formatCount(count)} ${count === 1 ? one : more}`
  );
  const what = parts.length === 0 ? "none passes" : joinWords(parts);
  return [`${ours.replace("of", "Of")} ${what}.`];
}

const STANDINGS = {
  wrong: "Out of band, or contradicted",
  incomplete: "Not complete",
  unjudged: "Not judged, for want of a band",
  toCome: "To come",
  absent: "Not run",
} as const;

function standingOf(
  cases: readonly CheckedCase[],
  pending: Pending,
): "passed" | keyof typeof STANDINGS {
  const judged = cases.filter((c) => !pending.has(c));
  const tones = new Set(judged.map(({ verdict }) => VERDICT_WORDS[verdict].tone));
  if (tones.has("bad")) return "wrong";
  if (judged.every(({ verdict }) => verdict === "missing")) {
    return judged.length < cases.length && pending.word === "to come" ? "toCome" : "absent";
  }
  if (tones.has("open") || judged.length < cases.length) return "incomplete";
  return tones.has("plain") ? "unjudged" : "passed";
}
