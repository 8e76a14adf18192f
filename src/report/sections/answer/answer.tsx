/**
 * The section "The answer": what was found, in a headline that follows from the records, one chart,
 * and why it can be believed.
 */
import { countAttested, sayAttested } from "../../../checks/attested.ts";
import { formatCount } from "../../../figures.ts";
import { type Chart, ChartFigure, Downloads, prepareChart } from "../../chart/figure.tsx";
import type { ReportInput } from "../../input.ts";
import type { Section } from "../../section.ts";
import { DATASET_LABELS, sayDataset } from "../../text/datasets.ts";
import { asSentence } from "../../text/sentences.ts";
import { resultRows, sayResults } from "../../parts/result_rows.ts";
import { answerChart } from "./chart.ts";
import { ASKED, type Findings, findingsOf, sayAnswer, saySecond } from "./findings.ts";

export const ANSWER: Section = {
  id: "answer",
  title: "The answer",
  style: new URL("answer.css", import.meta.url),
  async render(input, isFirst) {
    const findings = findingsOf(input);
    if (findings === null) return null;
    const dataset = DATASET_LABELS[input.dataset.name].title;
    const chart = await prepareChart(answerChart(findings, dataset));
    return <Answer input={input} findings={findings} chart={chart} isFirst={isFirst} />;
  },
};

interface Props {
  readonly input: ReportInput;
  readonly findings: Findings;
  readonly chart: Chart;
  readonly isFirst: boolean;
}

function Answer({ input, findings, chart, isFirst }: Props) {
  const Heading = isFirst ? "h1" : "h2";
  return (
    <section id="answer" aria-labelledby="answer-title">
      <Heading id="answer-title">{sayAnswer(findings)}</Heading>
      <p class="lead">{saySecond(findings).join(" ")}</p>
      <ChartFigure chart={chart}>
        <figcaption>
          <p>
            {sayDataset(input.dataset.name)}. Heads learn from the codes of {ASKED.latents}{" "}
            latents, which an autoencoder (AE) or a variational autoencoder (VAE) learned from all
            training images without labels. "Scaled" codes were centered and divided by one scale
            first. Means over seeds, with 95% confidence intervals at {formatCount(ASKED.labels)}
            {" "}
            labels.
          </p>
          <Downloads
            chart={chart}
            file={`latentbench-${input.dataset.name}-answer`}
            columns={["model", "labels", "seeds", "mean", "lo", "hi"]}
            rows={csvRows(findings)}
          />
        </figcaption>
      </ChartFigure>
      {isFirst && <Trust input={input} />}
    </section>
  );
}

function csvRows({ fc, conv, heads }: Findings) {
  const row = (model: string, { seeds, mean, lo, hi, labels = ASKED.labels }: Point) => ({
    model,
    ...{ labels, seeds, mean, lo, hi },
  });
  return [
    ...fc.map((point) => row("fc", point)),
    ...conv.map((point) => row("conv", point)),
    ...heads.map((head) => row(head.name, head)),
  ];
}

type Point = Findings["baseline"] & { readonly labels?: number };

/** Why it can be believed, in three cells that lead on. */
function Trust({ input }: { input: ReportInput }) {
  const attested = countAttested(input.cases);
  const results = sayResults(resultRows(input), input.run);
  return (
    <ul class="trust">
      {attested !== null && (
        <li>
          <a href="#provenance">Same bits</a>
          {asSentence(sayAttested(attested))}
        </li>
      )}
      {results !== null && (
        <li>
          <a href="#overview">Same science</a>
          {results}
        </li>
      )}
      {input.playPage !== null && (
        <li>
          <a href={input.playPage}>Your browser</a>
          Train a small case in this browser, in seconds, and compare its weights bit for bit.
        </li>
      )}
    </ul>
  );
}
