/** Finding and making elements. Texts are always text nodes: nothing is ever read as HTML. */

import { holdUnits } from "../../text/units.ts";

/** The element with an id, which the page has. */
export function byId<E extends Element = HTMLElement>(id: string): E {
  const found = document.getElementById(id);
  if (!found) throw new Error(`Cannot find #${id} in this page`);
  return found as Element as E;
}

/** The text of a block of data, which is let go: it may be large. */
export function takeData(id: string): string {
  const block = byId(id);
  const text = block.textContent;
  block.remove();
  return text;
}

type Attributes = { readonly [name: string]: string };
type Child = Node | string;

export function html(name: string, attributes: Attributes, ...children: Child[]): HTMLElement {
  return filled(document.createElement(name), attributes, children);
}

export function svg(name: string, attributes: Attributes, ...children: Child[]): SVGElement {
  return filled(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function filled<E extends Element>(
  element: E,
  attributes: Attributes,
  children: readonly Child[],
): E {
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(
    ...children.map((child) => typeof child === "string" ? holdUnits(child) : child),
  );
  return element;
}
