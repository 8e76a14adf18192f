/** The section "Accuracy against labels": the chart, its key, its figures, and its data. */
import { isEncoder } from "../../matrix/case.ts";
import { DATASET_LABELS } from "../dataset_labels.ts";
import { countOf, formatCount, formatPercent, formatRange } from "../format.ts";
import type { ReportInput } from "../input.ts";
import {
  accuracyAgainstLabels,
  type MedianRow,
  medianRows,
  scoreRows,
} from "../specs/accuracy_against_labels.ts";
import { type Chart, ChartFigure, Downloads, prepareChart } from "./chart.tsx";
import type { Section } from "./section.ts";

export const LABELS: Section = {
  id: "labels",
  title: "Labels",
  async render(input) {
    const spec = accuracyAgainstLabels(input.cases, DATASET_LABELS[input.dataset.name].title);
    const chart = spec === null ? null : await prepareChart(spec);
    return (
      <section id="labels" aria-labelledby="labels-title">
        <h2 id="labels-title">Accuracy against labels</h2>
        {chart === null
          ? <p>No case has a score yet.</p>
          : <Figure input={input} chart={chart} medians={medianRows(input.cases)} />}
      </section>
    );
  },
};

function Figure(
  { input, chart, medians }: { input: ReportInput; chart: Chart; medians: readonly MedianRow[] },
) {
  const rows = scoreRows(input.cases);
  const leftOut = input.cases.filter((c) => !isEncoder(c.case)).length - rows.length;
  const file = `latentbench-${input.dataset.name}-accuracy-against-labels`;
  return (
    <>
      <p class="lead">
        Test accuracy on {DATASET_LABELS[input.dataset.name].title}{" "}
        when only the first N training images are labelled.
        {leftOut > 0 &&
          ` ${countOf(leftOut, "case")} without a valid score ${
            leftOut === 1 ? "is" : "are"
          } not shown.`}
      </p>
      <ChartFigure chart={chart}>
        <figcaption>
          <Key rows={rows} medians={medians} />
          <Downloads chart={chart} file={file} columns={CSV_COLUMNS} rows={rows} />
        </figcaption>
      </ChartFigure>
      <details class="figures">
        <summary>The same figures as a table</summary>
        <MedianTable medians={medians} />
      </details>
    </>
  );
}

const CSV_COLUMNS = [
  "case",
  "series",
  "labels",
  "seed",
  "accuracy",
  "verdict",
  "bandLo",
  "bandHi",
] as const;

function Key(
  { rows, medians }: { rows: ReturnType<typeof scoreRows>; medians: readonly MedianRow[] },
) {
  const has = (verdict: string) => rows.some((row) => row.verdict === verdict);
  const severalSeeds = medians.some((row) => row.seeds > 1);
  return (
    <ul class="key">
      <li>
        <span class="dot" aria-hidden="true">●</span> one case
      </li>
      {has("low") && (
        <li>
          <span class="bad" aria-hidden="true">▼</span> below its band
        </li>
      )}
      {has("high") && (
        <li>
          <span class="bad" aria-hidden="true">▲</span> above its band
        </li>
      )}
      {has("differs") && (
        <li>
          <span class="bad" aria-hidden="true">◆</span> differs from the published result
        </li>
      )}
      <li>
        <span class="stroke" aria-hidden="true"></span>{" "}
        {severalSeeds ? "median over seeds" : "from case to case"}
      </li>
      {medians.some((row) => row.bandLo !== null) && (
        <li>
          <span class="bar" aria-hidden="true"></span> expected: 99.9 % prediction interval
        </li>
      )}
    </ul>
  );
}

function MedianTable({ medians }: { medians: readonly MedianRow[] }) {
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col" class="number">Labels</th>
          <th scope="col" class="number">Seeds</th>
          <th scope="col" class="number">Median</th>
          <th scope="col" class="number">Lowest to highest</th>
          <th scope="col" class="number">Expected band</th>
        </tr>
      </thead>
      <tbody>
        {medians.map((row) => (
          <tr key={`${row.series} ${row.labels}`}>
            <th scope="row">{row.series}</th>
            <td class="number">{formatCount(row.labels)}</td>
            <td class="number">{formatCount(row.seeds)}</td>
            <td class="number">{formatPercent(row.median)}</td>
            <td class="number">{row.seeds > 1 ? formatRange(row.min, row.max) : "–"}</td>
            <td class="number">
              {row.bandLo !== null && row.bandHi !== null
                ? formatRange(row.bandLo, row.bandHi)
                : "–"}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
