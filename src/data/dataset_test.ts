import assert from "node:assert/strict";
import { moveToSharedMemory, type Samples, sliceSamples } from "./dataset.ts";

Deno.test("moveToSharedMemory() keeps every value, in memory that is sent without a copy", () => {
  const labels = Uint8Array.of(1, 2, 3);
  const bytes: Samples = { count: 3, width: 2, values: Uint8Array.of(1, 2, 3, 4, 5, 6), labels };
  const features: Samples = { ...bytes, values: Float32Array.of(0.5, -1, 2, NaN, 3, 4) };
  const splits = { train: sliceSamples(bytes, 1, 3), validation: bytes, test: features };
  const before = structuredClone(splits);
  const shared = moveToSharedMemory(splits);
  assert.deepEqual(shared, before);
  assert.deepEqual([bytes.values.length, features.values.length, labels.length], [0, 0, 0]);
  for (const { values, labels } of Object.values(shared)) {
    const sent = structuredClone({ values, labels });
    sent.values[0] = 9;
    sent.labels[0] = 7;
    assert.deepEqual([values[0], labels[0]], [9, 7]);
  }
});
