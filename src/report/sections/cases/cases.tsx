/**
 * The section "Cases": a table of all cases that is read without a script, and their data, of which
 * the page's script makes filters, a drawer per case, and a CSV.
 */
import type { CheckedCase } from "../../../checks/verdict.ts";
import {
  countOf,
  formatCount,
  formatDuration,
  formatScore,
  formatScoreRange,
  shortDigest,
} from "../../../figures.ts";
import { metricOf } from "../../../matrix/case.ts";
import type { ReportInput } from "../../input.ts";
import { caseAnchor, groupAnchor } from "../../parts/anchors.ts";
import { groupCases } from "../../parts/groups.ts";
import { pack } from "../../parts/pack.ts";
import { type Pending, pendingOf } from "../../parts/pending.ts";
import type { Section } from "../../section.ts";
import { asSentence } from "../../text/sentences.ts";
import { VERDICT_WORDS } from "../../text/verdicts.ts";
import { caseRows, wordOf } from "./case_row.ts";
import { packRows } from "./packed.ts";

export const CASES: Section = {
  id: "cases",
  title: "Cases",
  style: new URL("cases.css", import.meta.url),
  render: (input) => Promise.resolve(input.cases.length === 0 ? null : <Cases input={input} />),
};

function Cases({ input }: { input: ReportInput }) {
  const pending = pendingOf(input.run);
  const data = { dataset: input.dataset, rows: packRows(caseRows(input)) };
  return (
    <section id="cases" aria-labelledby="cases-title">
      <h2 id="cases-title">Cases</h2>
      <p class="lead">
        {recordsOf(input)}. Accuracies are in per cent, losses of autoencoders in nats per digit,
        where lower is better.
      </p>
      <div data-cases data-packed={pack(new TextEncoder().encode(JSON.stringify(data)))}>
        <table class="cases">
          <thead>
            <tr>
              <th scope="col">Case</th>
              <th scope="col">Verdict</th>
              <th scope="col">Test score</th>
              <th scope="col">Expected band (99.9 %)</th>
              <th scope="col">Epochs</th>
              <th scope="col">Time</th>
              <th scope="col">Weights SHA-256, first 12 digits</th>
            </tr>
          </thead>
          <tbody>
            {groupCases(input.cases).flatMap(({ configuration, cases }) =>
              cases.map((c, i) => (
                <Row
                  key={c.id}
                  checked={c}
                  pending={pending}
                  {...(i === 0 && { group: groupAnchor(configuration) })}
                />
              ))
            )}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function recordsOf({ cases }: ReportInput): string {
  const records = cases.filter(({ record }) => record !== null).length;
  return records === cases.length
    ? countOf(records, "record")
    : `${countOf(records, "record")} of ${countOf(cases.length, "case")}`;
}

/** What does not pass says why. */
function Row(
  { checked, pending, group }: { checked: CheckedCase; pending: Pending; group?: string },
) {
  const { id, record, band, verdict, reason } = checked;
  const result = record?.status === "ok" ? record.result : null;
  const metric = metricOf(checked.case);
  const { symbol, tone } = VERDICT_WORDS[verdict];
  const waits = pending.has(checked);
  return (
    <tr id={caseAnchor(id)}>
      <th scope="row" id={group}>
        {id}
      </th>
      <td class={waits ? undefined : tone}>
        {waits ? pending.word : `${symbol} ${wordOf(checked, pending)}`}
        {!waits && tone !== "good" && tone !== "plain" && (
          <span class="line note">{asSentence(reason)}</span>
        )}
      </td>
      <td>{result ? formatScore(metric, result.score) : "–"}</td>
      <td>{band ? formatScoreRange(metric, band.lo, band.hi) : "–"}</td>
      <td>{result ? formatCount(result.epochs) : "–"}</td>
      <td>{record ? formatDuration(record.provenance.seconds) : "–"}</td>
      <td>{result ? shortDigest(result.digests.weights) : "–"}</td>
    </tr>
  );
}
