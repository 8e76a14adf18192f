import assert from "node:assert/strict";
import { linkHeadings } from "./link_headings.ts";

Deno.test("linkHeadings() links a section's heading to the section, others to themselves", () => {
  assert.equal(
    linkHeadings(
      '<section id="labels" aria-labelledby="labels-title"><h2 id="labels-title">Labels</h2>' +
        '<h3 class="a">By latents, 2,000 labels</h3></section>',
    ),
    '<section id="labels" aria-labelledby="labels-title"><h2 id="labels-title">' +
      '<a class="self" href="#labels">Labels</a></h2><h3 class="a" ' +
      'id="labels-by-latents-2000-labels"><a class="self" ' +
      'href="#labels-by-latents-2000-labels">By latents, 2,000 labels</a></h3></section>',
  );
});

Deno.test("linkHeadings() gives an id once, also where one stands on the page already", () => {
  const html = '<section id="a"><p id="a-x">x</p><h3>x</h3><h3><b>x</b></h3></section>';
  const ids = [...linkHeadings(html).matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
  assert.deepEqual(ids, ["a", "a-x", "a-x-2", "a-x-3"]);
});

Deno.test("linkHeadings() leaves scripts, and headings that hold a link, as they are", () => {
  const html = '<script>"<h2>a</h2>"</script><h2><a href="#b">b</a></h2><h4>c</h4>';
  assert.equal(linkHeadings(html), html);
});
