/**
 * The table of verdicts: a row a case, or, of a configuration with several seeds, a row that sums
 * them up and unfolds into them. Nothing that does not pass is folded away.
 */
import type { CheckedCase, ExpectedBand } from "../../checks/verdict.ts";
import { metricOf } from "../../matrix/case.ts";
import type { Metric } from "../../training/score.ts";
import {
  asSentence,
  countOf,
  formatCount,
  formatScore,
  formatScoreRange,
  formatSeconds,
  shortDigest,
} from "../format.ts";
import { type CaseGroup, groupCases, median } from "../group_cases.ts";
import type { Environment } from "../environment.ts";
import type { ReportInput } from "../input.ts";
import { VERDICT_ORDER } from "../verdict_words.ts";
import { CaseDetails } from "./case_details.tsx";
import { VerdictChip } from "./verdict_chip.tsx";

interface Report {
  readonly input: ReportInput;
  readonly environment: Environment;
}

export function VerdictTable(report: Report) {
  return (
    <table class="verdicts">
      <Columns />
      {groupCases(report.input.cases).map((group) => (
        <tbody key={group.configuration}>
          {group.cases.length === 1
            ? <CaseRows checked={group.cases[0]!} {...report} />
            : <GroupRows group={group} {...report} />}
        </tbody>
      ))}
    </table>
  );
}

const SCORE_NAMES: { readonly [metric in Metric]: string } = {
  accuracy: "test accuracy",
  loss: "test loss, in nats a digit: lower is better",
};

/** The anchor of a case's row. */
export function caseAnchor(id: string): string {
  return `case-${id.replace("#", "-seed").replace(" ", "-")}`;
}

const COLUMNS = [
  { name: "Case", style: "id" },
  { name: "Verdict", style: "said" },
  { name: "Test score", style: "number" },
  { name: "Expected band", style: "number band" },
  { name: "Epochs", style: "number minor" },
  { name: "Time", style: "number minor" },
  { name: "Digest", style: "digest minor" },
] as const;

function Columns() {
  return (
    <>
      <colgroup>
        {COLUMNS.map(({ name, style }) => (
          <col key={name} class={`${style} col-${name.toLowerCase().replace(" ", "-")}`} />
        ))}
      </colgroup>
      <thead>
        <tr>
          {COLUMNS.map(({ name, style }) => <th key={name} scope="col" class={style}>{name}</th>)}
        </tr>
      </thead>
    </>
  );
}

function CaseRows({ checked, ...report }: Report & { checked: CheckedCase }) {
  const { record } = checked;
  const result = record?.status === "ok" ? record.result : null;
  const metric = metricOf(checked.case);
  return (
    <>
      <tr class="case" id={caseAnchor(checked.id)}>
        <th scope="row">{checked.id}</th>
        <td>
          <VerdictChip verdict={checked.verdict} />
        </td>
        <td class="number score" title={SCORE_NAMES[metric]}>
          {result ? formatScore(metric, result.score) : "–"}
        </td>
        <BandCell band={checked.band} metric={metric} />
        <td class="number minor" title={result ? `best epoch: ${result.bestEpoch}` : undefined}>
          {result ? formatCount(result.epochs) : "–"}
        </td>
        <td class="number minor">{record ? formatSeconds(record.provenance.seconds) : "–"}</td>
        <td class="digest minor">
          {result
            ? <code title={result.digests.weights}>{shortDigest(result.digests.weights)}</code>
            : "–"}
        </td>
      </tr>
      <tr class="more">
        <td colSpan={COLUMNS.length}>
          <details>
            <summary>{asSentence(checked.reason)}</summary>
            <CaseDetails checked={checked} {...report} />
          </details>
        </td>
      </tr>
    </>
  );
}

function BandCell({ band, metric }: { band: ExpectedBand | null; metric: Metric }) {
  if (band === null) return <td class="number band">–</td>;
  const median = formatScore(metric, band.median);
  const hint = `median ${median}, ${countOf(band.n, "seed")}; ${band.origin}`;
  return <td class="number band" title={hint}>{formatScoreRange(metric, band.lo, band.hi)}</td>;
}

function GroupRows({ group, ...report }: Report & { group: CaseGroup }) {
  const { configuration, cases } = group;
  const records = cases.filter(({ verdict }) => verdict !== "stale")
    .flatMap(({ record }) => record === null ? [] : [record]);
  const results = records.flatMap((r) => r.status === "ok" ? [r.result] : []);
  const scores = results.map((r) => r.score);
  const metric = metricOf(cases[0]!.case);
  const epochs = results.map((r) => r.epochs);
  const seconds = records.reduce((sum, r) => sum + r.provenance.seconds, 0);
  const quiet = cases.every((c) => ["pass", "no-band", "missing"].includes(c.verdict));
  return (
    <>
      <tr class="case">
        <th scope="row">{configuration}</th>
        <td>
          {VERDICT_ORDER.map((verdict) => {
            const count = cases.filter((c) => c.verdict === verdict).length;
            return count > 0 && <VerdictChip key={verdict} verdict={verdict} count={count} />;
          })}
        </td>
        <td class="number score" title={SCORE_NAMES[metric]}>
          {scores.length > 0 ? formatScore(metric, median(scores)) : "–"}
        </td>
        <BandCell band={cases.find((c) => c.band !== null)?.band ?? null} metric={metric} />
        <td class="number minor">{epochs.length > 0 ? span(epochs) : "–"}</td>
        <td class="number minor">{records.length > 0 ? formatSeconds(seconds) : "–"}</td>
        <td class="digest minor"></td>
      </tr>
      <tr class="more">
        <td colSpan={COLUMNS.length}>
          <details open={!quiet}>
            <summary>{describeScores(metric, cases.length, scores)}</summary>
            <table class="verdicts seeds">
              <Columns />
              <tbody>
                {cases.map((c) => <CaseRows key={c.id} checked={c} {...report} />)}
              </tbody>
            </table>
          </details>
        </td>
      </tr>
    </>
  );
}

function describeScores(metric: Metric, cases: number, scores: readonly number[]): string {
  const seeds = countOf(cases, "seed");
  if (scores.length === 0) return `${seeds}, none with a score`;
  const range = `${formatScoreRange(metric, Math.min(...scores), Math.max(...scores))}, median ${
    formatScore(metric, median(scores))
  }`;
  return scores.length === cases
    ? `${seeds}: ${range}`
    : `${seeds}, ${scores.length} scored: ${range}`;
}

function span(values: readonly number[]): string {
  const [lo, hi] = [Math.min(...values), Math.max(...values)];
  return lo === hi ? formatCount(lo) : `${formatCount(lo)} to ${formatCount(hi)}`;
}
