/** The section "AE or VAE": whose embedding serves a classifier better, as far as the seeds decide. */
import {
  distinctDifferences,
  type PairedDifference,
  type PairedDifferences,
  pairedDifferences,
} from "../../../checks/paired_differences.ts";
import {
  countOf,
  formatCount,
  formatDifference,
  formatDifferenceRange,
  rounded,
} from "../../../figures.ts";
import { cssColour, MODEL_COLOURS } from "../../chart/colours.ts";
import { type Chart, Downloads } from "../../chart/figure.tsx";
import { Panels, preparePanel } from "../../chart/panels.tsx";
import type { ReportInput } from "../../input.ts";
import type { Section } from "../../section.ts";
import { DATASET_LABELS } from "../../text/datasets.ts";
import { type DifferencePanel, pairedDifferenceChart, stackedDifferences } from "./chart.ts";
import { sayAveraging, sayDecision, sayDifference, sayTogether } from "./sentences.ts";

export const AE_OR_VAE: Section = {
  id: "ae-or-vae",
  title: "AE or VAE",
  style: new URL("ae_or_vae.css", import.meta.url),
  async render(input) {
    const found = pairedDifferences(input.cases, input.numericVersion);
    if (found.byBoth.length === 0) return null;
    const panels = panelsOf(found);
    const charts: Chart[] = [];
    for (const panel of panels) {
      const dataset = DATASET_LABELS[input.dataset.name].title;
      charts.push(await preparePanel(pairedDifferenceChart(panel, dataset)));
    }
    return <AeOrVae input={input} found={found} panels={panels} charts={charts} />;
  },
};

/**
 * By latents and by labels if there are several sizes, and by labels for each size. A panel without a
 * difference that no panel before it shows is left out.
 */
function panelsOf({ byLatents, byLabels, byBoth }: PairedDifferences): DifferencePanel[] {
  const sizes = [...new Set(byBoth.map(({ latents }) => latents!))].sort((a, b) => a - b);
  const panels = [
    ...sizes.length > 1 ? [panelOf("latents", byLatents), panelOf("labels", byLabels)] : [],
    ...sizes.map((size) => panelOf("labels", byBoth.filter(({ latents }) => latents === size))),
  ];
  const shown: PairedDifference[] = [];
  return panels.filter(({ differences }) => {
    const before = distinctDifferences(shown).length;
    shown.push(...differences);
    return distinctDifferences(shown).length > before;
  });
}

/** A panel whose title says what its differences share: an average, or one number. */
function panelOf(
  by: DifferencePanel["by"],
  differences: readonly PairedDifference[],
): DifferencePanel {
  const other = by === "latents" ? "labels" : "latents";
  const [shared, ...more] = new Set(differences.map((d) => d[other]));
  const rest = more.length > 0 || shared === undefined
    ? ""
    : shared === null
    ? `, averaged over ${other}`
    : `, ${countOf(shared, other.slice(0, -1))}`;
  return { title: `By ${by}${rest}`, by, differences };
}

interface Props {
  readonly input: ReportInput;
  readonly found: PairedDifferences;
  readonly panels: readonly DifferencePanel[];
  readonly charts: readonly Chart[];
}

function AeOrVae({ input, found, panels, charts }: Props) {
  const { byLatents, byLabels, byBoth, leftOut } = found;
  const all = distinctDifferences([...byLatents, ...byLabels, ...byBoth]);
  const shown = panels.flatMap(({ differences }) => differences);
  const intervals = all.filter(({ lo }) => lo !== null).length;
  const plain = byLatents.filter(({ model }) => model === "vae");
  const wide = byLatents.filter(({ model }) => model === "wide-vae");
  return (
    <section id="ae-or-vae" aria-labelledby="ae-or-vae-title">
      <h2 id="ae-or-vae-title">AE or VAE</h2>
      <p class="lead">
        The author of the original experiment left a question open: why does the VAE not beat the
        plain autoencoder here? First, whether it does. Heads that learn from the two embeddings are
        compared seed by seed, for with a seed they share labels, batches and initial weights.
      </p>
      <Answer title={wide.length > 0 ? "On the embedding alone." : null} differences={plain} />
      <Answer title="On pixels and embedding (wide heads)." differences={wide} />
      <div class="notes">
        <Key differences={shown} />
      </div>
      <Panels titles={panels.map(({ title }) => title)} charts={charts} />
      <p class="origin">
        {intervals > 0 &&
          `Each interval holds by itself (Student's t over seeds): of 20, one misses on average${
            intervals === 1 ? "" : `; ${formatCount(intervals)} are shown here`
          }. `}
        {leftOut > 0 &&
          `${countOf(leftOut, "head")} of other engines or numeric versions ${
            leftOut === 1 ? "is" : "are"
          } left out.`}
      </p>
      <div class="notes">
        <Downloads
          chart={{
            ...charts[0]!,
            spec: stackedDifferences(panels, DATASET_LABELS[input.dataset.name].title),
          }}
          file={`latentbench-${input.dataset.name}-ae-or-vae`}
          columns={CSV_COLUMNS}
          rows={all.map(csvRow)}
        />
      </div>
      <details class="figures">
        <summary>The same figures as a table</summary>
        <DifferenceTable differences={all} />
      </details>
    </section>
  );
}

/** What the seeds say in short, and size by size. */
function Answer(
  { title, differences }: { title: string | null; differences: readonly PairedDifference[] },
) {
  if (differences.length === 0) return null;
  const averaging = sayAveraging(differences);
  const several = differences.length > 1;
  const sentences = differences.map((d) => sayDifference(d, several && averaging !== null));
  return (
    <div class="answer">
      <p>
        {title !== null && <strong>{title}</strong>}{" "}
        {several ? sayTogether(differences) : sentences[0]}
        {several && averaging !== null && ` ${averaging}:`}
      </p>
      {several && (
        <ul>
          {sentences.map((sentence) => <li key={sentence}>{sentence}</li>)}
        </ul>
      )}
    </div>
  );
}

function Key({ differences }: { differences: readonly PairedDifference[] }) {
  const wide = differences.some(({ model }) => model === "wide-vae");
  const plain = differences.some(({ model }) => model === "vae");
  return (
    <ul class="key">
      {plain && (
        <li>
          <span style={{ color: cssColour(MODEL_COLOURS.vae) }} aria-hidden="true">●</span>{" "}
          vae less ae
        </li>
      )}
      {wide && (
        <li>
          <span style={{ color: cssColour(MODEL_COLOURS["wide-vae"]) }} aria-hidden="true">●</span>
          {" "}
          wide-vae less wide-ae
        </li>
      )}
      <li>
        <span aria-hidden="true">┃</span> 95 % interval of the mean
      </li>
      <li>
        <span aria-hidden="true">○</span> undecided
      </li>
    </ul>
  );
}

const CSV_COLUMNS = [
  "model",
  "than",
  "latents",
  "labels",
  "seeds",
  "meanDifference",
  "lo",
  "hi",
  "decision",
] as const;

function csvRow(d: PairedDifference) {
  return {
    ...{ model: d.model, than: d.than, decision: d.decision },
    latents: d.latents ?? "averaged",
    labels: d.labels ?? "averaged",
    seeds: d.seeds.length,
    meanDifference: rounded(d.mean, 7),
    lo: d.lo === null ? null : rounded(d.lo, 7),
    hi: d.hi === null ? null : rounded(d.hi, 7),
  };
}

function DifferenceTable({ differences }: { differences: readonly PairedDifference[] }) {
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">Heads</th>
          <th scope="col" class="number">Latents</th>
          <th scope="col" class="number">Labels</th>
          <th scope="col" class="number">Seeds</th>
          <th scope="col" class="number">Mean difference</th>
          <th scope="col" class="number">95 % interval</th>
          <th scope="col">Says</th>
        </tr>
      </thead>
      <tbody>
        {differences.map((d) => (
          <tr key={`${d.model} ${d.latents} ${d.labels}`}>
            <th scope="row">{d.model} less {d.than}</th>
            <td class="number">{d.latents ?? averaged(d.overLatents)}</td>
            <td class="number">
              {d.labels === null ? averaged(d.overLabels) : formatCount(d.labels)}
            </td>
            <td class="number">{d.seeds.length}</td>
            <td class="number">{formatDifference("accuracy", d.mean)}</td>
            <td class="number">
              {d.lo === null || d.hi === null ? "–" : formatDifferenceRange("accuracy", d.lo, d.hi)}
            </td>
            <td>{sayDecision(d)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function averaged(values: readonly number[]): string {
  return values.length === 1 ? formatCount(values[0]!) : `mean of ${values.length}`;
}
