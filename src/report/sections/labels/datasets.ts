/**
 * What a panel of "accuracy against labels" draws: the rows of each of its datasets, where they stand,
 * and what tooltip and screen reader say of them.
 */
import { type Claim, formatClaim } from "../../../checks/claims.ts";
import type { Verdict } from "../../../checks/verdict.ts";
import {
  countOf,
  formatPercent,
  formatScoreRange,
  formatScoreSpan,
  rounded,
} from "../../../figures.ts";
import { VERDICT_WORDS } from "../../text/verdicts.ts";
import { claimPlace, type LabelsPanel, placeOf } from "./panels.ts";
import type { ScoreRow, SeedsRow } from "./rows.ts";

type Place = Pick<SeedsRow, "series" | "labels">;

export const OUT_OF_BAND: Verdict[] = ["low", "high", "differs"];

/** Size of a case whose seeds are shown together. */
export const DOT = 14;

/** With more cases than these, and beside others, only what is out of its band is drawn by itself. */
const MOST_DOTS = 400;

/** Ratio between neighbours at one number of labels, and between a score and a cross beside it. */
const APART = 1.075;
const BESIDE = 1.09;

/** The datasets that have rows, under names that end in `suffix`. */
export function datasetsOf(panel: LabelsPanel, suffix: string) {
  const at = dodge(panel.seeds);
  const datasets = {
    means: panel.seeds.map((row) => ({ ...drawn(row), at: at(row), ...meanTexts(row) })),
    scores: shownScores(panel, at),
    context: panel.context.map(drawn),
    claims: panel.claims.map((claim) => claimRow(claim, at(claimPlace(claim)))),
    measured: panel.claims.flatMap((claim) => {
      const row = claimRow(claim, at(claimPlace(claim)) * BESIDE);
      return claim.measuredAgain.map((accuracy) => ({
        ...row,
        accuracy,
        spoken: `${claim.configuration}: ${formatPercent(accuracy)} by its code, run again`,
      }));
    }),
  };
  return Object.fromEntries(
    Object.entries(datasets)
      .filter(([, rows]) => rows.length > 0)
      .map(([name, rows]) => [name + suffix, rows]),
  );
}

/** A row with as many decimals as a chart can show; its texts are made of the row itself. */
function drawn(row: SeedsRow): SeedsRow {
  const short = (value: number | null) => value === null ? null : rounded(value, 6);
  return { ...row, mean: rounded(row.mean, 6), lo: short(row.lo), hi: short(row.hi) };
}

/** Where each series stands at each number of labels, so that none hides another one. */
function dodge(rows: readonly SeedsRow[]): (place: Place) => number {
  const places = new Map<string, number>();
  for (const [labels, members] of Map.groupBy(rows, (row) => row.labels)) {
    members.forEach((row, index) => {
      const offset = index - (members.length - 1) / 2;
      places.set(placeOf(row), Number((labels * Math.pow(APART, offset)).toPrecision(5)));
    });
  }
  return (place) => places.get(placeOf(place)) ?? place.labels;
}

/** Large what is out of its band, small what belongs to a mean. */
function shownScores({ title, seeds, scores }: LabelsPanel, at: (place: Place) => number) {
  const several = new Set(seeds.filter((row) => row.seeds > 1).map(placeOf));
  const dots = title === null && scores.length <= MOST_DOTS;
  return scores.map((row) => {
    const size = OUT_OF_BAND.includes(row.verdict) ? 110 : several.has(placeOf(row)) ? DOT : 60;
    return { ...row, at: at(row), size, ...scoreTexts(row) };
  }).filter(({ size }) => size !== DOT || dots);
}

function scoreTexts(row: ScoreRow) {
  const { symbol, word } = VERDICT_WORDS[row.verdict];
  return {
    spoken: `${row.case}: ${formatPercent(row.accuracy)}, ${word}`,
    score: formatPercent(row.accuracy),
    expected: bandText(row),
    said: `${symbol} ${word}`,
  };
}

function meanTexts(row: SeedsRow) {
  const { lo, hi } = row;
  const name = `${row.series}, ${countOf(row.labels, "label")}`;
  const score = formatPercent(row.mean);
  return {
    name,
    score,
    interval: lo === null || hi === null ? "none: one seed" : formatScoreRange("accuracy", lo, hi),
    over: `${countOf(row.seeds, "seed")}: ${formatScoreRange("accuracy", row.min, row.max)}`,
    expected: bandText(row),
    spoken: `${name}: mean ${score} over ${countOf(row.seeds, "seed")}`,
  };
}

function bandText({ bandLo, bandHi }: ScoreRow | SeedsRow): string {
  return bandLo === null || bandHi === null
    ? "no band"
    : formatScoreRange("accuracy", bandLo, bandHi);
}

function claimRow(claim: Claim, at: number) {
  const { configuration, claimed: accuracy, measuredAgain } = claim;
  const words = formatClaim(claim);
  return {
    ...{ configuration, words, accuracy },
    at: Number(at.toPrecision(5)),
    again: `${formatScoreSpan("accuracy", measuredAgain)}, ${countOf(measuredAgain.length, "run")}`,
    spoken: `${configuration}: claimed ${words}`,
  };
}
