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

/** The title of a y axis above its labels, written as a line of text. */
export const TITLE_ABOVE = {
  titleAngle: 0,
  titleAlign: "left" as const,
  titleAnchor: "end" as const,
  titleBaseline: "bottom" as const,
  titleX: 0,
  titleY: -12,
};

/** An expression of Vega that labels an axis of counts: `55,000`, on a narrow chart `55k`. */
export const COUNT_LABELS = "width < 560 ? format(datum.value, '~s') : format(datum.value, ',')";

/**
 * What is read aloud of an axis: its ends as its labels write them. Vega would read the ends of the
 * scale, which are padded, and are of what is wrong where the labels are of accuracies.
 */
export function spokenAxis(side: "X" | "Y", title: string, from: string, to: string): string {
  return `${side}-axis titled '${title}', from ${from} to ${to}`;
}
