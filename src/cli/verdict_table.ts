/** Verdicts as a table for people. */
import { styleText } from "node:util";
import {
  countOf,
  formatCount,
  formatDuration,
  formatScore,
  formatScoreRange,
  shortDigest,
} from "../figures.ts";
import { metricOf } from "../matrix/case.ts";
import { countAttested, sayAttested } from "../checks/attested.ts";
import type { CheckedCase, Verdict } from "../checks/verdict.ts";
import { padColumns } from "./columns.ts";
import { printable } from "./printable.ts";

const MARK: { readonly [verdict in Verdict]: readonly [string, "green" | "red" | "yellow"] } = {
  "pass": ["✓ pass", "green"],
  "low": ["✗ low", "red"],
  "high": ["✗ high", "red"],
  "differs": ["✗ differs", "red"],
  "no-band": ["· no band", "yellow"],
  "failed": ["✗ failed", "red"],
  "missing": ["? missing", "yellow"],
  "stale": ["? stale", "yellow"],
};

/** Verdicts that need no line that says why. */
const SPEAKS_FOR_ITSELF: readonly Verdict[] = ["pass", "no-band", "missing"];

const HEADER = ["case", "score", "band", "verdict", "epochs", "time", "digest"];

/** One line a case, columns aligned; below them, why, for each case that asks for it. */
export function verdictTable(cases: readonly CheckedCase[], color: boolean): string {
  const rows = cases.map((c) => {
    const result = c.record?.status === "ok" ? c.record.result : null;
    const metric = metricOf(c.case);
    return [
      c.id,
      result ? formatScore(metric, result.score) : "",
      c.band ? formatScoreRange(metric, c.band.lo, c.band.hi) : "",
      MARK[c.verdict][0],
      result ? formatCount(result.epochs) : "",
      c.record ? formatDuration(c.record.provenance.seconds) : "",
      result ? shortDigest(result.digests.weights) : "",
    ];
  });
  const [header, ...lines] = padColumns([HEADER, ...rows]);
  const line = (cells: readonly string[], verdict: Verdict | null) =>
    cells.map((text, i) =>
      color && i === 3 && verdict !== null ? styled(MARK[verdict][1], text) : text
    ).join("  ").trimEnd();
  return [
    line(header!, null),
    ...lines.map((row, i) => line(row, cases[i]!.verdict)),
    ...cases.filter(({ verdict }) => !SPEAKS_FOR_ITSELF.includes(verdict))
      .map((c) => `${c.id}: ${printable(c.reason)}`),
  ].join("\n") + "\n";
}

/** What it comes to, in a sentence. */
export function verdictSummary(cases: readonly CheckedCase[]): string {
  const counts = new Map<Verdict, number>();
  for (const { verdict } of cases) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  const parts = [...counts].map(([verdict, count]) =>
    `${formatCount(count)} ${verdictWords(verdict)}`
  );
  const number = countOf(cases.length, "case");
  return parts.length === 0 ? number : `${number}: ${parts.join(", ")}`;
}

/** Below the summary of published records: who repeated them. Nothing below any other. */
export function attestedLine(cases: readonly CheckedCase[]): string {
  const count = countAttested(cases);
  return count === null ? "" : `${sayAttested(count)}\n`;
}

/** A verdict with its mark, and if it asks for one, with its reason. */
export function verdictLine({ verdict, reason }: CheckedCase, color: boolean): string {
  const [text, tint] = MARK[verdict];
  const mark = color ? styled(tint, text) : text;
  return SPEAKS_FOR_ITSELF.includes(verdict) ? mark : `${mark}: ${printable(reason)}`;
}

/** A verdict without its mark. */
export function verdictWords(verdict: Verdict): string {
  return MARK[verdict][0].slice(2);
}

function styled(color: "green" | "red" | "yellow", text: string): string {
  return styleText(color, text, { validateStream: false });
}
