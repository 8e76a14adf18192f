/**
 * The chart of the answer: `fc` and `conv` over labels as lines with names at their ends, the heads on
 * 2,000 labels as points with their intervals, an arrow from `fc` to the autoencoder, and a dashed line
 * on to the number of labels that `fc` needs for as much.
 */
import type { TopLevelSpec } from "vega-lite";
import { formatCount, formatDifference, formatPercent, rounded } from "../../../figures.ts";
import { accuracyAxis, COUNT_LABELS, errorsOf, spokenAxis } from "../../chart/axes.ts";
import { MODEL_COLOURS, PALETTE } from "../../chart/colours.ts";
import { type Layer, pageChart, SPOKEN, tooltipOf } from "../../chart/frame.ts";
import { type Accuracy, inHundreds, sayAccuracy } from "../../parts/accuracies.ts";
import { ASKED, type Findings, type HeadName } from "./findings.ts";

const HEIGHT = 420;
const X_TITLE = "Labelled training images (log scale)";
const Y_TITLE = "Test accuracy (log scale of the error rate)";

/** How each head is drawn; they stand a little apart, since all have 2,000 labels. */
const LOOKS: {
  readonly [name in HeadName]: {
    readonly colour: string;
    readonly shape: string;
    readonly beside: number;
    /** What stands beside it, on which side, and how far above its middle, in pixels. */
    readonly label: string;
    readonly align: "left" | "right";
    readonly above: number;
  };
} = {
  "AE": {
    colour: MODEL_COLOURS.ae,
    shape: "square",
    beside: 0.93,
    label: "AE",
    align: "right",
    above: 0,
  },
  "AE, centered and scaled": {
    colour: MODEL_COLOURS.ae,
    shape: "circle",
    beside: 1,
    label: "AE, scaled",
    align: "left",
    above: 0,
  },
  "VAE": {
    colour: MODEL_COLOURS.vae,
    shape: "diamond",
    beside: 1.075,
    label: "VAE",
    align: "left",
    above: 11,
  },
};

export function answerChart(findings: Findings, dataset: string): TopLevelSpec {
  const { fc, conv, heads } = findings;
  const lines = [
    ...fc.map((point) => lineRow("fc", point)),
    ...conv.map((point) => lineRow("conv", point)),
  ];
  const ends = [fc, conv].flatMap((curve) => curve.slice(-1))
    .map(({ labels, mean }, i) => ({ labels, mean, name: END_NAMES[i]! }));
  const points = heads.map((head) => ({
    ...rowOf(head.name, head),
    at: ASKED.labels * LOOKS[head.name].beside,
  }));
  const x = xOf(lines.map(({ labels }) => labels));
  const y = {
    type: "quantitative" as const,
    ...accuracyAxis(
      [...lines, ...points].flatMap(({ mean, lo, hi }) => [mean, lo ?? mean, hi ?? mean]),
      Y_TITLE,
    ),
  };
  const color = {
    field: "name",
    type: "nominal" as const,
    legend: null,
    scale: {
      domain: [...END_NAMES, ...heads.map(({ name }) => name)],
      range: [MODEL_COLOURS.fc, MODEL_COLOURS.conv, ...heads.map(({ name }) => LOOKS[name].colour)],
    },
  };
  return {
    ...pageChart(describe(findings, dataset), HEIGHT),
    datasets: { lines, points },
    layer: [
      ...worthLayers(findings, x, y),
      {
        name: "answer-lines",
        data: { name: "lines" },
        transform: errorsOf("mean"),
        mark: { type: "line", strokeWidth: 2.5, aria: false },
        encoding: { x: { ...x, field: "labels" }, y: { ...y, field: "meanError" }, color },
      },
      {
        name: "answer-line-points",
        data: { name: "lines" },
        transform: errorsOf("mean"),
        mark: { type: "point", filled: true, size: 34, opacity: 1 },
        encoding: {
          x: { ...x, field: "labels" },
          y: { ...y, field: "meanError" },
          color,
          description: SPOKEN,
          tooltip: TOOLTIP,
        },
      },
      {
        name: "answer-intervals",
        data: { name: "points" },
        transform: [{ filter: "isValid(datum.lo)" }, ...errorsOf("lo", "hi")],
        mark: { type: "rule", strokeWidth: 2.5, aria: false },
        encoding: {
          x: { ...x, field: "at" },
          y: { ...y, field: "loError" },
          y2: { field: "hiError" },
          color,
        },
      },
      {
        name: "answer-points",
        data: { name: "points" },
        transform: errorsOf("mean"),
        mark: { type: "point", filled: true, size: 110, opacity: 1, stroke: PALETTE.surface.light },
        encoding: {
          x: { ...x, field: "at" },
          y: { ...y, field: "meanError" },
          color,
          shape: {
            field: "name",
            type: "nominal",
            legend: null,
            scale: {
              domain: color.scale.domain,
              range: [
                ...END_NAMES.map(() => "circle"),
                ...heads.map(({ name }) => LOOKS[name].shape),
              ],
            },
          },
          description: SPOKEN,
          tooltip: TOOLTIP,
        },
      },
      ...heads.map(({ name }): Layer => ({
        name: `answer-name-${name.replaceAll(/\W+/g, "-")}`,
        data: { name: "points" },
        transform: [{ filter: { field: "name", equal: name } }, ...errorsOf("mean")],
        mark: {
          ...{ type: "text", align: LOOKS[name].align, baseline: "middle", aria: false },
          ...{ dx: LOOKS[name].align === "left" ? 10 : -10, dy: -LOOKS[name].above },
          ...{ text: LOOKS[name].label, fontSize: 13, fontWeight: 600 },
        },
        encoding: { x: { ...x, field: "at" }, y: { ...y, field: "meanError" }, color },
      })),
      {
        name: "answer-line-names",
        data: { values: ends },
        transform: errorsOf("mean"),
        mark: {
          ...{ type: "text", align: "right", baseline: "bottom", aria: false },
          ...{ dx: 4, dy: -10, fontSize: 13, fontWeight: 600 },
        },
        encoding: {
          x: { ...x, field: "labels" },
          y: { ...y, field: "meanError" },
          text: { field: "name", type: "nominal" },
          color,
        },
      },
    ],
  };
}

const END_NAMES = ["fc, labels alone", "conv, labels alone"] as const;

const TOOLTIP = tooltipOf({
  name: "Model",
  labels: "Labels",
  accuracy: "Mean test accuracy",
});

function lineRow(
  model: "fc" | "conv",
  { labels, ...accuracy }: Accuracy & { readonly labels: number },
) {
  return { ...rowOf(END_NAMES[model === "fc" ? 0 : 1], accuracy), labels };
}

function rowOf(name: string, accuracy: Accuracy) {
  const { mean, lo, hi } = accuracy;
  const fraction = (value: number | null) => value === null ? null : rounded(value, 6);
  return {
    name,
    ...{
      labels: ASKED.labels as number,
      mean: rounded(mean, 6),
      lo: fraction(lo),
      hi: fraction(hi),
    },
    accuracy: sayAccuracy(accuracy),
    spoken: `${name}: ${sayAccuracy(accuracy)}`,
  };
}

function xOf(labels: readonly number[]) {
  const counts = [...new Set(labels)].sort((a, b) => a - b);
  const [fewest, most] = [counts[0]!, counts.at(-1)!];
  return {
    type: "quantitative" as const,
    title: X_TITLE,
    scale: { type: "log" as const, domain: [fewest, most], nice: false, padding: 24 },
    axis: {
      description: spokenAxis("X", X_TITLE, formatCount(fewest), formatCount(most)),
      values: counts,
      grid: false,
      labelExpr: COUNT_LABELS,
      labelOverlap: "greedy" as const,
      labelSeparation: 4,
    },
  };
}

/** The arrow up from `fc`, and the dashed line on to its curve. */
function worthLayers(
  { baseline, heads, worth, unlabelled }: Findings,
  x: ReturnType<typeof xOf>,
  y: ReturnType<typeof accuracyAxis> & { readonly type: "quantitative" },
): Layer[] {
  if (unlabelled?.decision !== "higher") return [];
  const ae = heads.find(({ name }) => name === "AE")!;
  const at = ASKED.labels * LOOKS.AE.beside;
  const arrow = { at, from: rounded(baseline.mean, 6), to: rounded(ae.mean, 6) };
  const ink = PALETTE.ink.light;
  const layers: Layer[] = [
    {
      name: "answer-lift",
      data: { values: [arrow] },
      transform: errorsOf("from", "to"),
      mark: { type: "rule", color: ink, strokeWidth: 1.5, aria: false },
      encoding: {
        x: { ...x, field: "at" },
        y: { ...y, field: "fromError" },
        y2: { field: "toError" },
      },
    },
    {
      name: "answer-lift-text",
      data: { values: [{ ...arrow, middle: (arrow.from + arrow.to) / 2 }] },
      transform: errorsOf("middle"),
      mark: {
        ...{ type: "text", align: "right", baseline: "middle", dx: -8, color: ink, fontSize: 13 },
        ...{ text: formatDifference("accuracy", unlabelled.mean, 1), aria: false },
      },
      encoding: { x: { ...x, field: "at" }, y: { ...y, field: "middleError" } },
    },
  ];
  if (worth === null) return layers;
  const row = { at, worth: Math.round(worth), mean: arrow.to };
  return [...layers, {
    name: "answer-worth",
    data: { values: [row] },
    transform: errorsOf("mean"),
    mark: { type: "rule", color: ink, strokeDash: [4, 4], strokeWidth: 1.5, aria: false },
    encoding: {
      x: { ...x, field: "at" },
      x2: { field: "worth" },
      y: { ...y, field: "meanError" },
    },
  }, {
    name: "answer-worth-text",
    data: { values: [row] },
    transform: errorsOf("mean"),
    mark: {
      ...{ type: "text", align: "left", baseline: "top", dx: 6, dy: 8, color: ink, fontSize: 13 },
      ...{ text: `worth about ${inHundreds(worth)} labels`, aria: false },
    },
    encoding: { x: { ...x, field: "worth" }, y: { ...y, field: "meanError" } },
  }];
}

function describe({ fc, conv, heads, worth }: Findings, dataset: string): string {
  const curve = (name: string, points: Findings["fc"]) =>
    points.length === 0
      ? ""
      : ` ${name}: ${
        points.map(({ labels, mean }) => `${formatPercent(mean)} with ${formatCount(labels)}`).join(
          ", ",
        )
      }.`;
  return `Test accuracy on ${dataset} against labels.${curve(END_NAMES[0], fc)}${
    curve(END_NAMES[1], conv)
  } With ${formatCount(ASKED.labels)} labels and unlabelled digits: ${
    heads.map((head) => `${head.name} ${sayAccuracy(head)}`).join("; ")
  }.${worth === null ? "" : ` The AE is worth about ${inHundreds(worth)} labels to fc.`}`;
}
