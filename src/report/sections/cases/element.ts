/** An element with attributes and contents; text is set as text, never as HTML. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: { readonly [name: string]: string },
  ...contents: readonly (Node | string)[]
): HTMLElementTagNameMap[Name] {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...contents);
  return node;
}

/** The same of a drawing. */
export function drawn(
  name: string,
  attributes: { readonly [name: string]: string | number },
  ...contents: readonly (Node | string)[]
): SVGElement {
  const node = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, String(value));
  node.append(...contents);
  return node;
}
