import assert from "node:assert/strict";
import { formatDifference, formatP, formatScore, inUnit } from "./format_score.ts";

Deno.test("formatScore() writes an accuracy in per cent and a loss as it is, both with two decimals", () => {
  assert.equal(formatScore("accuracy", 0.9765), "97.65 %");
  assert.equal(formatScore("accuracy", 1), "100.00 %");
  assert.equal(formatScore("loss", 58.8361), "58.84");
  assert.equal(formatScore("loss", 118), "118.00");
  assert.equal(formatScore("loss", 0.5), "0.50");
});

Deno.test("formatDifference() writes percentage points or nats, with their sign", () => {
  assert.equal(formatDifference("accuracy", 0.0012), "+0.12 pp");
  assert.equal(formatDifference("accuracy", -0.1), "-10.00 pp");
  assert.equal(formatDifference("accuracy", -0.00001), "0.00 pp");
  assert.equal(formatDifference("loss", -0.03125), "-0.0313 nats");
  assert.equal(formatDifference("loss", 12), "+12.0000 nats");
  for (const metric of ["accuracy", "loss"] as const) {
    assert.equal(formatDifference(metric, 0), "0");
    assert.equal(formatDifference(metric, -0), "0");
  }
});

Deno.test("inUnit() gives accuracies in percentage points and losses as they are", () => {
  assert.equal(inUnit("accuracy", 0.25), 25);
  assert.equal(inUnit("loss", 0.25), 0.25);
});

Deno.test("formatP() has three decimals, and never says that p is 0", () => {
  assert.deepEqual([0, 0.00099, 0.001, 0.0124, 1].map(formatP), [
    "p < 0.001",
    "p < 0.001",
    "p = 0.001",
    "p = 0.012",
    "p = 1.000",
  ]);
});
