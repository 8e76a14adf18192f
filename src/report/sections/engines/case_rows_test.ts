import assert from "node:assert/strict";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { plant, plausibleInput, withHeads } from "../../testdata/plausible_input.ts";
import { timesByEngine, timesBySeries } from "./case_rows.ts";

function took(c: CheckedCase, seconds: number, backend = "wasm"): CheckedCase {
  assert.ok(c.record);
  const provenance = { ...c.record.provenance, seconds, backend };
  return { ...c, record: { ...c.record, provenance } };
}

Deno.test("timesByEngine() puts the medians of what ran in several ways side by side, and no more", () => {
  const { cases } = plausibleInput({ seeds: 3 });
  const fc250 = cases.slice(0, 3);
  const ran = [
    ...fc250.map((c, i) => took(c, [5, 1, 2][i]!)),
    took(fc250[0]!, 0.5, "native-avx2"),
    ...cases.slice(3, 6),
  ];
  assert.deepEqual(timesByEngine(ran), {
    columns: ["exact, native-avx2, 1 thread", "exact, wasm, 1 thread"],
    rows: [{
      configuration: "fc@250",
      cells: [{ cases: 1, median: 0.5 }, { cases: 3, median: 2 }],
    }],
  });
  assert.deepEqual(timesByEngine(cases), { columns: [], rows: [] });
});

Deno.test("timesBySeries() tells encoders from their heads, and takes valid results alone", () => {
  let input = withHeads();
  input = plant(plant(input, "fc@250#0", "failed"), "fc@500#0", "stale");
  const cases = input.cases.map((c) => c.record === null ? c : took(c, c.case.labels ?? 1e6));
  assert.deepEqual(
    timesBySeries(cases).map(({ series, cases, least, median, most, total }) => [
      ...[series, cases, least, median, most, total],
    ]),
    [
      ["fc", 6, 1000, 7500, 55000, 98000],
      ["encoder ae20", 1, 1e6, 1e6, 1e6, 1e6],
      ["ae20", 1, 2000, 2000, 2000, 2000],
      ["encoder vae20", 1, 1e6, 1e6, 1e6, 1e6],
      ["vae20", 1, 2000, 2000, 2000, 2000],
    ],
  );
});
