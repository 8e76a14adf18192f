/** The times of training steps: on what they were measured, the chart, and its figures. */
import { countOf, formatCount, formatRatio, shortDigest, threeFigures } from "../../../figures.ts";
import { type Chart, ChartFigure, Downloads } from "../../chart/figure.tsx";
import type { ReportInput } from "../../input.ts";
import { DATASET_LABELS } from "../../text/datasets.ts";
import { formatMachine, formatVersions } from "../../text/provenance.ts";
import { joinWords } from "../../text/sentences.ts";
import type { PeerTimes } from "./peer_times.ts";
import { fastestRows, isOurs, type StepRow } from "./step_rows.ts";

interface Props {
  readonly input: ReportInput;
  readonly rows: readonly StepRow[];
  readonly chart: Chart | null;
}

export function StepTimes({ input, rows, chart }: Props) {
  const { peerTimes } = input;
  if (peerTimes === null || chart === null) return <HowToMeasure />;
  const fastest = fastestRows(rows);
  const noisy = describeNoise(rows);
  return (
    <>
      <p class="lead">
        {compareWithOthers(fastest)} Medians of{" "}
        {countOf(peerTimes.rounds, "round")}, in which all took turns on the same weights and
        batches of {DATASET_LABELS[peerTimes.dataset.name].title}. {describePlace(input, peerTimes)}
      </p>
      {noisy !== null && <p class="lead">{noisy}</p>}
      <StepChart chart={chart} rows={rows} />
      <StepTable rows={fastest} times={peerTimes} />
      {rows.length > fastest.length && (
        <details class="figures">
          <summary>All {formatCount(rows.length)} times, of every variant</summary>
          <StepTable rows={rows} times={peerTimes} />
        </details>
      )}
      <Missing times={peerTimes} />
      <Measured times={peerTimes} />
    </>
  );
}

function StepChart({ chart, rows }: { chart: Chart; rows: readonly StepRow[] }) {
  return (
    <ChartFigure chart={chart}>
      <figcaption>
        <ul class="key">
          <li>
            <span class="ours" aria-hidden="true">●</span> Latentbench
          </li>
          <li>
            <span class="others" aria-hidden="true">●</span>{" "}
            other systems, the fastest variant of each
          </li>
        </ul>
        <Downloads chart={chart} file="latentbench-step-times" columns={CSV_COLUMNS} rows={rows} />
      </figcaption>
    </ChartFigure>
  );
}

const CSV_COLUMNS = [
  "model",
  "system",
  "variant",
  "threads",
  "medianMs",
  "leastMs",
  "samples",
  "timesOurs",
] as const;

function HowToMeasure() {
  return (
    <p>
      None was measured here:{" "}
      <code class="command">deno task bench:peers --json reports/latest/peers.json</code>{" "}
      measures them, and <code class="command">deno task report</code> then shows them.
    </p>
  );
}

/** Our native code against the fastest other system, with the most threads. */
function compareWithOthers(rows: readonly StepRow[]): string {
  const threads = Math.max(...rows.map((row) => row.threads));
  const parts = [...Map.groupBy(rows.filter((row) => row.threads === threads), (r) => r.model)]
    .flatMap(([model, members]) => {
      const [best] = members.filter((row) => !isOurs(row))
        .toSorted((a, b) => a.medianMs - b.medianMs);
      if (best === undefined || best.timesOurs === null) return [];
      return [`${formatRatio(best.timesOurs)} for ${model} (${best.system})`];
    });
  if (parts.length === 0) return "Nothing but Latentbench was timed.";
  return `With ${countOf(threads, "thread")}, the fastest other system takes this many times our ` +
    `time: ${joinWords(parts)}.`;
}

/** Where the times were measured, and whether the records were made there too. */
function describePlace({ cases }: ReportInput, times: PeerTimes): string {
  const here = formatMachine(times);
  const records = new Set(
    cases.flatMap(({ record }) => record === null ? [] : [formatMachine(record.provenance)]),
  );
  if (records.size === 0) return `Measured on ${here}.`;
  if (records.size === 1 && records.has(here)) {
    return `Measured on ${here}, as the records were.`;
  }
  const [one] = records;
  const others = records.size === 1
    ? `another machine, ${one}`
    : `${records.size} machines${records.has(here) ? ", this one among them" : ", none like it"}`;
  return `Measured on ${here}; the records were made on ${others}.`;
}

/** Says so where our own samples spread: then ratios are rough. */
function describeNoise(rows: readonly StepRow[]): string | null {
  const noisy = rows.filter((row) => isOurs(row) && row.medianMs > 1.2 * row.leastMs);
  if (noisy.length === 0) return null;
  const most = Math.max(...noisy.map((row) => row.medianMs / row.leastMs));
  const models = joinWords([...new Set(noisy.map(({ model }) => model))]);
  return `The machine was noisy: our own medians of ${models} are up to ${
    formatRatio(most)
  } times ` +
    "our least samples, so take the ratios as rough.";
}

/** What a ratio is, and which versions were measured. */
function Measured({ times }: { times: PeerTimes }) {
  return (
    <p class="note">
      Times ours: the median as a multiple of that of Latentbench native with as many threads, or of
      what was timed in its place. Latentbench {times.versions["latentbench"] ?? ""}
      {times.commit !== null && (
        <>
          , commit <code title={times.commit}>{shortDigest(times.commit)}</code>
        </>
      )}; {describeVersions(times)}.
    </p>
  );
}

function describeVersions({ peers, versions }: PeerTimes): string {
  return [
    ...Object.entries(peers).filter(([system]) => !isOurs({ system }))
      .map(([system, version]) => `${system} ${version}`),
    ...Object.entries(peers).filter(([system]) => isOurs({ system }))
      .map(([system, build]) => `${system}: ${build}`),
    formatVersions({
      versions: Object.fromEntries(
        Object.entries(versions).filter(([name]) => name !== "latentbench"),
      ),
    }),
  ].join(", ");
}

/** A body a model, a row a way, two columns a number of threads. */
function StepTable({ rows, times }: { rows: readonly StepRow[]; times: PeerTimes }) {
  const threads = [...new Set(rows.map((row) => row.threads))].sort((a, b) => b - a);
  // Where only the fastest variants are left, they may be others with other threads.
  const byVariant = rows.length === times.timings.length;
  return (
    <table class="steps">
      <thead>
        <tr>
          <th scope="col">System</th>
          {threads.map((count) => (
            <>
              <th scope="col" class="number">{countOf(count, "thread")}, median ms</th>
              <th scope="col" class="number">times ours</th>
            </>
          ))}
        </tr>
      </thead>
      {times.models.map(({ model, batchSize }) => {
        const ways = Map.groupBy(
          rows.filter((row) => row.model === model),
          ({ system, variant }) => byVariant ? `${system}\n${variant}` : system,
        );
        if (ways.size === 0) return null;
        return (
          <tbody key={model}>
            <tr>
              <th scope="rowgroup" colSpan={1 + 2 * threads.length} class="model">
                {model} <span class="note">batch of {batchSize}</span>
              </th>
            </tr>
            {[...ways].map(([key, members]) => (
              <Way key={key} members={members} threads={threads} />
            ))}
          </tbody>
        );
      })}
    </table>
  );
}

/** The times of one system, or of one variant of it, by number of threads. */
function Way({ members, threads }: { members: readonly StepRow[]; threads: readonly number[] }) {
  return (
    <tr>
      <th scope="row">
        {members[0]!.system} <span class="note">{describeVariants(members)}</span>
      </th>
      {threads.map((count) => {
        const row = members.find((member) => member.threads === count);
        const ratio = row?.timesOurs ?? null;
        return (
          <>
            <td class="number">{row === undefined ? "–" : threeFigures(row.medianMs)}</td>
            <td class="number">{ratio === null ? "–" : formatRatio(ratio)}</td>
          </>
        );
      })}
    </tr>
  );
}

function describeVariants(members: readonly StepRow[]): string {
  const variants = [...new Set(members.map(({ variant }) => variant))];
  if (variants.length === 1) return variants[0]!;
  return members.map(({ variant, threads }) => `${variant} (${countOf(threads, "thread")})`)
    .join(", ");
}

function Missing({ times: { missing } }: { times: PeerTimes }) {
  if (missing.length === 0) return null;
  return (
    <ul class="missing">
      {missing.map(({ model, system, variant, threads, reason }, i) => (
        <li key={i}>
          Not timed:{" "}
          {[model, system, variant, countOf(threads, "thread")].filter((part) => part !== null)
            .join(", ")}: {reason.slice(0, 200)}
        </li>
      ))}
    </ul>
  );
}
