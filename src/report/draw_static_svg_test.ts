import assert from "node:assert/strict";
import { compileChart } from "./compile_chart.ts";
import { drawStaticSvg } from "./draw_static_svg.ts";

const SPEC = compileChart({
  width: "container",
  data: { values: [{ a: 1, b: 2 }, { a: 2, b: 3 }] },
  config: { view: { stroke: null } },
  mark: "line",
  encoding: { x: { field: "a", type: "quantitative" }, y: { field: "b", type: "quantitative" } },
});

Deno.test("drawStaticSvg() draws a chart that fits its container at the width asked for", async () => {
  for (const width of [350, 960]) {
    const svg = await drawStaticSvg(SPEC, width);
    assert.equal(svg.match(/<svg [^>]*\bwidth="(\d+)"/)?.[1], String(width));
  }
});

Deno.test("drawStaticSvg() gives the same bytes for the same spec and width, and leaves the spec", async () => {
  const before = JSON.stringify(SPEC);
  assert.equal(await drawStaticSvg(SPEC, 400), await drawStaticSvg(SPEC, 400));
  assert.equal(JSON.stringify(SPEC), before);
});

Deno.test("drawStaticSvg() keeps what can be seen, and no path that has neither stroke nor fill", async () => {
  const svg = await drawStaticSvg(SPEC, 400);
  assert.match(svg, /<path aria-label="[^"]*" [^>]*stroke="#4c78a8"/);
  assert.doesNotMatch(svg, /class="(back|fore)ground"/);
  const filled = await drawStaticSvg({
    ...SPEC,
    encode: { update: { fill: { value: "#eee" }, stroke: { value: "#ddd" } } },
  }, 400);
  assert.match(filled, /class="background"[^>]* fill="#eee"[^>]* stroke="#ddd"/);
});
