import assert from "node:assert/strict";
import { drawStrokes, STROKES_SHA256 } from "../data/strokes.ts";
import { isEncoder } from "../matrix/case.ts";
import { REFERENCE } from "./check_store.ts";
import { testLabelsOf } from "./test_labels.ts";

Deno.test("the test labels of strokes are those that are drawn", () => {
  assert.deepEqual(testLabelsOf(STROKES_SHA256), drawStrokes().test.labels);
  assert.equal(testLabelsOf("0".repeat(64)), null);
});

Deno.test("the test labels of MNIST are those that published encoders embedded", async () => {
  let compared = 0;
  for (const { record } of await REFERENCE.readAll()) {
    if (record.status !== "ok" || !isEncoder(record.case) || record.case.seed !== 0) continue;
    const artifacts = await REFERENCE.readArtifacts(record);
    const labels = artifacts?.find(({ name }) => name === "test-labels");
    if (labels === undefined) continue;
    assert.deepEqual(testLabelsOf(record.dataset.sha256), Uint8Array.from(labels.values));
    compared++;
  }
  assert.ok(compared > 0);
});
