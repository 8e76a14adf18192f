/** What specs have around their layers: as a chart of a page, and stacked in one that stands alone. */
import type { TopLevelSpec } from "vega-lite";
import { PALETTE } from "./colours.ts";

/** The look that all charts share. */
export const CHART_CONFIG: NonNullable<TopLevelSpec["config"]> = {
  font: "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif",
  background: "transparent",
  view: { stroke: null, continuousWidth: 720 },
  axis: {
    labelColor: PALETTE.muted.light,
    labelFontSize: 12,
    labelPadding: 6,
    titleColor: PALETTE.muted.light,
    titleFontSize: 12,
    titleFontWeight: "normal",
    titlePadding: 10,
    gridColor: PALETTE.line.light,
    domainColor: PALETTE.axis.light,
    tickColor: PALETTE.axis.light,
  },
  legend: { labelColor: PALETTE.ink.light, labelFontSize: 12 },
};

type LayeredSpec = Extract<TopLevelSpec, { layer: unknown }>;
type StackedSpec = Extract<TopLevelSpec, { vconcat: unknown }>;

export type Layer = LayeredSpec["layer"][number];

/** Layers, and the rows that they show, with what is done to all of them first. */
export type Drawing = Pick<LayeredSpec, "datasets" | "data" | "transform" | "layer">;

interface StackedPanel {
  /** Null of a panel that is the only one. */
  readonly title: string | null;
  readonly description: string;
  readonly height: number;
  /** Under names that no other panel has. */
  readonly drawing: Drawing;
}

export const SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json";

/** As wide as its place on the page, with room for a title above the y axis. */
export function pageChart(description: string, height: number) {
  return {
    $schema: SCHEMA,
    description,
    width: "container" as const,
    height,
    padding: { left: 4, right: 4, top: 20, bottom: 4 },
    config: CHART_CONFIG,
  };
}

/** One chart to download: the panels, one below the other. */
export function stackedCharts(panels: readonly StackedPanel[]): StackedSpec {
  return {
    $schema: SCHEMA,
    description: panels.map(({ description }) => description).join(" "),
    padding: 20,
    config: CHART_CONFIG,
    vconcat: panels.map(({ title, height, drawing: { datasets: _, ...view } }) => ({
      ...title !== null && { title: { text: title, anchor: "start", offset: 28 } },
      width: 720,
      height,
      ...view,
    })),
    datasets: Object.assign({}, ...panels.map(({ drawing }) => drawing.datasets)),
  };
}

/** What the screen reader says of a point: a field of its row. */
export const SPOKEN = { field: "spoken", type: "nominal" as const };

/** The fields of a tooltip, in their order, each with its title. */
export function tooltipOf(titles: { readonly [field: string]: string }) {
  return Object.entries(titles).map(([field, title]) => ({ field, title }));
}
