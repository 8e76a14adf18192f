import assert from "node:assert/strict";
import { accuracy } from "./score.ts";

Deno.test("accuracy() is the fraction of samples whose largest logit is at their label", () => {
  const logits = Float32Array.of(
    ...[0, 1, 2],
    ...[5, -1, 4],
    ...[-3, -1, -2],
    ...[0, 0.5, 0.25],
  );
  assert.equal(accuracy(logits, 3, Uint8Array.of(2, 0, 1, 1)), 1);
  assert.equal(accuracy(logits, 3, Uint8Array.of(2, 0, 1, 2)), 0.75);
  assert.equal(accuracy(logits, 3, Uint8Array.of(0, 1, 2, 0)), 0);
});

Deno.test("accuracy() takes the first of equal logits", () => {
  const tied = new Float32Array(10);
  assert.equal(accuracy(tied, 10, Uint8Array.of(0)), 1);
  for (let label = 1; label < 10; label++) {
    assert.equal(accuracy(tied, 10, Uint8Array.of(label)), 0);
  }
  const pair = Float32Array.of(1, 7, 3, 7);
  assert.equal(accuracy(pair, 4, Uint8Array.of(1)), 1);
  assert.equal(accuracy(pair, 4, Uint8Array.of(3)), 0);
  assert.equal(accuracy(Float32Array.of(-0, 0), 2, Uint8Array.of(0)), 1);
});
