import assert from "node:assert/strict";
import fc from "fast-check";
import { exactMean } from "./checks/statistics/exact_mean.ts";
import {
  countOf,
  decimalsThatTell,
  DIFFERENCE_UNIT,
  fixed,
  formatBytes,
  formatCount,
  formatCountSpan,
  formatDifference,
  formatDifferenceRange,
  formatDuration,
  formatError,
  formatEstimate,
  formatExponent,
  formatInstant,
  formatLoss,
  formatMilliseconds,
  formatP,
  formatPercent,
  formatRatio,
  formatScore,
  formatScoreRange,
  formatScoreSpan,
  formatTimeOfDay,
  inUnit,
  rounded,
  shortDigest,
  significant,
} from "./figures.ts";

/** `count` of `total` in per cent with two decimals, half up, by whole numbers alone. */
function percentOfCounts(count: number, total: number): string {
  const hundredths = (BigInt(count) * 20_000n + BigInt(total)) / (2n * BigInt(total));
  return `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, "0")} %`;
}

Deno.test("formatPercent() of a mean over seeds rounds half up from the counts themselves", () => {
  // 58,599 of 60,000, 97.665 %.
  const mean = exactMean([0.9789, 0.9771, 0.9763, 0.9764, 0.9757, 0.9755]);
  assert.equal(formatPercent(mean), "97.67 %");
  let wrongInBinary = 0;
  for (const seeds of [1, 2, 3, 6, 20]) {
    const total = 10_000 * seeds;
    for (let count = 0; count <= total; count++) {
      const text = formatPercent(count / total);
      if (text !== percentOfCounts(count, total)) assert.fail(`${count} of ${total}: ${text}`);
      if (text !== `${(count / total * 100).toFixed(2)} %`) wrongInBinary++;
    }
  }
  assert.ok(wrongInBinary > 0, "toFixed() would do");
});

Deno.test("formatPercent() rounds half up from the counts of any number of images", () => {
  const counts = fc.integer({ min: 1, max: 2_000_000 })
    .chain((total) => fc.tuple(fc.integer({ min: 0, max: total }), fc.constant(total)));
  fc.assert(
    fc.property(counts, ([count, total]) => {
      assert.equal(formatPercent(count / total), percentOfCounts(count, total));
    }),
    { seed: 7, numRuns: 20_000 },
  );
});

Deno.test("fixed() rounds once, ties away from zero, and gives zero no sign", () => {
  assert.equal(fixed(0.00594987, 4), "0.0059");
  assert.equal(fixed(1.005, 2), "1.01");
  assert.equal(fixed(-1.005, 2), "-1.01");
  assert.equal(fixed(0.5, 0), "1");
  assert.equal(fixed(-0.004, 2), "0.00");
  assert.equal(fixed(-0, 1), "0.0");
  assert.equal(fixed(123456789.5, 1), "123456789.5");
  assert.equal(fixed(1e21, 1), "1000000000000000000000.0");
  assert.equal(fixed(1e-300, 2), "0.00");
  assert.equal(fixed(0.0007, 2, 2), "0.07");
  assert.equal(fixed(12, 0, 3), "12000");
  assert.deepEqual([NaN, Infinity].map((value) => fixed(value, 2)), ["NaN", "Infinity"]);
});

Deno.test("rounded() is the number that fixed() writes", () => {
  assert.equal(rounded(0.97665, 4), 0.9767);
  assert.equal(rounded(-0.00004, 4), 0);
  assert.ok(Object.is(rounded(-0.00004, 4), 0));
});

Deno.test("formatScore() writes an accuracy in per cent, and a loss with its unit", () => {
  assert.equal(formatScore("accuracy", 0.9765), "97.65 %");
  assert.equal(formatScore("accuracy", 1), "100.00 %");
  assert.equal(formatScore("loss", 58.8361), "58.84 nats/digit");
  assert.equal(formatScore("loss", 118), "118.00 nats/digit");
  assert.equal(formatScoreRange("accuracy", 0.9012, 0.91314), "90.12 to 91.31 %");
  assert.equal(formatScoreRange("loss", 58.1, 59.654), "58.10 to 59.65 nats/digit");
});

Deno.test("decimalsThatTell() is how many a score and a limit need to be told apart", () => {
  assert.equal(decimalsThatTell("accuracy", 0.79, 0.8), 2);
  assert.equal(decimalsThatTell("accuracy", 0.7993, 0.79931), 3);
  assert.equal(decimalsThatTell("loss", 60.004, 60), 3);
  assert.equal(decimalsThatTell("loss", 60, 60), 2);
  assert.equal(formatScore("accuracy", 0.79931, 3), "79.931 %");
  assert.equal(formatScoreRange("loss", 58, 60, 3), "58.000 to 60.000 nats/digit");
});

Deno.test("a span is from the lowest to the highest, or the one figure", () => {
  assert.equal(formatScoreSpan("accuracy", [0.9791, 0.9765, 0.979]), "97.65 to 97.91 %");
  assert.equal(formatScoreSpan("accuracy", [0.942]), "94.20 %");
  assert.equal(formatScoreSpan("loss", [58.84, 58.1]), "58.10 to 58.84 nats/digit");
  assert.equal(formatCountSpan([22, 14, 18]), "14 to 22");
  assert.equal(formatCountSpan([1200, 1200]), "1,200");
});

Deno.test("formatDifference() writes percentage points or nats, with their sign", () => {
  assert.equal(formatDifference("accuracy", 0.0012), "+0.12 pp");
  assert.equal(formatDifference("accuracy", 0.00165), "+0.17 pp");
  assert.equal(formatDifference("accuracy", -0.1), "-10.00 pp");
  assert.equal(formatDifference("accuracy", -0.00001), "0.00 pp");
  assert.equal(formatDifference("accuracy", 0), "0.00 pp");
  assert.equal(formatDifference("accuracy", 0.00165, 1), "+0.2 pp");
  assert.equal(formatDifference("accuracy", -0.0049, 0), "0 pp");
  assert.equal(formatDifference("loss", -0.03125), "-0.0313 nats/digit");
  assert.equal(formatDifference("loss", 12), "+12.0000 nats/digit");
  assert.equal(formatDifferenceRange("accuracy", -0.0005, 0.0059), "-0.05 to +0.59 pp");
});

Deno.test("inUnit() is a difference as its unit says, without errors of its own", () => {
  assert.notEqual(0.0007 * 100, 0.07);
  assert.equal(inUnit("accuracy", 0.0007), 0.07);
  assert.equal(inUnit("accuracy", 0.25), 25);
  assert.equal(inUnit("loss", 0.25), 0.25);
  assert.deepEqual(DIFFERENCE_UNIT, { accuracy: "percentage points", loss: "nats per digit" });
});

Deno.test("formatDuration() carries what rounds up to the next unit", () => {
  const texts: readonly (readonly [seconds: number, text: string])[] = [
    ...[[0, "0.0 s"], [0.44, "0.4 s"], [9.94, "9.9 s"], [9.95, "10 s"], [10, "10 s"]] as const,
    ...[[59.4, "59 s"], [59.5, "1 min 0 s"], [185.4, "3 min 5 s"], [200, "3 min 20 s"]] as const,
    ...[[3599.4, "59 min 59 s"], [3599.5, "1 h 0 min"], [3600, "1 h 0 min"]] as const,
    // 243 min 53 s
    ...[[14_633, "4 h 4 min"], [7261, "2 h 1 min"], [86_399, "24 h 0 min"]] as const,
  ];
  for (const [seconds, text] of texts) assert.equal(formatDuration(seconds), text);
});

Deno.test("times and ratios have three figures, also where a figure is carried", () => {
  assert.deepEqual(
    [0.10156, 0.0124, 2.345, 9.994, 9.996, 11.005, 99.96, 279.495, 2513.2].map(formatMilliseconds),
    [
      ...["0.102 ms", "0.012 ms", "2.35 ms", "9.99 ms", "10.0 ms", "11.0 ms", "100 ms", "279 ms"],
      "2,513 ms",
    ],
  );
  assert.deepEqual([0.874, 1, 9.996, 14.24, 120].map(formatRatio), [
    ...["0.87", "1.00", "10.0", "14.2", "120"],
  ]);
});

Deno.test("significant() keeps as many figures as it is told, and no power of ten", () => {
  assert.deepEqual([0, 0.01234, 0.61, 9.9996, 135.24, 12_345, -7.5].map((v) => significant(v, 4)), [
    ...["0.000", "0.01234", "0.6100", "10.00", "135.2", "12,345", "-7.500"],
  ]);
});

Deno.test("formatError() and formatLoss() have four decimals", () => {
  assert.equal(formatError(0.00594987), "0.0059");
  assert.equal(formatLoss(0.12345), "0.1235 nats/digit");
});

Deno.test("formatP() has three decimals, and never says that p is 0", () => {
  assert.deepEqual([0, 0.00099, 0.001, 0.0124, 1].map(formatP), [
    ...["p < 0.001", "p < 0.001", "p = 0.001", "p = 0.012", "p = 1.000"],
  ]);
});

Deno.test("formatBytes() writes kilobytes, megabytes, and from a thousand on gigabytes", () => {
  assert.deepEqual([0, 52_400, 99_400].map(formatBytes), ["0 kB", "52 kB", "99 kB"]);
  assert.deepEqual([99_600, 280_000, 9_960_000, 33_400_000, 999_600_000, 1.62e9].map(formatBytes), [
    ...["0.1 MB", "0.3 MB", "10 MB", "33 MB", "1.0 GB", "1.6 GB"],
  ]);
});

Deno.test("formatCount() groups by thousands", () => {
  assert.deepEqual([0, 250, 2000, 55000, 1234567].map(formatCount), [
    ...["0", "250", "2,000", "55,000", "1,234,567"],
  ]);
  assert.equal(countOf(1, "case"), "1 case");
  assert.equal(countOf(1200, "case"), "1,200 cases");
});

Deno.test("formatInstant() drops the seconds and names the zone", () => {
  assert.equal(formatInstant("2026-03-01T09:30:12.123Z"), "2026-03-01 09:30 UTC");
});

Deno.test("formatTimeOfDay() keeps the seconds, and puts the date last", () => {
  assert.equal(formatTimeOfDay("2026-03-01T21:43:12.123Z"), "21:43:12 UTC on 2026-03-01");
});

Deno.test("formatEstimate() is no finer than minutes", () => {
  assert.deepEqual(
    [0, 59.9, 60, 89, 700, 3569, 3570, 14_640].map(formatEstimate),
    [
      "less than a minute",
      "less than a minute",
      "about 1 min",
      "about 1 min",
      "about 12 min",
      "about 59 min",
      "about 1 h 0 min",
      "about 4 h 4 min",
    ],
  );
});

Deno.test("shortDigest() is the beginning of a digest", () => {
  assert.equal(shortDigest("0123456789abcdef".repeat(4)), "0123456789ab");
});

Deno.test("formatExponent() has two figures", () => {
  assert.deepEqual([4.5e-4, 1.26e-8, 0, 2].map(formatExponent), [
    "4.5e-4",
    "1.3e-8",
    "0.0e+0",
    "2.0e+0",
  ]);
});
