import assert from "node:assert/strict";
import {
  centralProbability,
  fractionInterval,
  lossInterval,
  meanInterval,
  medianOf,
  predictionInterval,
  studentQuantile975,
  studentQuantile9995,
} from "./sample_intervals.ts";

const DEGREES_OF_FREEDOM = Array.from({ length: 26 }, (_, i) => i + 5);

Deno.test("studentQuantile9995() leaves 0.1 % outside of +-t, to the four decimals it is given with", () => {
  for (const n of DEGREES_OF_FREEDOM) {
    const t = studentQuantile9995(n);
    const below = centralProbability(t - 0.00005, n);
    const above = centralProbability(t + 0.00005, n);
    assert.ok(below <= 0.999 && 0.999 <= above, `${n}: ${below} to ${above}`);
    assert.ok(above - below < 1e-6);
  }
});

Deno.test("studentQuantile9995() is that of a printed table", () => {
  // Kadry, "Mathematical Formulas for Industrial and Mechanical Engineering", table 6.25, a = 0.0005.
  assert.equal(studentQuantile9995(5).toFixed(3), "6.869");
  assert.equal(studentQuantile9995(6).toFixed(3), "5.959");
  assert.equal(studentQuantile9995(7).toFixed(3), "5.408");
});

for (const degreesOfFreedom of [4, 31, 5.5, NaN]) {
  Deno.test(`studentQuantile9995() gives nothing for ${degreesOfFreedom} degrees of freedom`, () => {
    assert.throws(() => studentQuantile9995(degreesOfFreedom), {
      name: "RangeError",
      message: `Cannot give a quantile for ${degreesOfFreedom} degrees of freedom: 5 to 30 are ` +
        "tabulated",
    });
  });
}

Deno.test("predictionInterval() is what a hand computes", () => {
  // 2, 4, 4, 5, 7, 8: mean 5, squared deviations 9 + 1 + 1 + 0 + 4 + 9 = 24, s = sqrt(24 / 5),
  // sqrt(1 + 1 / 6) = sqrt(7 / 6); 6.8688 sqrt(24 / 5 * 7 / 6) = 6.8688 sqrt(5.6) = 16.254547
  const { lo, hi } = predictionInterval([2, 4, 4, 5, 7, 8]);
  const half = 16.254547;
  assert.ok(Math.abs(lo - (5 - half)) < 1e-6, `${lo}`);
  assert.ok(Math.abs(hi - (5 + half)) < 1e-6, `${hi}`);
});

Deno.test("predictionInterval() does not depend on the order, and leaves the sample as it was", () => {
  const sample = Object.freeze([0.81, 0.83, 0.8, 0.82, 0.79, 0.84]);
  assert.deepEqual(predictionInterval(sample), predictionInterval([...sample].sort()));
});

Deno.test("predictionInterval() needs six values", () => {
  assert.throws(() => predictionInterval([1, 2, 3, 4, 5]), { name: "RangeError" });
});

Deno.test("medianOf() is the middle, or between the two in the middle, in any order", () => {
  assert.equal(medianOf([9, 1, 5]), 5);
  assert.equal(medianOf(Object.freeze([9, 1, 5, 6])), 5.5);
});

Deno.test("fractionInterval() is the interval of the logits, rounded outwards, and below 1", () => {
  // Odds of e^2, e^4, ... and so on: logits of the sample that the test above computes by hand,
  // divided by 4: mean 1.25, half width 16.254547 / 4.
  const sample = [2, 4, 4, 5, 7, 8].map((logit) => 1 / (1 + Math.exp(-logit / 4)));
  const { lo, hi } = fractionInterval(sample);
  const expected = [1.25 - 4.06363675, 1.25 + 4.06363675].map((x) => 1 / (1 + Math.exp(-x)));
  assert.ok(lo <= expected[0]! && expected[0]! - lo <= 1.1e-5, `${lo}`);
  assert.ok(hi >= expected[1]! && hi - expected[1]! <= 1.1e-5, `${hi}`);
  assert.ok(fractionInterval([0.989, 0.992, 0.993, 0.992, 0.991, 0.991]).hi < 1);
});

Deno.test("lossInterval() is the interval of the losses themselves, rounded outwards", () => {
  // 2, 4, 4, 5, 7, 8 as above, moved by 90 and a hundredth as wide: 90.05 +- 0.16254547.
  const { lo, hi } = lossInterval([2, 4, 4, 5, 7, 8].map((x) => 90 + x / 100));
  assert.deepEqual({ lo, hi }, { lo: 89.887, hi: 90.213 });
  // Of equal losses nothing is left but the rounding.
  assert.deepEqual(lossInterval(Array(6).fill(58.8361)), { lo: 58.836, hi: 58.837 });
});

Deno.test("studentQuantile975() is that of printed tables", () => {
  // NIST/SEMATECH, "e-Handbook of Statistical Methods", 1.3.6.7.2, column 0.975, for up to 100
  // degrees of freedom; beyond, its limit is the normal distribution's 1.960.
  const printed: readonly (readonly [degreesOfFreedom: number, quantile: string])[] = [
    ...[[1, "12.706"], [2, "4.303"], [3, "3.182"], [4, "2.776"], [5, "2.571"]] as const,
    ...[[6, "2.447"], [7, "2.365"], [8, "2.306"], [9, "2.262"], [10, "2.228"]] as const,
    ...[[11, "2.201"], [15, "2.131"], [19, "2.093"], [20, "2.086"], [25, "2.060"]] as const,
    ...[[29, "2.045"], [30, "2.042"], [40, "2.021"], [60, "2.000"], [99, "1.984"]] as const,
    ...[[100, "1.984"], [1000, "1.962"], [9999, "1.960"]] as const,
  ];
  for (const [degreesOfFreedom, quantile] of printed) {
    assert.equal(studentQuantile975(degreesOfFreedom).toFixed(3), quantile, `${degreesOfFreedom}`);
  }
});

Deno.test("studentQuantile975() has the closed forms of one and two degrees of freedom", () => {
  // tan(0.475 pi), and with a = 4 p (1 - p): 2 (p - 1/2) sqrt(2 / a).
  assert.ok(Math.abs(studentQuantile975(1) - Math.tan(0.475 * Math.PI)) < 1e-9);
  assert.ok(Math.abs(studentQuantile975(2) - 0.95 * Math.sqrt(2 / 0.0975)) < 1e-9);
});

for (const degreesOfFreedom of [0, -1, 2.5, NaN, Infinity]) {
  Deno.test(`studentQuantile975() gives nothing for ${degreesOfFreedom} degrees of freedom`, () => {
    assert.throws(() => studentQuantile975(degreesOfFreedom), {
      name: "RangeError",
      message: `Cannot give a quantile for ${degreesOfFreedom} degrees of freedom: they are a ` +
        "whole number, at least 1",
    });
  });
}

Deno.test("meanInterval() is what a hand computes", () => {
  // As above: mean 5, s = sqrt(24 / 5); 2.570582 sqrt(24 / 5 / 6) = 2.570582 sqrt(0.8) = 2.299198
  const { n, mean, lo, hi } = meanInterval([2, 4, 4, 5, 7, 8]);
  assert.deepEqual([n, mean], [6, 5]);
  assert.ok(Math.abs(lo - (5 - 2.299198)) < 1e-5, `${lo}`);
  assert.ok(Math.abs(hi - (5 + 2.299198)) < 1e-5, `${hi}`);
  // 1 and 3: s = sqrt(2), so that the half width is the quantile itself.
  const two = meanInterval([1, 3]);
  assert.ok(Math.abs(two.hi - two.mean - 12.706205) < 1e-5, `${two.hi}`);
});

Deno.test("meanInterval() leaves the sample as it was, and has no width where all are equal", () => {
  assert.deepEqual(meanInterval(Object.freeze([0.5, 0.5, 0.5])), {
    n: 3,
    mean: 0.5,
    lo: 0.5,
    hi: 0.5,
  });
});

Deno.test("meanInterval() needs two values", () => {
  for (const sample of [[], [1]]) {
    assert.throws(() => meanInterval(sample), {
      name: "RangeError",
      message: `Cannot give an interval of a mean of ${sample.length}: two are the least`,
    });
  }
});
