import assert from "node:assert/strict";
import { bundleHeader } from "../../../tools/build_report_script.ts";

const bundle = await Deno.readTextFile(new URL("charts.bundle.js", import.meta.url));

Deno.test("the page's script was built from today's sources and packages", async () => {
  assert.equal(bundle.split("\n", 1)[0], await bundleHeader());
});

Deno.test("the page's script keeps the licences of what it contains", () => {
  const notices = bundle.slice(0, bundle.indexOf("\n*/\n"));
  for (
    const text of ["vega-view 6.2.0", "d3-array 3.2.4", "University of Washington", "Mike Bostock"]
  ) {
    assert.ok(notices.includes(text), text);
  }
});

Deno.test("the page's script can stand inside of a page", () => {
  assert.doesNotMatch(bundle, /<\/script|<!--/i);
});
