import assert from "node:assert/strict";
import type { TopLevelSpec } from "vega-lite";
import { assertGoodSpec } from "../testdata/good_spec.ts";
import { compileChart, drawStaticSvg } from "./compile.ts";

const SPEC: TopLevelSpec = {
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  data: { values: [{ a: 1 }] },
  mark: { type: "rule" },
  encoding: { x: { field: "a", type: "quantitative" } },
};

Deno.test("a misspelt mark is no good spec", () => {
  assertGoodSpec(SPEC);
  const text = JSON.stringify(SPEC).replace('"rule"', '"ruler"');
  assert.throws(() => assertGoodSpec(JSON.parse(text)), { name: "AssertionError" });
});

Deno.test("compileChart() turns a warning of the compiler into an error", () => {
  const spec = JSON.parse(JSON.stringify(SPEC));
  spec.encoding.hue = { field: "a", type: "nominal" };
  assert.throws(
    () => compileChart(spec),
    /^Error: Cannot compile the chart: hue-encoding is dropped/,
  );
});

const LINE = compileChart({
  width: "container",
  data: { values: [{ a: 1, b: 2 }, { a: 2, b: 3 }] },
  config: { view: { stroke: null } },
  mark: "line",
  encoding: { x: { field: "a", type: "quantitative" }, y: { field: "b", type: "quantitative" } },
});

Deno.test("drawStaticSvg() draws a chart that fits its container at the width asked for", async () => {
  for (const width of [350, 960]) {
    const svg = await drawStaticSvg(LINE, width);
    assert.equal(svg.match(/<svg [^>]*\bwidth="(\d+)"/)?.[1], String(width));
  }
});

Deno.test("drawStaticSvg() gives the same bytes for the same spec and width, and leaves the spec", async () => {
  const before = JSON.stringify(LINE);
  assert.equal(await drawStaticSvg(LINE, 400), await drawStaticSvg(LINE, 400));
  assert.equal(JSON.stringify(LINE), before);
});

Deno.test("drawStaticSvg() keeps what can be seen, and no path that has neither stroke nor fill", async () => {
  const svg = await drawStaticSvg(LINE, 400);
  assert.match(svg, /<path aria-label="[^"]*" [^>]*stroke="#4c78a8"/);
  assert.doesNotMatch(svg, /class="(back|fore)ground"/);
  const filled = await drawStaticSvg({
    ...LINE,
    encode: { update: { fill: { value: "#eee" }, stroke: { value: "#ddd" } } },
  }, 400);
  assert.match(filled, /class="background"[^>]* fill="#eee"[^>]* stroke="#ddd"/);
});
