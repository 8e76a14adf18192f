/**
 * The one script of a report page. It replaces each static chart by a live one that fits its column
 * and has tooltips. Expressions are interpreted, never compiled, so that the page's policy can
 * forbid `eval`. A chart that cannot be drawn leaves its static picture in place.
 */
import { parse, type TooltipHandler, View } from "vega";
import { expressionInterpreter } from "vega-interpreter";

for (const figure of document.querySelectorAll<HTMLElement>("[data-chart]")) {
  const spec = figure.querySelector("script[type='application/json']");
  const stage = figure.querySelector<HTMLElement>("[data-stage]");
  if (!spec || !stage) continue;
  const runtime = parse(JSON.parse(spec.textContent), undefined, { ast: true });
  new View(runtime, {
    expr: expressionInterpreter,
    renderer: "svg",
    container: stage,
    hover: true,
    tooltip: showTooltip,
  }).run();
}

/** Writes text nodes only: what a record says is never read as HTML. */
function showTooltip(...[_handler, event, _item, value]: Parameters<TooltipHandler>): void {
  const box = tooltipBox();
  box.hidden = value === null || typeof value !== "object";
  if (box.hidden) return;
  box.replaceChildren(
    ...Object.entries(value as object).flatMap(([name, text]) => [
      element("dt", name),
      element("dd", String(text)),
    ]),
  );
  const gap = 14;
  const { width, height } = box.getBoundingClientRect();
  const roomRight = document.documentElement.clientWidth - event.clientX;
  const left = roomRight > width + 2 * gap ? event.clientX + gap : event.clientX - width - gap;
  const top = event.clientY > height + 2 * gap ? event.clientY - height - gap : event.clientY + gap;
  box.style.left = `${Math.max(4, left)}px`;
  box.style.top = `${top}px`;
}

function tooltipBox(): HTMLElement {
  const found = document.querySelector<HTMLElement>(".tooltip");
  if (found) return found;
  const box = document.createElement("dl");
  box.className = "tooltip";
  document.body.append(box);
  return box;
}

function element(name: string, text: string): HTMLElement {
  const node = document.createElement(name);
  node.textContent = text;
  return node;
}
