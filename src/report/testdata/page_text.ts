/** Parts of a rendered page, as text. */
import assert from "node:assert/strict";
import { unpack } from "../client/unpack.ts";

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

/** The text of the file with this ending that a button saves. */
export async function savedFile(html: string, ending: string): Promise<string> {
  const [, packed] =
    html.match(new RegExp(`data-save="[^"]*${ending}"[^>]* data-packed="([^"]*)"`)) ??
      assert.fail(`no button saves ${ending}`);
  return new TextDecoder().decode(await unpack(packed!));
}
