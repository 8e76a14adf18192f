import assert from "node:assert/strict";
import {
  asSentence,
  countOf,
  formatCount,
  formatInstant,
  formatPercent,
  formatRange,
  formatScore,
  formatScoreRange,
  formatSeconds,
  joinWords,
} from "./format.ts";

Deno.test("formatPercent() keeps two decimals and never breaks before the sign", () => {
  assert.equal(formatPercent(0.9765), "97.65\u00a0%");
  assert.equal(formatPercent(1), "100.00\u00a0%");
  assert.equal(formatRange(0.9012, 0.91314), "90.12 to 91.31\u00a0%");
});

Deno.test("formatScore() writes an accuracy in per cent and a loss as it is, ranges too", () => {
  assert.equal(formatScore("accuracy", 0.9765), "97.65\u00a0%");
  assert.equal(formatScore("loss", 58.8361), "58.84");
  assert.equal(formatScoreRange("accuracy", 0.9012, 0.91314), "90.12 to 91.31\u00a0%");
  assert.equal(formatScoreRange("loss", 58.1, 59.654), "58.10 to 59.65");
});

Deno.test("formatSeconds() carries a rounded minute instead of writing 60 s", () => {
  const spaced = (text: string) => text.replaceAll(" ", "\u00a0");
  assert.equal(formatSeconds(8.24), spaced("8.2 s"));
  assert.equal(formatSeconds(59.94), spaced("59.9 s"));
  assert.equal(formatSeconds(59.97), spaced("1 min 00 s"));
  assert.equal(formatSeconds(185.4), spaced("3 min 05 s"));
  assert.equal(formatSeconds(3599.7), spaced("1 h 00 min"));
  assert.equal(formatSeconds(3725), spaced("1 h 02 min"));
});

Deno.test("formatCount() groups by thousands", () => {
  assert.deepEqual([0, 250, 2000, 55000, 1234567].map(formatCount), [
    "0",
    "250",
    "2,000",
    "55,000",
    "1,234,567",
  ]);
  assert.equal(countOf(1, "case"), "1 case");
  assert.equal(countOf(1200, "case"), "1,200 cases");
});

Deno.test("formatInstant() drops the seconds and names the zone", () => {
  assert.equal(formatInstant("2026-03-01T09:30:12.123Z"), "2026-03-01 09:30 UTC");
});

Deno.test("joinWords() puts one 'and' before the last word", () => {
  assert.equal(joinWords([]), "");
  assert.equal(joinWords(["a"]), "a");
  assert.equal(joinWords(["a", "b"]), "a and b");
  assert.equal(joinWords(["a", "b", "c"]), "a, b and c");
});

Deno.test("asSentence() adds a capital and a full stop, each only where it lacks", () => {
  assert.equal(asSentence("the loss is not finite"), "The loss is not finite.");
  assert.equal(asSentence("90.12 % is too low!"), "90.12\u00a0% is too low!");
});
