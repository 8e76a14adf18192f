import assert from "node:assert/strict";
import { inSharedMemory, type Samples, sliceSamples } from "./dataset.ts";

Deno.test("inSharedMemory() keeps every value, in memory that is sent without a copy", () => {
  const labels = Uint8Array.of(1, 2, 3);
  const bytes: Samples = { count: 3, width: 2, values: Uint8Array.of(1, 2, 3, 4, 5, 6), labels };
  const features: Samples = { ...bytes, values: Float32Array.of(0.5, -1, 2, NaN, 3, 4) };
  const splits = { train: sliceSamples(bytes, 1, 3), validation: bytes, test: features };
  const shared = inSharedMemory(splits);
  assert.deepEqual(shared, splits);
  for (const { values, labels } of Object.values(shared)) {
    const sent = structuredClone({ values, labels });
    sent.values[0] = 9;
    sent.labels[0] = 7;
    assert.deepEqual([values[0], labels[0]], [9, 7]);
  }
});
