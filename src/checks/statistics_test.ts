import assert from "node:assert/strict";
import {
  fractionInterval,
  lossInterval,
  medianOf,
  predictionInterval,
  studentQuantile9995,
} from "./statistics.ts";

const DEGREES_OF_FREEDOM = Array.from({ length: 26 }, (_, i) => i + 5);

/**
 * P(-t < T < t) for Student's T, as a finite sum.
 *
 * Source: Abramowitz and Stegun, "Handbook of Mathematical Functions", 26.7.3 and 26.7.4.
 */
function centralProbability(t: number, degreesOfFreedom: number): number {
  const theta = Math.atan(t / Math.sqrt(degreesOfFreedom));
  const odd = degreesOfFreedom % 2;
  let term = odd === 1 ? Math.cos(theta) : 1;
  let sum = 0;
  for (let k = odd; k <= degreesOfFreedom - 2; k += 2) {
    sum += term;
    term *= Math.cos(theta) ** 2 * (k + 1) / (k + 2);
  }
  return odd === 1 ? 2 / Math.PI * (theta + Math.sin(theta) * sum) : Math.sin(theta) * sum;
}

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
