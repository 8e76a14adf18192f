import { formatCount } from "../../figures.ts";
import { COUNT_LABELS, spokenAxis } from "../chart/axes.ts";

const TITLE = "Labelled training images (log scale)";

/** A logarithmic x axis of these numbers of labels, in any order; there is at least one. */
export function labelsAxis(all: readonly number[]) {
  const labels = [...new Set(all)].sort((a, b) => a - b);
  return {
    type: "quantitative" as const,
    title: TITLE,
    scale: { type: "log" as const, domain: domainOf(labels), nice: false, padding: 28 },
    axis: {
      description: spokenAxis("X", TITLE, formatCount(labels[0]!), formatCount(labels.at(-1)!)),
      values: labels,
      grid: false,
      labelExpr: COUNT_LABELS,
      labelOverlap: "greedy" as const,
      labelSeparation: 4,
    },
  };
}

/** From the fewest to the most labels; a single number of labels stands in the middle. */
function domainOf(labels: readonly number[]): [number, number] {
  const [lo, hi] = [labels[0]!, labels.at(-1)!];
  return lo === hi ? [lo / 2, hi * 2] : [lo, hi];
}
