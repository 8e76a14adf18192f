/** What every spec of a chart must be. */
import assert from "node:assert/strict";
import { Ajv } from "ajv";
import type { TopLevelSpec } from "vega-lite";
import schema from "vega-lite/vega-lite-schema.json" with { type: "json" };
import { compileChart } from "../chart/compile.ts";

const validate = new Ajv({ strict: false, validateFormats: false }).compile(schema);

/** Asserts that a spec is valid by Vega-Lite's schema, and compiles with no warning, unchanged. */
export function assertGoodSpec(spec: TopLevelSpec): void {
  const before = JSON.stringify(spec);
  assert.ok(validate(JSON.parse(before)), JSON.stringify(validate.errors?.slice(0, 3)));
  assert.ok(compileChart(spec).marks);
  assert.equal(JSON.stringify(spec), before, "the compiler changed the spec");
}
