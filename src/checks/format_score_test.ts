import assert from "node:assert/strict";
import { formatScore } from "./format_score.ts";

Deno.test("formatScore() writes an accuracy in per cent and a loss as it is, both with two decimals", () => {
  assert.equal(formatScore("accuracy", 0.9765), "97.65 %");
  assert.equal(formatScore("accuracy", 1), "100.00 %");
  assert.equal(formatScore("loss", 58.8361), "58.84");
  assert.equal(formatScore("loss", 118), "118.00");
  assert.equal(formatScore("loss", 0.5), "0.50");
});
