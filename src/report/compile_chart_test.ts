import assert from "node:assert/strict";
import type { TopLevelSpec } from "vega-lite";
import { compileChart } from "./compile_chart.ts";
import { assertGoodSpec } from "./testdata/good_spec.ts";

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
