/** A chart that fits its column, follows the reader's colours by CSS, and has tooltips. */
import { parse, type TooltipHandler, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";
import { hideTooltip, showTooltip, textElement } from "./tooltip.ts";

export async function drawChart(figure: HTMLElement): Promise<void> {
  const spec = figure.querySelector("script[type='application/json']");
  const stage = figure.querySelector<HTMLElement>("[data-stage]");
  if (!spec || !stage) return;
  const runtime = parse(JSON.parse(spec.textContent), undefined, { ast: true });
  await new View(runtime, {
    expr: expressionInterpreter,
    renderer: "svg",
    container: stage,
    hover: true,
    tooltip: showValues,
  }).runAsync();
}

function showValues(...[_handler, event, _item, value]: Parameters<TooltipHandler>): void {
  if (value === null || typeof value !== "object") return hideTooltip();
  const lines = Object.entries(value as object).flatMap(([name, text]) => [
    textElement("dt", name),
    textElement("dd", String(text)),
  ]);
  showTooltip(lines, event.clientX, event.clientY);
}
