/**
 * The chart "AE or VAE": differences of accuracy between heads on the two embeddings, as points with
 * their 95 % intervals, around a line at zero. A point is filled where its interval decides.
 */
import type { TopLevelSpec } from "vega-lite";
import type { ComparedHead, PairedDifference } from "../../../checks/paired_differences.ts";
import {
  countOf,
  formatCount,
  formatDifference,
  formatDifferenceRange,
  rounded,
} from "../../../figures.ts";
import { COUNT_LABELS, spokenAxis, TITLE_ABOVE } from "../../chart/axes.ts";
import { modelColours, PALETTE } from "../../chart/colours.ts";
import {
  type Drawing,
  type Layer,
  pageChart,
  SPOKEN,
  stackedCharts,
  tooltipOf,
} from "../../chart/frame.ts";
import { sayDecision } from "./sentences.ts";

export interface DifferencePanel {
  readonly title: string;
  readonly by: "latents" | "labels";
  readonly differences: readonly PairedDifference[];
}

/** A panel as a chart of a page, whose key says what the colours are. */
export function pairedDifferenceChart(panel: DifferencePanel, dataset: string): TopLevelSpec {
  return { ...pageChart(describe(panel, dataset), HEIGHT), ...draw(panel, "", false) };
}

/** All panels in one chart that stands alone, with a legend. */
export function stackedDifferences(
  panels: readonly DifferencePanel[],
  dataset: string,
): TopLevelSpec {
  return stackedCharts(panels.map((panel, index) => ({
    title: panel.title,
    description: describe(panel, dataset),
    height: HEIGHT,
    drawing: draw(panel, `-${index + 1}`, true),
  })));
}

const HEIGHT = 240;

const HEADS: readonly ComparedHead[] = ["vae", "wide-vae"];

/** The layers of a panel, and its rows, under names that end in `suffix`. */
function draw(panel: DifferencePanel, suffix: string, legend: boolean): Drawing {
  const view = viewOf(panel, suffix, legend);
  return {
    datasets: { [`differences${suffix}`]: panel.differences.map(rowOf) },
    layer: [zero(suffix), intervals(view), means(view)],
  };
}

/** What the layers share. */
function viewOf({ by, differences }: DifferencePanel, suffix: string, legend: boolean) {
  const heads = HEADS.filter((model) => differences.some((d) => d.model === model));
  const beside = { field: "model", type: "nominal" as const, scale: { domain: heads } };
  return {
    suffix,
    x: sizeAxis(by, differences),
    offset: heads.length > 1 ? { xOffset: beside } : {},
    y: differenceAxis(differences),
    color: modelColours(heads, legend ? { orient: "top", offset: 30 } : null),
  };
}

type View = ReturnType<typeof viewOf>;

function zero(suffix: string): Layer {
  return {
    name: `zero${suffix}`,
    data: { values: [{}] },
    mark: { type: "rule", color: PALETTE.ink.light, strokeWidth: 1, aria: false },
    encoding: { y: { datum: 0, type: "quantitative" } },
  };
}

function intervals({ suffix, x, offset, y, color }: View): Layer {
  return {
    name: `intervals${suffix}`,
    data: { name: `differences${suffix}` },
    transform: [{ filter: "isValid(datum.lo)" }],
    mark: { type: "rule", strokeWidth: 2, clip: true, aria: false },
    encoding: { x, ...offset, y: { ...y, field: "lo" }, y2: { field: "hi" }, color },
  };
}

function means({ suffix, x, offset, y, color }: View): Layer {
  const undecided = { field: "decision", oneOf: ["undecided", "too few pairs"] };
  return {
    name: `differences${suffix}`,
    data: { name: `differences${suffix}` },
    mark: { type: "point", size: 50, opacity: 1, strokeWidth: 1.5 },
    encoding: {
      x,
      ...offset,
      y: { ...y, field: "mean" },
      color,
      fill: { ...color, condition: { test: undecided, value: PALETTE.surface.light } },
      description: SPOKEN,
      tooltip: tooltipOf({
        what: "Heads",
        difference: "Difference",
        interval: "95 % interval",
        pairs: "Over",
        says: "Says",
      }),
    },
  };
}

function sizeAxis(by: DifferencePanel["by"], differences: readonly PairedDifference[]) {
  const sizes = [...new Set(differences.map((d) => d[by]!))].sort((a, b) => a - b);
  return {
    field: by,
    type: "ordinal" as const,
    title: by === "latents" ? "Latents" : "Labelled training images",
    scale: { domain: sizes, paddingInner: 0.3, paddingOuter: 0.2 },
    axis: { labelAngle: 0, ...by === "labels" && { labelExpr: COUNT_LABELS } },
  };
}

const DIFFERENCE_TITLE = "VAE less AE, percentage points";

function differenceAxis(differences: readonly PairedDifference[]) {
  const domain = domainOf(differences);
  const [lo, hi] = domain.map((points) => formatDifference("accuracy", points / 100)) as [
    string,
    string,
  ];
  return {
    type: "quantitative" as const,
    scale: { domain, nice: false },
    axis: {
      title: DIFFERENCE_TITLE,
      description: spokenAxis("Y", DIFFERENCE_TITLE, lo, hi),
      ...TITLE_ABOVE,
      labelExpr: "(datum.value > 0 ? '+' : '') + format(datum.value, '~f')",
      tickCount: 6,
      grid: true,
      domain: false,
      ticks: false,
    },
  };
}

/** A difference in percentage points, and what tooltip and screen reader say of it. */
function rowOf(d: PairedDifference) {
  const { model, than, latents, labels, decision, lo, hi } = d;
  const place = [
    latents === null ? countOf(d.overLatents.length, "size") : countOf(latents, "latent"),
    labels === null
      ? countOf(d.overLabels.length, "number of labels", "numbers of labels")
      : countOf(labels, "label"),
  ].join(", ");
  const difference = formatDifference("accuracy", d.mean);
  return {
    ...{ model, latents, labels, decision },
    mean: points(d.mean),
    lo: lo === null ? null : points(lo),
    hi: hi === null ? null : points(hi),
    what: `${model} less ${than}, ${place}`,
    difference,
    interval: lo === null || hi === null
      ? "none: one seed"
      : formatDifferenceRange("accuracy", lo, hi),
    pairs: countOf(d.seeds.length, "seed"),
    says: sayDecision(d),
    spoken: `${model} less ${than}, ${place}: ${difference}, ${sayDecision(d)}`,
  };
}

/**
 * Around zero, every mean, and every interval of three seeds or more: the intervals of two are many
 * times wider, and run out of the chart.
 */
function domainOf(differences: readonly PairedDifference[]): [number, number] {
  const values = differences.flatMap(({ mean, lo, hi, seeds }) =>
    lo === null || hi === null || seeds.length < 3 ? [mean] : [lo, hi]
  ).map(points);
  const lo = Math.min(0, ...values), hi = Math.max(0, ...values);
  const room = Math.max(0.05, 0.08 * (hi - lo));
  return [points((lo - room) / 100), points((hi + room) / 100)];
}

/** A fraction in percentage points, without the last bits. */
function points(difference: number): number {
  return rounded(difference, 4, 2);
}

function describe({ title, by, differences }: DifferencePanel, dataset: string): string {
  const rows = differences.map((d) =>
    `${d.model} with ${formatCount(d[by]!)}: ${formatDifference("accuracy", d.mean)}, ${
      sayDecision(d)
    }`
  );
  return `${title}, ${dataset}: test accuracy of heads on a VAE's embedding less that of heads on ` +
    `an AE's, against the number of ${by}. ${rows.join(". ")}.`;
}
