/** The section "Accuracy against labels": the charts, their key, their figures, and their data. */
import type { ComponentChildren } from "preact";
import {
  type Claim,
  CLAIMS,
  CLAIMS_ORIGIN,
  MEASURED_AGAIN_ORIGIN,
  ORIGINAL_CASES,
} from "../../../checks/claims.ts";
import { countOf, formatCount, formatPercent, formatScoreRange } from "../../../figures.ts";
import { isEncoder, isOriginal } from "../../../matrix/case.ts";
import { cssColour, MODEL_COLOURS } from "../../chart/colours.ts";
import { type Chart, ChartFigure, Downloads, prepareChart } from "../../chart/figure.tsx";
import { Panels, preparePanel } from "../../chart/panels.tsx";
import type { ReportInput } from "../../input.ts";
import type { Section } from "../../section.ts";
import { DATASET_LABELS, sayLabels } from "../../text/datasets.ts";
import { accuracyAgainstLabels, stackedPanels } from "./chart.ts";
import { type LabelsPanel, labelsPanels, modelsOf } from "./panels.ts";
import { scoreRows, type SeedsRow } from "./rows.ts";

export const LABELS: Section = {
  id: "labels",
  title: "Labels",
  style: new URL("labels.css", import.meta.url),
  async render(input) {
    const dataset = DATASET_LABELS[input.dataset.name].title;
    const panels = labelsPanels(input.cases, claimsOf(input));
    const specs = accuracyAgainstLabels(panels, dataset);
    const charts: Chart[] = [];
    for (const spec of specs) {
      charts.push(await (specs.length === 1 ? prepareChart(spec) : preparePanel(spec)));
    }
    return (
      <section id="labels" aria-labelledby="labels-title">
        <h2 id="labels-title">Accuracy against labels</h2>
        {panels.length === 0
          ? <p>No case has a score yet.</p>
          : <Figures input={input} panels={panels} charts={charts} />}
      </section>
    );
  },
};

/** What was claimed is of MNIST. */
function claimsOf({ dataset }: ReportInput): readonly Claim[] {
  return dataset.name === "mnist" ? CLAIMS : [];
}

interface Props {
  readonly input: ReportInput;
  readonly panels: readonly LabelsPanel[];
  readonly charts: readonly Chart[];
}

function Figures({ input, panels, charts }: Props) {
  const dataset = DATASET_LABELS[input.dataset.name].title;
  const rows = scoreRows(input.cases);
  const leftOut = input.cases.filter((c) => !isEncoder(c.case) && isOriginal(c.case)).length -
    rows.length;
  return (
    <>
      <p class="lead">
        Test accuracy on {dataset} with N labels. {sayLabels(input.dataset.name)}
        {panels.some(({ context }) => context.length > 0) &&
          " Thin lines repeat the models on pixels."}{" "}
        The axis is stretched towards 100 %: equal steps are equal ratios of what is wrong.
        {leftOut > 0 &&
          ` ${countOf(leftOut, "case")} without a valid score ${
            leftOut === 1 ? "is" : "are"
          } not shown.`}
      </p>
      <Charts panels={panels} charts={charts}>
        <Downloads
          chart={{ ...charts[0]!, spec: stackedPanels(panels, dataset) }}
          file={`latentbench-${input.dataset.name}-accuracy-against-labels`}
          columns={CSV_COLUMNS}
          rows={rows}
        />
      </Charts>
      <ClaimsNote panels={panels} />
      <details class="figures">
        <summary>The same figures as a table</summary>
        <SeedsTable rows={panels.flatMap(({ seeds }) => seeds)} />
      </details>
    </>
  );
}

/** One wide chart, or several side by side, with their key and what can be saved of them. */
function Charts(
  { panels, charts, children: downloads }: Omit<Props, "input"> & { children: ComponentChildren },
) {
  if (panels.length === 1) {
    return (
      <ChartFigure chart={charts[0]!}>
        <figcaption>
          <Key panels={panels} />
          {downloads}
        </figcaption>
      </ChartFigure>
    );
  }
  return (
    <>
      <div class="notes">
        <Key panels={panels} />
      </div>
      <Panels titles={panels.map(({ title }) => title!)} charts={charts} />
      <div class="notes">{downloads}</div>
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

function Key({ panels }: { panels: readonly LabelsPanel[] }) {
  const scores = panels.flatMap((panel) => panel.scores);
  const seeds = panels.flatMap((panel) => panel.seeds);
  const claims = panels.flatMap((panel) => panel.claims);
  const has = (verdict: string) => scores.some((row) => row.verdict === verdict);
  const engines = [...new Set(seeds.map(({ engine }) => engine))].filter((e) => e !== "exact");
  const several = seeds.some((row) => row.seeds > 1);
  return (
    <ul class="key">
      {modelsOf(panels).map((model) => (
        <Entry key={model} sign="●" colour={cssColour(MODEL_COLOURS[model])}>{model}</Entry>
      ))}
      {engines.length > 0 && <Entry sign="○">dashed: {engines.join(", ")}</Entry>}
      {several && <Entry sign="┃">mean over seeds, 95 % interval (Student's t)</Entry>}
      {seeds.some((row) => row.bandLo !== null) && (
        <li>
          <span class="bar" aria-hidden="true"></span> expected: 99.9 % prediction interval
        </li>
      )}
      {has("low") && <Entry sign="▼" tone="bad">below its band</Entry>}
      {has("high") && <Entry sign="▲" tone="bad">above its band</Entry>}
      {has("differs") && <Entry sign="◆" tone="bad">differs from the published result</Entry>}
      {claims.length > 0 && (
        <>
          <li>
            <span class="claim" aria-hidden="true"></span> claimed in 2017
          </li>
          <Entry sign="×">its code, run again</Entry>
        </>
      )}
    </ul>
  );
}

function Entry(
  { sign, tone, colour, children }: {
    sign: string;
    tone?: string;
    colour?: string;
    children: ComponentChildren;
  },
) {
  return (
    <li>
      <span class={tone} style={colour && { color: colour }} aria-hidden="true">{sign}</span>{" "}
      {children}
    </li>
  );
}

function ClaimsNote({ panels }: { panels: readonly LabelsPanel[] }) {
  if (panels.every(({ claims }) => claims.length === 0)) return null;
  return (
    <p class="origin">
      Claimed by {CLAIMS_ORIGIN}; run again: {MEASURED_AGAIN_ORIGIN}. The original has{" "}
      {ORIGINAL_CASES}; all other cases, and all seeds, are ours.
    </p>
  );
}

function SeedsTable({ rows }: { rows: readonly SeedsRow[] }) {
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">Model</th>
          <th scope="col" class="number">Labels</th>
          <th scope="col" class="number">Seeds</th>
          <th scope="col" class="number">Mean test accuracy</th>
          <th scope="col" class="number">95 % interval of the mean</th>
          <th scope="col" class="number minor">Lowest to highest</th>
          <th scope="col" class="number minor">Expected band</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={`${row.series} ${row.labels}`}>
            <th scope="row">{row.series}</th>
            <td class="number">{formatCount(row.labels)}</td>
            <td class="number">{formatCount(row.seeds)}</td>
            <td class="number">{formatPercent(row.mean)}</td>
            <td class="number">{rangeOf(row.lo, row.hi)}</td>
            <td class="number minor">
              {row.seeds > 1 ? formatScoreRange("accuracy", row.min, row.max) : "–"}
            </td>
            <td class="number minor">{rangeOf(row.bandLo, row.bandHi)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function rangeOf(lo: number | null, hi: number | null): string {
  return lo === null || hi === null ? "–" : formatScoreRange("accuracy", lo, hi);
}
