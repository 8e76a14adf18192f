/**
 * The section "Why the VAE does not win": the answer of the experiment in docs/ae_or_vae.md, or how far
 * its runs are. Nothing is said without its interval and its number of seeds.
 */
import {
  type Experiment,
  type KindMean,
  PLAN,
  type PrimaryContrast,
} from "../../../checks/experiment/analysis.ts";
import type { Conclusions, MeasurementRow } from "../../../checks/experiment/conclusions.ts";
import {
  formatCount,
  formatDifference,
  formatDifferenceRange,
  formatP,
  formatScore,
  formatScoreRange,
  significant,
} from "../../../figures.ts";
import { type Chart, ChartFigure, Downloads, prepareChart } from "../../chart/figure.tsx";
import type { ReportInput } from "../../input.ts";
import type { Section } from "../../section.ts";
import { DATASET_LABELS } from "../../text/datasets.ts";
import { forest } from "./chart.ts";

/** What the page says of the experiment. */
export interface ExperimentInput {
  readonly experiment: Experiment;
  readonly conclusions: Conclusions;
}

export const EXPERIMENT: Section = {
  id: "experiment",
  title: "Why the VAE does not win",
  style: null,
  async render(input) {
    if (input.experiment === null) return null;
    const { primary } = input.experiment.experiment;
    const dataset = DATASET_LABELS[input.dataset.name].title;
    const chart = primary && await prepareChart(forest(primary, dataset));
    return <Answer {...input.experiment} input={input} chart={chart} />;
  },
};

function Answer(
  { experiment, conclusions, input, chart }:
    & ExperimentInput
    & { readonly input: ReportInput; readonly chart: Chart | null },
) {
  const { primary, triples, stages, means } = experiment;
  return (
    <section id="experiment" aria-labelledby="experiment-title">
      <h2 id="experiment-title">Why the VAE does not win</h2>
      <p class="lead">
        The original experiment ends with a question: why does a classifier on a VAE's latents do no
        better than one on a plain autoencoder's? A plan was written before the scores
        (docs/ae_or_vae.md): encoders of each kind by seed, {PLAN.draws} draws of{" "}
        {formatCount(PLAN.labels)} labels each, and codes read raw or centered and scaled.{" "}
        {triples.length < PLAN.seeds &&
          `Its runs are under way: ${triples.length} of ${PLAN.seeds} triples of encoders are whole. ` +
            "Until all are, the figures are interim."}
      </p>
      <div class="answer">
        <ul>
          {conclusions.sentences.map((sentence) => <li key={sentence}>{sentence}</li>)}
        </ul>
      </div>
      {chart && <ChartFigure chart={chart} />}
      {primary && chart && (
        <div class="notes">
          <Downloads
            chart={chart}
            file={`latentbench-${input.dataset.name}-experiment`}
            columns={["contrast", "seeds", "mean", "lo", "hi", "holmP", "decision", "equivalence"]}
            rows={primary.map(csvRow)}
          />
        </div>
      )}
      <Hypotheses hypotheses={conclusions.hypotheses} />
      <details class="figures">
        <summary>The same figures as tables, and how far the runs are</summary>
        {primary && <PrimaryTable primary={primary} />}
        <MeansTable means={means} />
        <MeasurementsTable rows={conclusions.measurements} />
        <table class="plain">
          <thead>
            <tr>
              <th scope="col">Stage</th>
              <th scope="col" class="number">Encoders done</th>
              <th scope="col" class="number">Planned</th>
            </tr>
          </thead>
          <tbody>
            {stages.map(({ name, done, planned }) => (
              <tr key={name}>
                <th scope="row">{name}</th>
                <td class="number">{done}</td>
                <td class="number">{planned}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </details>
    </section>
  );
}

function Hypotheses({ hypotheses }: Pick<Conclusions, "hypotheses">) {
  return (
    <div class="answer">
      <h3>Hypotheses</h3>
      <ul>
        {hypotheses.map(({ name, claim, verdict, because }) => (
          <li key={name}>
            {name}. {claim} <strong>{verdict}</strong>: {because}.
          </li>
        ))}
      </ul>
    </div>
  );
}

function PrimaryTable({ primary }: { readonly primary: readonly PrimaryContrast[] }) {
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">Contrast</th>
          <th scope="col" class="number">Seeds</th>
          <th scope="col" class="number">Mean difference</th>
          <th scope="col" class="number">95% CI</th>
          <th scope="col" class="number">Holm</th>
          <th scope="col">Within {100 * PLAN.margin} points of 0</th>
        </tr>
      </thead>
      <tbody>
        {primary.map(({ name, n, mean, lo, hi, adjustedP, equivalence }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            <td class="number">{n}</td>
            <td class="number">{formatDifference("accuracy", mean)}</td>
            <td class="number">{formatDifferenceRange("accuracy", lo, hi)}</td>
            <td class="number">{formatP(adjustedP)}</td>
            <td>{equivalence.verdict}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function MeansTable({ means }: { readonly means: readonly KindMean[] }) {
  if (means.length === 0) return null;
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">Heads</th>
          <th scope="col" class="number">Labels</th>
          <th scope="col" class="number">Seeds</th>
          <th scope="col" class="number">Mean accuracy</th>
          <th scope="col" class="number">95% CI</th>
        </tr>
      </thead>
      <tbody>
        {means.map(({ kind, reading, labels, n, mean, lo, hi }) => (
          <tr key={`${kind} ${reading} ${labels}`}>
            <th scope="row">{reading === null ? "" : `${reading}-`}{kind}{PLAN.latents}</th>
            <td class="number">{formatCount(labels)}</td>
            <td class="number">{n}</td>
            <td class="number">{formatScore("accuracy", mean)}</td>
            <td class="number">{formatScoreRange("accuracy", lo, hi)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function MeasurementsTable({ rows }: { readonly rows: readonly MeasurementRow[] }) {
  const kinds = ["ae", "vae", "lae"] as const;
  const measured = rows.filter(({ means }) => kinds.some((kind) => means[kind] !== null));
  if (measured.length === 0) return null;
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">Codes of the encoders, mean over seeds</th>
          {kinds.map((kind) => <th key={kind} scope="col" class="number">{kind}{PLAN.latents}</th>)}
        </tr>
      </thead>
      <tbody>
        {measured.map(({ name, means }) => (
          <tr key={name}>
            <th scope="row">{name}</th>
            {kinds.map((kind) => <td key={kind} class="number">{measureOf(means[kind])}</td>)}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function measureOf(mean: MeasurementRow["means"]["ae"]): string {
  return mean ? significant(mean.mean, 4) : "–";
}

function csvRow({ name, n, mean, lo, hi, adjustedP, decision, equivalence }: PrimaryContrast) {
  return {
    contrast: name,
    seeds: n,
    mean,
    lo,
    hi,
    holmP: adjustedP,
    decision,
    equivalence: equivalence.verdict,
  };
}
