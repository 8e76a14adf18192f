/**
 * The chart "accuracy against labels": rows -> a Vega-Lite spec, as plain data. A line through the
 * means over seeds with their intervals, a point for each case where it stands alone or is out of its
 * band, a bar where a score is expected, and what the original experiment claimed.
 */
import type { TopLevelSpec } from "vega-lite";
import type { Claim } from "../../checks/claims.ts";
import type { Verdict } from "../../checks/verdict.ts";
import { countOf, formatPercent, formatRange, joinWords } from "../format.ts";
import { MODEL_COLOURS, PALETTE } from "../palette.ts";
import { VERDICT_WORDS } from "../verdict_words.ts";
import { accuracyAxis, errorOf } from "./accuracy_axis.ts";
import { CHART_CONFIG } from "./chart_config.ts";
import { engineDash } from "./engine_dashes.ts";
import type { ScoreRow, SeedsRow } from "./label_rows.ts";
import { claimPlace, type LabelsPanel, modelsOf, placeOf } from "./labels_panels.ts";

/** The panels as charts of a page, whose key says what the colours are; all have the same axes. */
export function accuracyAgainstLabels(
  panels: readonly LabelsPanel[],
  dataset: string,
): TopLevelSpec[] {
  return panels.map((panel): TopLevelSpec => ({
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: describe(panel, dataset),
    width: "container",
    height: heightOf(panel),
    padding: { left: 4, right: 4, top: 20, bottom: 4 },
    config: CHART_CONFIG,
    ...draw(panel, panels, "", false),
  }));
}

/** All panels in one chart that stands alone, with a legend. */
export function stackedPanels(panels: readonly LabelsPanel[], dataset: string): TopLevelSpec {
  const drawn = panels.map((panel, index) => draw(panel, panels, `-${index + 1}`, true));
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    description: panels.map((panel) => describe(panel, dataset)).join(" "),
    padding: 20,
    config: CHART_CONFIG,
    vconcat: panels.map((panel, index) => ({
      ...panel.title !== null && { title: { text: panel.title, anchor: "start", offset: 28 } },
      width: 720,
      height: heightOf(panel),
      layer: drawn[index]!.layer,
    })),
    datasets: Object.assign({}, ...drawn.map(({ datasets }) => datasets)),
    resolve: { scale: { color: "shared", stroke: "shared", fill: "shared" } },
  };
}

function heightOf({ title }: LabelsPanel): number {
  return title === null ? 400 : 300;
}

/** With more cases than these, and beside others, only what is out of its band is drawn by itself. */
const MOST_DOTS = 400;

/** The layers of a panel, and its rows, under names that end in `suffix`. */
function draw(
  panel: LabelsPanel,
  panels: readonly LabelsPanel[],
  suffix: string,
  legend: boolean,
) {
  const alone = panel.title === null;
  const at = dodge(panel.seeds);
  const { x, y } = axesOf(panels);
  const color = {
    field: "model",
    type: "nominal" as const,
    title: null,
    scale: { domain: modelsOf(panels), range: modelsOf(panels).map((m) => MODEL_COLOURS[m]) },
    legend: legend ? { symbolType: "circle", symbolOpacity: 1 } : null,
  };
  const detail = { field: "series" };
  const several = new Set(panel.seeds.filter(({ seeds }) => seeds > 1).map(placeOf));
  const means = panel.seeds.map((row) => ({ ...row, at: at(row), ...meanTexts(row) }));
  const scores = panel.scores.map((row) => {
    const size = OUT_OF_BAND.includes(row.verdict) ? 110 : several.has(placeOf(row)) ? DOT : 60;
    return { ...row, at: at(row), size, ...scoreTexts(row) };
  });
  const claims = panel.claims.map((claim) => claimRow(claim, at(claimPlace(claim))));
  const measured = panel.claims.flatMap((claim) =>
    claim.measuredAgain.map((accuracy) => ({
      ...claimRow(claim, at(claimPlace(claim)) * BESIDE),
      accuracy,
    }))
  );
  const points = {
    stroke: {
      ...color,
      condition: { test: { field: "verdict", oneOf: OUT_OF_BAND }, value: PALETTE.bad.light },
    },
    fill: {
      ...color,
      condition: [
        { test: { field: "verdict", oneOf: OUT_OF_BAND }, value: PALETTE.bad.light },
        { test: "datum.engine !== 'exact'", value: PALETTE.surface.light },
      ],
    },
  };
  const shownScores = scores.filter(({ size }) =>
    size !== DOT || alone && scores.length <= MOST_DOTS
  );
  const filled = Object.entries({
    means,
    scores: shownScores,
    context: panel.context,
    claims,
    measured,
  })
    .filter(([, rows]) => rows.length > 0);
  /** Rows, and what is wrong of each of their accuracies, under its name with `Error` behind it. */
  const from = (name: string, ...accuracies: string[]) => ({
    data: { name: name + suffix },
    transform: accuracies.map((field) => ({ calculate: errorOf(field), as: `${field}Error` })),
  });
  const some = (name: string, ...accuracies: string[]) => ({
    data: { name: name + suffix },
    transform: [
      { filter: `isValid(datum.${accuracies[0]})` },
      ...from(name, ...accuracies).transform,
    ],
  });
  const layer = [
    {
      name: `bands${suffix}`,
      ...some("means", "bandLo", "bandHi"),
      mark: {
        type: "rule" as const,
        strokeWidth: alone ? 18 : 7,
        opacity: alone ? 0.22 : 0.2,
        aria: false,
      },
      encoding: { x, y: { ...y, field: "bandLoError" }, y2: { field: "bandHiError" }, color },
    },
    {
      name: `context${suffix}`,
      ...from("context", "mean"),
      mark: { type: "line" as const, strokeWidth: 1, opacity: 0.6, aria: false },
      encoding: {
        x: { ...x, field: "labels" },
        y: { ...y, field: "meanError" },
        color,
        ...engineDash([...panel.seeds, ...panel.context]),
        detail,
      },
    },
    {
      name: `lines${suffix}`,
      ...from("means", "mean"),
      mark: { type: "line" as const, strokeWidth: 1.5, aria: false },
      encoding: {
        x,
        y: { ...y, field: "meanError" },
        color,
        ...engineDash([...panel.seeds, ...panel.context]),
        detail,
      },
    },
    {
      name: `intervals${suffix}`,
      ...some("means", "lo", "hi"),
      mark: { type: "rule" as const, strokeWidth: 2, clip: true, aria: false },
      encoding: { x, y: { ...y, field: "loError" }, y2: { field: "hiError" }, color },
    },
    {
      name: `means${suffix}`,
      ...some("means", "lo", "mean"),
      mark: { type: "point" as const, size: alone ? 45 : 28, opacity: 1, strokeWidth: 1.5 },
      encoding: {
        x,
        y: { ...y, field: "meanError" },
        ...points,
        description: { field: "spoken", type: "nominal" as const },
        tooltip: [
          { field: "name", title: "Case" },
          { field: "score", title: "Mean accuracy" },
          { field: "interval", title: "95 % interval" },
          { field: "over", title: "Over" },
          { field: "expected", title: "Expected" },
        ],
      },
    },
    {
      name: `scores${suffix}`,
      ...from("scores", "accuracy"),
      mark: { type: "point" as const, opacity: 1, strokeWidth: 1.25 },
      encoding: {
        x,
        y: { ...y, field: "accuracyError" },
        ...points,
        shape: {
          field: "verdict",
          type: "nominal" as const,
          scale: { domain: Object.keys(SHAPES), range: Object.values(SHAPES) },
          legend: null,
        },
        size: { field: "size", type: "quantitative" as const, scale: null },
        opacity: { condition: { test: `datum.size === ${DOT}`, value: 0.5 }, value: 1 },
        description: { field: "spoken", type: "nominal" as const },
        tooltip: [
          { field: "case", title: "Case" },
          { field: "score", title: "Test accuracy" },
          { field: "expected", title: "Expected" },
          { field: "said", title: "Verdict" },
        ],
      },
    },
    {
      name: `claims${suffix}`,
      ...from("claims", "accuracy"),
      mark: {
        type: "tick" as const,
        orient: "horizontal" as const,
        size: 24,
        thickness: 2,
        color: PALETTE.ink.light,
        opacity: 1,
      },
      encoding: { x, y: { ...y, field: "accuracyError" }, ...claimTexts },
    },
    {
      name: `measured${suffix}`,
      ...from("measured", "accuracy"),
      mark: {
        type: "point" as const,
        shape: "M-1,-1L1,1M-1,1L1,-1",
        size: 22,
        stroke: PALETTE.muted.light,
        strokeWidth: 1.25,
        opacity: 1,
      },
      encoding: { x, y: { ...y, field: "accuracyError" }, ...claimTexts },
    },
  ];
  const names = new Set(filled.map(([name]) => name + suffix));
  return {
    datasets: Object.fromEntries(filled.map(([name, rows]) => [name + suffix, [...rows]])),
    layer: layer.filter(({ data }) => names.has(data.name)),
  };
}

const claimTexts = {
  description: { field: "spoken", type: "nominal" as const },
  tooltip: [
    { field: "configuration", title: "Case" },
    { field: "words", title: "Claimed in 2017" },
    { field: "again", title: "Its code, run again" },
  ],
};

/** Size of a case whose seeds are shown together. */
const DOT = 14;

/** Ratio between neighbours at one number of labels, and between a score and a cross beside it. */
const APART = 1.075;
const BESIDE = 1.09;

/** Where each series stands at each number of labels, so that none hides another one. */
function dodge(rows: readonly SeedsRow[]): (row: { series: string; labels: number }) => number {
  const places = new Map<string, number>();
  for (const [labels, members] of Map.groupBy(rows, (row) => row.labels)) {
    members.forEach((row, index) => {
      const offset = index - (members.length - 1) / 2;
      places.set(placeOf(row), Number((labels * Math.pow(APART, offset)).toPrecision(5)));
    });
  }
  return (row) => places.get(placeOf(row)) ?? row.labels;
}

function axesOf(panels: readonly LabelsPanel[]) {
  const scores = panels.flatMap((panel) => panel.scores);
  const labels = [...new Set(scores.map((row) => row.labels))].sort((a, b) => a - b);
  const accuracies = [
    ...scores.flatMap((row) => [row.accuracy, row.bandLo, row.bandHi]),
    ...panels.flatMap(({ claims }) => claims.flatMap((c) => [c.claimed, ...c.measuredAgain])),
  ].filter((value) => value !== null);
  const x = {
    field: "at",
    type: "quantitative" as const,
    title: "Labelled training images (log scale)",
    scale: { type: "log" as const, domain: labelDomain(labels), nice: false, padding: 28 },
    axis: {
      values: labels,
      grid: false,
      labelExpr: "width < 560 ? format(datum.value, '~s') : format(datum.value, ',')",
      labelOverlap: "greedy" as const,
      labelSeparation: 4,
    },
  };
  return { x, y: { type: "quantitative" as const, ...accuracyAxis(accuracies, "Test accuracy") } };
}

const OUT_OF_BAND: Verdict[] = ["low", "high", "differs"];

/** Verdicts that a score can have, and their shapes: a triangle points to where the score went. */
const SHAPES: { readonly [verdict in Verdict]?: string } = {
  pass: "circle",
  "no-band": "circle",
  low: "triangle-down",
  high: "triangle-up",
  differs: "diamond",
};

/** What the tooltip and the screen reader say of a point. */
function scoreTexts(
  row: ScoreRow,
): { [name in "score" | "expected" | "said" | "spoken"]: string } {
  const { symbol, word } = VERDICT_WORDS[row.verdict];
  return {
    spoken: `${row.case}: ${formatPercent(row.accuracy)}, ${word}`,
    score: formatPercent(row.accuracy),
    expected: bandText(row),
    said: `${symbol} ${word}`,
  };
}

/** The same of a mean. */
function meanTexts(
  row: SeedsRow,
): { [name in "name" | "score" | "interval" | "over" | "expected" | "spoken"]: string } {
  const { lo, hi } = row;
  const name = `${row.series}, ${countOf(row.labels, "label")}`;
  const score = formatPercent(row.mean);
  return {
    name,
    score,
    interval: lo === null || hi === null ? "none: one seed" : formatRange(lo, hi),
    over: `${countOf(row.seeds, "seed")}: ${formatRange(row.min, row.max)}`,
    expected: bandText(row),
    spoken: `${name}: mean ${score} over ${countOf(row.seeds, "seed")}`,
  };
}

function bandText({ bandLo, bandHi }: ScoreRow | SeedsRow): string {
  return bandLo === null || bandHi === null ? "no band" : formatRange(bandLo, bandHi);
}

function claimRow(claim: Claim, at: number) {
  const { configuration, words, claimed: accuracy, measuredAgain } = claim;
  const again = [...new Set([Math.min(...measuredAgain), Math.max(...measuredAgain)])];
  return {
    ...{ configuration, words, accuracy },
    at: Number(at.toPrecision(5)),
    again: `${again.map(formatPercent).join(" to ")}, ${countOf(measuredAgain.length, "run")}`,
    spoken: `${configuration}: claimed ${words}`,
  };
}

/** From the fewest to the most labels; a single number of labels stands in the middle. */
function labelDomain(labels: readonly number[]): [number, number] {
  const [lo, hi] = [labels[0]!, labels.at(-1)!];
  return lo === hi ? [lo / 2, hi * 2] : [lo, hi];
}

function describe({ title, seeds }: LabelsPanel, dataset: string): string {
  const lines = [...Map.groupBy(seeds, (row) => row.series)].map(([series, rows]) =>
    `${series}: ` +
    joinWords(
      rows.map((row) => `${formatPercent(row.mean)} with ${countOf(row.labels, "label")}`),
    ).replaceAll("\u00a0", " ")
  );
  return `Test accuracy on ${dataset} against the number of labelled training images` +
    `${title === null ? "" : `, ${title.toLowerCase()}`}, means over seeds. ${lines.join(". ")}.`;
}
