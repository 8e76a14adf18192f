/** Parts of a rendered page, as text. */
import assert from "node:assert/strict";

/** A section, with plain spaces. */
export function sectionOf(html: string, id: string): string {
  const start = html.indexOf(`<section id="${id}"`);
  assert.ok(start > 0, id);
  return html.slice(start, html.indexOf("</section>", start)).replaceAll("\u00a0", " ");
}

/** The page without its script. */
export function withoutScript(html: string): string {
  return html.slice(0, html.lastIndexOf("<script>"));
}
