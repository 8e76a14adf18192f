/**
 * The first section: did it reproduce, and what does it show? The verdict in a sentence, what asks for
 * attention, how far the run is, the main results, how long it took and on what.
 */
import { CLAIMS_ORIGIN, MEASURED_AGAIN_ORIGIN } from "../../../checks/claims.ts";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { countOf, formatDuration, formatInstant } from "../../../figures.ts";
import type { ReportInput } from "../../input.ts";
import { Fact, FactLines, Facts } from "../../parts/facts.tsx";
import { pendingOf } from "../../parts/pending.ts";
import type { Section } from "../../section.ts";
import { reproduceAll } from "../../text/commands.ts";
import { DATASET_LABELS, sayLabels } from "../../text/datasets.ts";
import type { Tone } from "../../text/verdicts.ts";
import { Attention } from "./attention.tsx";
import { isPublished, writeHeadline } from "./headline.ts";
import { describeClaims, type ResultRow, resultRows } from "../../parts/result_rows.ts";
import { ResultsTable } from "./results_table.tsx";
import { RunPart } from "./run_part.tsx";
import { summarizeRun } from "./run_summary.ts";

export const OVERVIEW: Section = {
  id: "overview",
  title: "Overview",
  style: new URL("overview.css", import.meta.url),
  render: (input, isFirst) => Promise.resolve(<Overview input={input} isFirst={isFirst} />),
};

function Overview({ input, isFirst }: { input: ReportInput; isFirst: boolean }) {
  const headline = writeHeadline(input);
  const dataset = DATASET_LABELS[input.dataset.name];
  const rows = resultRows(input);
  const Heading = isFirst ? "h1" : "h2";
  return (
    <section id="overview" aria-label="Overview">
      <div class={`verdict ${headline.tone}`}>
        <p class="eyebrow">
          Dataset <strong>{dataset.title}</strong>
          {input.dataset.name !== "mnist" && ` (${dataset.note})`}
          {input.profile === null ? `, ${sayRecords(input.cases)}` : (
            <>
              , profile <strong>{input.profile}</strong>
            </>
          )}
        </p>
        <Heading class={headline.sentence.length > 80 ? "sentence long" : "sentence"}>
          <span class="symbol" aria-hidden="true">{TONE_SYMBOLS[headline.tone]}</span>
          {headline.sentence}
        </Heading>
        {headline.basis !== "" && <p>{headline.basis}</p>}
        <Attention groups={headline.attention} />
        {input.run !== null && <RunPart input={input} run={input.run} />}
      </div>
      {rows.length > 0 && <Results input={input} rows={rows} />}
      <h2>How long, and on what</h2>
      <RunFacts input={input} />
    </section>
  );
}

/** What a page of records shows that were taken as they are. */
function sayRecords(cases: readonly CheckedCase[]): string {
  return isPublished(cases) ? "the published records" : "records as they were found";
}

const TONE_SYMBOLS: { readonly [tone in Tone]: string } = {
  good: "✓",
  bad: "✕",
  open: "!",
  plain: "○",
};

function Results({ input, rows }: { input: ReportInput; rows: readonly ResultRow[] }) {
  const claims = rows.some(({ claim }) => claim !== null);
  const origins = [...new Set(rows.flatMap(({ band }) => band === null ? [] : [band.origin]))];
  return (
    <>
      <h2>{claims ? "The claims" : "Main results"}</h2>
      {claims && <p class="lead">{describeClaims(rows, input.run)}</p>}
      <ResultsTable rows={rows} pending={pendingOf(input.run)} />
      <p class="note">
        {claims &&
          `2017: ${CLAIMS_ORIGIN}; how many runs are behind its figures is not known. Its code ` +
            `again: ${MEASURED_AGAIN_ORIGIN}, one figure per run. No verdict follows from either. `}
        {sayLabels(input.dataset.name)}{" "}
        Of several seeds the mean is given, with its 95 % confidence interval (Student's t). A
        single run may lie outside of that interval, and is to be compared with the band.{" "}
        {origins.length > 0 &&
          `Bands: two-sided 99.9 % prediction intervals for one more seed. Source: ${
            origins.join("; ")
          }.`}
      </p>
    </>
  );
}

function RunFacts({ input }: { input: ReportInput }) {
  const command = reproduceAll(input);
  const { machines, engines, records, seconds, started } = summarizeRun(input.cases);
  return (
    <Facts>
      {started && (
        <>
          <Fact name="Time">
            {formatDuration(seconds)} for {countOf(records, "case")}, added up;{" "}
            {formatSpan(started)}
          </Fact>
          <FactLines name="Machine" lines={machines} />
          <FactLines name="Engine" lines={engines} />
        </>
      )}
      <Fact name="Reproduce">
        {command === null
          ? "Each case has its own command, under its row in the records."
          : <code class="command">{command}</code>}
      </Fact>
      <Fact name="More">
        <a href="#cases">Cases</a> has every record with its digests.
      </Fact>
    </Facts>
  );
}

function formatSpan([first, last]: readonly [string, string]): string {
  return first === last
    ? `started ${formatInstant(first)}`
    : `the first started ${formatInstant(first)}, the last ${formatInstant(last)}`;
}
