import assert from "node:assert/strict";
import { plant, plausibleInput } from "../../testdata/plausible_input.ts";
import { collectOrigins } from "./origins.ts";

Deno.test("collectOrigins() numbers distinct surroundings, and counts their records", () => {
  const input = plant(plausibleInput(), "fc@55000#0", "missing");
  const one = collectOrigins(input.cases);
  assert.deepEqual(one.map(({ id, records }) => [id, records]), [[1, 7]]);
  const cases = input.cases.map((c, i) =>
    i !== 2 || c.record === null
      ? c
      : { ...c, record: { ...c.record, provenance: { ...c.record.provenance, threads: 2 } } }
  );
  const two = collectOrigins(cases);
  assert.deepEqual(
    two.map(({ id, engine, records }) => [id, engine, records]),
    [[1, "exact, wasm, 1 thread", 6], [2, "exact, wasm, 2 threads", 1]],
  );
});

Deno.test("collectOrigins() takes time and plan for no part of an origin", () => {
  const cases = plausibleInput().cases.map((c, i) => ({
    ...c,
    record: c.record && {
      ...c.record,
      provenance: { ...c.record.provenance, seconds: i, plan: `${i}`.repeat(64) },
    },
  }));
  assert.equal(collectOrigins(cases).length, 1);
});
