/** The section "How many unlabelled digits?": what its curve says, the curve, and its figures. */
import { formatCount, formatPercent, formatScoreRange, rounded } from "../../../figures.ts";
import { cssColour } from "../../chart/colours.ts";
import { type Chart, ChartFigure, Downloads, prepareChart } from "../../chart/figure.tsx";
import type { ReportInput } from "../../input.ts";
import { inHundreds, labelsWorth, sayAccuracy } from "../../parts/accuracies.ts";
import type { Section } from "../../section.ts";
import { DATASET_LABELS } from "../../text/datasets.ts";
import { shownSeries, unlabelledChart } from "./chart.ts";
import {
  aheadFrom,
  type CurvePoint,
  HEADS,
  type UnlabelledCurve,
  unlabelledCurve,
} from "./curve.ts";

export const UNLABELLED: Section = {
  id: "unlabelled",
  title: "How many unlabelled digits?",
  style: null,
  async render(input) {
    const curve = unlabelledCurve(input);
    if (curve === null) return null;
    const dataset = DATASET_LABELS[input.dataset.name].title;
    return (
      <Curve
        input={input}
        curve={curve}
        chart={await prepareChart(unlabelledChart(curve, dataset, false))}
        alone={unlabelledChart(curve, dataset, true)}
      />
    );
  },
};

function Curve(
  { input, curve, chart, alone }: {
    readonly input: ReportInput;
    readonly curve: UnlabelledCurve;
    readonly chart: Chart;
    /** The chart with a legend, to download. */
    readonly alone: Chart["spec"];
  },
) {
  return (
    <section id="unlabelled" aria-labelledby="unlabelled-title">
      <h2 id="unlabelled-title">How many unlabelled digits?</h2>
      <p class="lead">
        Heads on {HEADS.latents} latents, each trained on {formatCount(HEADS.labels)}{" "}
        labels. Their encoders learned from more and more unlabelled images.
      </p>
      <div class="answer">
        <Worth curve={curve} />
        <Ahead curve={curve} />
      </div>
      <ChartFigure chart={chart}>
        <figcaption>
          <Key curve={curve} />
          <Downloads
            chart={{ ...chart, spec: alone }}
            file={`latentbench-${input.dataset.name}-unlabelled`}
            columns={["series", "unlabelled", "seeds", "mean", "lo", "hi"]}
            rows={curve.points.map(csvRow)}
          />
        </figcaption>
      </ChartFigure>
      <p class="origin">
        Means over seeds with 95% confidence intervals (Student's t). Dashed: fc on the same labels
        and no other images.
      </p>
      <details class="figures">
        <summary>The same figures as a table</summary>
        <CurveTable curve={curve} />
      </details>
    </section>
  );
}

function Key({ curve }: { readonly curve: UnlabelledCurve }) {
  return (
    <ul class="key">
      {shownSeries(curve).map(({ name, sign, colour }) => (
        <li key={name}>
          <span style={{ color: cssColour(colour) }} aria-hidden="true">{sign}</span> {name}
        </li>
      ))}
    </ul>
  );
}

/** From where on each kind of head is ahead of `fc`. */
function Ahead({ curve }: { readonly curve: UnlabelledCurve }) {
  const { baseline } = curve;
  if (baseline === null) return null;
  return (
    <p>
      A head is ahead of fc on the same labels ({sayAccuracy(baseline)}), on average, from this many
      unlabelled images on: {shownSeries(curve).map(({ name }) => {
        const from = aheadFrom(name, curve);
        return `${name}: ${from === null ? "never" : formatCount(from)}`;
      }).join("; ")}.
    </p>
  );
}

/** Images that the sentence on what they are worth is about. */
const ASKED = 10_000;

/** How many labels as many unlabelled images are worth to the head that makes most of them. */
function Worth({ curve }: { readonly curve: UnlabelledCurve }) {
  const there = curve.points.filter(({ unlabelled }) => unlabelled === ASKED);
  if (there.length === 0) return null;
  const best = there.reduce((a, b) => b.mean > a.mean ? b : a);
  const labels = labelsWorth(best.mean, curve.onPixels);
  if (labels === null || labels <= HEADS.labels) return null;
  return (
    <p>
      <strong>
        {formatCount(ASKED)} unlabelled digits are worth about {inHundreds(labels - HEADS.labels)}
        {" "}
        labels.
      </strong>{" "}
      With them, {formatCount(HEADS.labels)} labels reach {sayAccuracy(best)}{" "}
      ({best.series}). Without them, fc on pixels needs about {inHundreds(labels)}{" "}
      labels for that, read off between its means on a log scale.
    </p>
  );
}

function csvRow({ series, unlabelled, seeds, mean, lo, hi }: CurvePoint) {
  const fraction = (value: number | null) => value === null ? null : rounded(value, 7);
  return { series, unlabelled, seeds, mean: fraction(mean), lo: fraction(lo), hi: fraction(hi) };
}

function CurveTable({ curve: { points, baseline } }: { readonly curve: UnlabelledCurve }) {
  const rows = [
    ...baseline === null ? [] : [{ ...baseline, series: "fc on pixels", unlabelled: 0 }],
    ...points,
  ];
  return (
    <table class="plain">
      <thead>
        <tr>
          <th scope="col">Head on</th>
          <th scope="col" class="number">Unlabelled images</th>
          <th scope="col" class="number">Seeds</th>
          <th scope="col" class="number">Mean test accuracy</th>
          <th scope="col" class="number">95% CI</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(({ series, unlabelled, seeds, mean, lo, hi }) => (
          <tr key={`${series} ${unlabelled}`}>
            <th scope="row">{series}</th>
            <td class="number">{formatCount(unlabelled)}</td>
            <td class="number">{seeds}</td>
            <td class="number">{formatPercent(mean)}</td>
            <td class="number">
              {lo === null || hi === null ? "–" : formatScoreRange("accuracy", lo, hi)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
