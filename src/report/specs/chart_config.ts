/** The look that all charts share. */
import type { TopLevelSpec } from "vega-lite";
import { PALETTE } from "../palette.ts";

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
