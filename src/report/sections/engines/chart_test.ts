import assert from "node:assert/strict";
import { assertGoodSpec } from "../../testdata/good_spec.ts";
import { plausiblePeerTimes } from "../../testdata/peer_times.ts";
import { stepTimes } from "./chart.ts";
import { fastestRows, stepRows } from "./step_rows.ts";

const TIMES = plausiblePeerTimes();
const ROWS = fastestRows(stepRows(TIMES));

function specOf(rows: typeof ROWS) {
  const spec = stepTimes(rows);
  assert.ok(spec !== null);
  return spec;
}

for (
  const [what, rows] of [
    ["several models", ROWS],
    ["one model", ROWS.filter(({ model }) => model === "conv")],
    ["one thread", ROWS.filter(({ threads }) => threads === 1)],
    ["one time", ROWS.slice(0, 1)],
    ["others alone", ROWS.filter(({ system }) => system === "JAX")],
  ] as const
) {
  Deno.test(`the spec of step times of ${what} is valid and compiles without a warning`, () => {
    assertGoodSpec(specOf(rows));
  });
}

Deno.test("the spec of step times is the recorded one", async (t) => {
  await t.assertSnapshot(specOf(ROWS));
});

Deno.test("stepTimes() has a row a system under each model, ours first, whatever their order", () => {
  const spec = JSON.parse(JSON.stringify(specOf(ROWS.toReversed())));
  assert.deepEqual(spec.layer[1].encoding.y.scale.domain, [
    "conv",
    "conv|Latentbench WASM",
    "conv|Latentbench native",
    "conv|JAX",
    "conv|PyTorch",
    "fc",
    "fc|Latentbench WASM",
    "fc|Latentbench native",
    "fc|JAX",
    "fc|PyTorch",
  ]);
  const [lo, hi] = spec.layer[1].encoding.x.scale.domain;
  assert.ok(ROWS.every(({ medianMs }) => lo < medianMs && medianMs < hi));
  assert.equal(spec.datasets.times.length, ROWS.length);
  assert.equal(
    spec.datasets.times.at(-1).spoken,
    "fc, Latentbench native, native-avx512, 2 threads: 0.110 ms",
  );
});

Deno.test("stepTimes() draws nothing without a time", () => {
  assert.equal(stepTimes([]), null);
});
