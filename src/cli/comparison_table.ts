/** Two folders of records side by side, as text for people and as JSON. */
import type { Change, ComparedCase, Relation } from "../checks/compare_records.ts";
import { exactDifference } from "../checks/statistics/exact_mean.ts";
import {
  DIFFERENCE_UNIT,
  formatCount,
  formatDifference,
  formatScore,
  inUnit,
  shortDigest,
} from "../figures.ts";
import { formatCase } from "../matrix/case.ts";
import { alignedLines } from "./columns.ts";

/** In the order of the sentence, with the words for it. */
const IN_WORDS: { readonly [relation in Relation]: string } = {
  "moved": "moved",
  "same bits": "the same bits",
  "scores only": "of other engines",
  "both failed": "failed in both",
  "only here": "only here",
  "only there": "only there",
};

/** What it comes to, which cases are in one folder only, and a line for each that may differ. */
export function comparisonTable(folder: string, cases: readonly ComparedCase[]): string {
  const having = (...relations: readonly Relation[]) =>
    cases.filter(({ relation }) => relations.includes(relation));
  const counts = (Object.keys(IN_WORDS) as Relation[])
    .map((relation) => `${formatCount(having(relation).length)} ${IN_WORDS[relation]}`)
    .filter((count) => !count.startsWith("0 "));
  const lines = [`\nAgainst ${folder}: ${counts.join(", ")}`];
  for (const relation of ["only here", "only there"] as const) {
    const ids = having(relation).map(({ id }) => id);
    if (ids.length > 0) lines.push(`${relation}: ${ids.join(", ")}`);
  }
  const rows = having("moved", "scores only");
  if (rows.length > 0) {
    lines.push(
      ...alignedLines([
        ["case", "there", "here", "difference", "bits", "since"],
        ...rows.map((c) => [
          c.id,
          scoreText(c, c.before),
          scoreText(c, c.after),
          differenceText(c),
          c.relation === "moved" ? "moved" : "not compared",
          c.relation === "moved" ? sinceText(c) : "",
        ]),
      ]),
    );
  }
  const broken = cases.filter((c) => c.broken).length;
  if (broken > 0) {
    lines.push(`${formatCount(broken)} moved within one numeric version, which fails this check`);
  }
  return lines.join("\n") + "\n";
}

function scoreText({ metric }: ComparedCase, score: number | null): string {
  return score === null ? "failed" : formatScore(metric, score);
}

function differenceText({ metric, before, after }: ComparedCase): string {
  if (before === null || after === null) return "";
  return formatDifference(metric, exactDifference(after, before));
}

function sinceText({ since }: ComparedCase): string {
  if (since.length === 0) return "nothing that the records name";
  return since.map(({ what, before, after }) => `${what} ${short(before)} -> ${short(after)}`)
    .join(", ");
}

/** Digests and commits by their first 12 digits. */
function short(value: Change["before"]): string {
  if (value === null) return "none";
  return /^[0-9a-f]{40,}$/.test(value) ? shortDigest(value) : value;
}

/** The same for programs: differences in `unit`, scores as fractions or in nats. */
export function comparisonJson(folder: string, cases: readonly ComparedCase[]) {
  return {
    results: folder,
    cases: cases.map((c) => ({
      case: formatCase(c.case),
      engine: c.engine,
      relation: c.relation,
      metric: c.metric,
      before: c.before,
      after: c.after,
      difference: c.before === null || c.after === null
        ? null
        : inUnit(c.metric, exactDifference(c.after, c.before)),
      unit: DIFFERENCE_UNIT[c.metric],
      differing: c.differing,
      since: c.since,
      broken: c.broken,
    })),
  };
}
