/** The page's one tooltip. It takes elements whose text was set as text, never as HTML. */

import { holdUnits } from "../text/units.ts";

type Pixels = number;

/** Shows the tooltip beside a point of the window, on the side where there is room. */
export function showTooltip(contents: readonly HTMLElement[], x: Pixels, y: Pixels): void {
  const box = tooltipBox();
  box.hidden = false;
  box.replaceChildren(...contents);
  const gap = 14;
  const { width, height } = box.getBoundingClientRect();
  const roomRight = document.documentElement.clientWidth - x;
  const left = roomRight > width + 2 * gap ? x + gap : x - width - gap;
  const top = y > height + 2 * gap ? y - height - gap : y + gap;
  box.style.left = `${Math.max(4, left)}px`;
  box.style.top = `${top}px`;
}

export function hideTooltip(): void {
  tooltipBox().hidden = true;
}

/** An element that holds plain text. */
export function textElement(name: string, text: string): HTMLElement {
  const node = document.createElement(name);
  node.textContent = holdUnits(text);
  return node;
}

function tooltipBox(): HTMLElement {
  const found = document.querySelector<HTMLElement>(".tooltip");
  if (found) return found;
  const box = document.createElement("dl");
  box.className = "tooltip";
  document.body.append(box);
  return box;
}
