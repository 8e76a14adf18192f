/**
 * The tables of verdicts: a row a case, or, of a configuration with several seeds, a row that sums
 * them up and unfolds into them. Of many configurations there is a table a model, folded. Nothing that
 * does not pass is folded away.
 */
import { exactMean } from "../../../checks/statistics/exact_mean.ts";
import type { CheckedCase, ExpectedBand } from "../../../checks/verdict.ts";
import { withEngine } from "../../../engines/engine_name.ts";
import {
  countOf,
  formatCount,
  formatCountSpan,
  formatDuration,
  formatScore,
  formatScoreRange,
  formatScoreSpan,
  shortDigest,
} from "../../../figures.ts";
import { formatSeries, metricOf } from "../../../matrix/case.ts";
import type { Metric } from "../../../training/score.ts";
import { caseAnchor, groupAnchor } from "../../parts/anchors.ts";
import { type CaseGroup, groupCases } from "../../parts/groups.ts";
import { VerdictChips } from "../../parts/verdict_chip.tsx";
import { asSentence } from "../../text/sentences.ts";
import { CaseDetails, SharedFacts } from "./case_details.tsx";
import type { Listing } from "./listing.ts";

interface Listed {
  readonly listing: Listing;
}

/** More configurations than these are folded by model. */
const UNFOLDED = 40;

export function VerdictTables({ listing }: Listed) {
  const groups = groupCases(listing.input.cases);
  if (groups.length <= UNFOLDED) return <VerdictTable groups={groups} listing={listing} />;
  return [...Map.groupBy(groups, seriesOf)].map(([series, members]) => {
    const cases = members.flatMap((group) => group.cases);
    return (
      <details class="series" open={!isQuiet(cases)} key={series}>
        <summary>
          <strong>{series}</strong> {countOf(members.length, "configuration")},{" "}
          {countOf(cases.length, "case")}{" "}
          <VerdictChips cases={cases} pending={listing.pending} counted />
        </summary>
        <VerdictTable groups={members} listing={listing} />
      </details>
    );
  });
}

/** A model with its width and engine, e.g. `vae20`: an encoder is in the series of its heads. */
function seriesOf({ cases }: CaseGroup): string {
  const { case: c, engine } = cases[0]!;
  return withEngine(formatSeries(c), engine);
}

function VerdictTable({ groups, listing }: Listed & { groups: readonly CaseGroup[] }) {
  return (
    <table class="verdicts">
      <Columns ofSeeds={groups.some(({ cases }) => cases.length > 1)} />
      {groups.map((group) => (
        <tbody key={group.configuration} id={groupAnchor(group.configuration)}>
          {group.cases.length === 1
            ? <CaseRows checked={group.cases[0]!} alone listing={listing} />
            : <GroupRows group={group} listing={listing} />}
        </tbody>
      ))}
    </table>
  );
}

const SCORE_NAMES: { readonly [metric in Metric]: string } = {
  accuracy: "test accuracy",
  loss: "test loss in nats per digit, lower is better",
};

interface Column {
  readonly name: string;
  /** What the cells of several seeds hold, if that is something else. */
  readonly ofSeeds?: string;
  readonly style: string;
}

const COLUMNS: readonly Column[] = [
  { name: "Case", style: "id" },
  { name: "Verdict", style: "said" },
  { name: "Test score", ofSeeds: "Mean test score", style: "number" },
  { name: "Expected band", style: "number band" },
  { name: "Epochs", ofSeeds: "Epochs, range", style: "number minor" },
  { name: "Time", ofSeeds: "Time, total", style: "number minor" },
  { name: "Digest", style: "digest minor" },
];

function Columns({ ofSeeds }: { ofSeeds: boolean }) {
  return (
    <>
      <colgroup>
        {COLUMNS.map(({ name, style }) => (
          <col key={name} class={`${style} col-${name.toLowerCase().replace(" ", "-")}`} />
        ))}
      </colgroup>
      <thead>
        <tr>
          {COLUMNS.map((column) => (
            <th key={column.name} scope="col" class={column.style}>
              {ofSeeds ? column.ofSeeds ?? column.name : column.name}
            </th>
          ))}
        </tr>
      </thead>
    </>
  );
}

/** @param alone whether no row of its configuration stands above it */
function CaseRows(
  { checked, alone = false, listing }: Listed & { checked: CheckedCase; alone?: boolean },
) {
  const { record } = checked;
  const result = record?.status === "ok" ? record.result : null;
  const metric = metricOf(checked.case);
  return (
    <>
      <tr class="case" id={caseAnchor(checked.id)}>
        <th scope="row">{checked.id}</th>
        <td>
          <VerdictChips cases={[checked]} pending={listing.pending} />
        </td>
        <td class="number score" title={alone ? SCORE_NAMES[metric] : undefined}>
          {result ? formatScore(metric, result.score) : "–"}
        </td>
        {alone ? <BandCell band={checked.band} metric={metric} /> : <td class="number band"></td>}
        <td class="number minor">{result ? formatCount(result.epochs) : "–"}</td>
        <td class="number minor">{record ? formatDuration(record.provenance.seconds) : "–"}</td>
        <td class="digest minor">
          {result ? <code>{shortDigest(result.digests.weights)}</code> : "–"}
        </td>
      </tr>
      <tr class="more">
        <td colSpan={COLUMNS.length}>
          <details>
            <summary>{asSentence(checked.reason)}</summary>
            {alone && <SharedFacts cases={[checked]} />}
            <CaseDetails checked={checked} listing={listing} />
          </details>
        </td>
      </tr>
    </>
  );
}

function BandCell({ band, metric }: { band: ExpectedBand | null; metric: Metric }) {
  if (band === null) return <td class="number band">–</td>;
  const hint = `median ${formatScore(metric, band.median)}, ${countOf(band.n, "seed")}`;
  return <td class="number band" title={hint}>{formatScoreRange(metric, band.lo, band.hi)}</td>;
}

function GroupRows({ group, listing }: Listed & { group: CaseGroup }) {
  const { configuration, cases } = group;
  const records = cases.filter(({ verdict }) => verdict !== "stale")
    .flatMap(({ record }) => record === null ? [] : [record]);
  const results = records.flatMap((r) => r.status === "ok" ? [r.result] : []);
  const scores = results.map((r) => r.score);
  const metric = metricOf(cases[0]!.case);
  const epochs = results.map((r) => r.epochs);
  const seconds = records.reduce((sum, r) => sum + r.provenance.seconds, 0);
  return (
    <>
      <tr class="case">
        <th scope="row">{configuration}</th>
        <td>
          <VerdictChips cases={cases} pending={listing.pending} />
        </td>
        <td class="number score" title={SCORE_NAMES[metric]}>
          {scores.length > 0 ? formatScore(metric, exactMean(scores)) : "–"}
        </td>
        <BandCell band={cases.find((c) => c.band !== null)?.band ?? null} metric={metric} />
        <td class="number minor">{epochs.length > 0 ? formatCountSpan(epochs) : "–"}</td>
        <td class="number minor">{records.length > 0 ? formatDuration(seconds) : "–"}</td>
        <td class="digest minor"></td>
      </tr>
      <tr class="more">
        <td colSpan={COLUMNS.length}>
          <details open={!isQuiet(cases)}>
            <summary>{describeScores(metric, cases.length, scores)}</summary>
            <SharedFacts cases={cases} />
            <table class="verdicts seeds">
              <Columns ofSeeds={false} />
              <tbody>
                {cases.map((c) => <CaseRows key={c.id} checked={c} listing={listing} />)}
              </tbody>
            </table>
          </details>
        </td>
      </tr>
    </>
  );
}

/** Whether nothing in these cases has gone wrong: they may stay folded. */
function isQuiet(cases: readonly CheckedCase[]): boolean {
  return cases.every((c) => ["pass", "no-band", "missing"].includes(c.verdict));
}

function describeScores(metric: Metric, cases: number, scores: readonly number[]): string {
  const seeds = countOf(cases, "seed");
  if (scores.length === 0) return `${seeds}, none with a score`;
  const span = formatScoreSpan(metric, scores);
  return scores.length === cases
    ? `${seeds}: ${span}`
    : `${seeds}, ${formatCount(scores.length)} scored: ${span}`;
}
