import assert from "node:assert/strict";
import expected from "../../../fixtures/statistics/expected_values.json" with { type: "json" };
import { assertClose } from "../../../tests/helpers/assert_close.ts";
import {
  fractionInterval,
  lossInterval,
  meanInterval,
  medianOf,
  predictionInterval,
} from "./sample_intervals.ts";

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
  assert.throws(() => predictionInterval([1, 2, 3, 4, 5]), {
    name: "RangeError",
    message: "Cannot predict from 5 values: at least 6 are needed",
  });
});

Deno.test("medianOf() is the middle, or between the two in the middle, in any order", () => {
  assert.equal(medianOf([9, 1, 5]), 5);
  assert.equal(medianOf(Object.freeze([9, 1, 5, 6])), 5.5);
  // Between counts of images it has no error of its own: 97.635 % is no less than that.
  assert.equal(medianOf([0.9764, 0.9763]), 0.97635);
  assert.throws(() => medianOf([]), new RangeError("Cannot take the median: there are no values"));
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

Deno.test("predictionInterval() uses a quantile of four decimals, which published bands follow from", () => {
  for (const { df, t } of expected.studentsT.fourDecimals) {
    // Zeros and one 1: s = sqrt(1/n), so that the half width is t sqrt(1/n + 1/n^2).
    const n = df + 1;
    const { lo, hi } = predictionInterval([1, ...Array(df).fill(0)]);
    assertClose((hi - lo) / 2 / Math.sqrt(1 / n + 1 / n ** 2), t, 1e-12, `${df}`);
  }
});

Deno.test("meanInterval() of accuracies has the mean of their counts", () => {
  const { mean } = meanInterval([0.9789, 0.9771, 0.9763, 0.9764, 0.9757, 0.9755]);
  assert.equal(mean, 0.97665);
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
      message: `Cannot compute the mean interval of ${sample.length} values: at least 2 are needed`,
    });
  }
});

Deno.test("meanInterval() of equal values has no width, also if their sum is rounded", () => {
  // 0.0009 three times has a mean of 0.0009000000000000001 if it is computed.
  for (const value of [0.0009, 0.9347, -1 / 3]) {
    const { mean, lo, hi } = meanInterval(Array(3).fill(value));
    assert.deepEqual([mean, lo, hi], [value, value, value]);
  }
});

Deno.test("meanInterval() is SciPy's at several levels", () => {
  for (const { differences, interval95, interval90, intervalOfThree } of expected.contrasts) {
    const levels = [[0.95, interval95], [0.9, interval90], [
      1 - 0.05 / 3,
      intervalOfThree,
    ]] as const;
    for (const [level, [lo, hi]] of levels) {
      const interval = meanInterval(differences, level);
      assertClose(interval.lo, lo!, 1e-8, `lo at ${level}`);
      assertClose(interval.hi, hi!, 1e-8, `hi at ${level}`);
    }
  }
});

Deno.test("meanInterval() refuses values that are not finite, and levels that are none", () => {
  assert.throws(() => meanInterval([1, NaN]), {
    name: "RangeError",
    message: "Cannot compute the mean interval: NaN is among the values",
  });
  for (const level of [1, -1, 95, NaN]) {
    assert.throws(() => meanInterval([1, 2], level), { name: "RangeError" }, `${level}`);
  }
});
