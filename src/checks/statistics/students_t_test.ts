import assert from "node:assert/strict";
import expected from "../../../fixtures/statistics/expected_values.json" with { type: "json" };
import { assertClose } from "../../../tests/helpers/assert_close.ts";
import { studentQuantile, studentTwoSidedP, studentUpperP } from "./students_t.ts";

/** Half a unit of the tenth digit, and the error of SciPy's 1 - p for the smallest tails. */
const TEN_DIGITS = 5.1e-10;

Deno.test("studentQuantile() is SciPy's at any probability and degrees of freedom", () => {
  for (const { p, df, t } of expected.studentsT.quantiles) {
    // The last bits of p decide how many digits its upper tail has.
    const lostDigits = p > 0.5 ? 2 ** -52 / (1 - p) : 0;
    assertClose(studentQuantile(p, df), t, TEN_DIGITS + 2 * lostDigits, `${p} with ${df}`);
  }
});

Deno.test("studentQuantile() has the four decimals that published bands follow from", () => {
  assert.equal(expected.studentsT.fourDecimals.length, 26);
  for (const { df, t } of expected.studentsT.fourDecimals) {
    assert.equal(Number(studentQuantile(0.9995, df).toFixed(4)), t, `${df}`);
  }
});

Deno.test("studentQuantile() is that of printed tables", () => {
  // Kadry, "Mathematical Formulas for Industrial and Mechanical Engineering", table 6.25, a = 0.0005.
  assert.equal(studentQuantile(0.9995, 5).toFixed(3), "6.869");
  assert.equal(studentQuantile(0.9995, 6).toFixed(3), "5.959");
  assert.equal(studentQuantile(0.9995, 7).toFixed(3), "5.408");
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
    assert.equal(
      studentQuantile(0.975, degreesOfFreedom).toFixed(3),
      quantile,
      `${degreesOfFreedom}`,
    );
  }
});

Deno.test("studentQuantile() has the closed forms of one and two degrees of freedom", () => {
  // tan((p - 1/2) pi), and with a = 4 p (1 - p): 2 (p - 1/2) sqrt(2 / a).
  assertClose(studentQuantile(0.975, 1), Math.tan(0.475 * Math.PI), TEN_DIGITS, "1");
  assertClose(studentQuantile(0.975, 2), 0.95 * Math.sqrt(2 / 0.0975), TEN_DIGITS, "2");
});

Deno.test("studentQuantile() is odd about one half, exactly, and 0 there", () => {
  assert.equal(studentQuantile(0.5, 7), 0);
  for (const tail of [0.25, 0.0625, 2 ** -20]) {
    assert.equal(studentQuantile(tail, 7), -studentQuantile(1 - tail, 7));
  }
});

Deno.test("p-values of Student's t are SciPy's", () => {
  for (const { t, df, twoSided, upper } of expected.studentsT.pValues) {
    assertClose(studentTwoSidedP(t, df), twoSided, TEN_DIGITS, `two-sided, ${t} with ${df}`);
    assertClose(studentUpperP(t, df), upper, TEN_DIGITS, `upper, ${t} with ${df}`);
  }
});

Deno.test("p-values of Student's t at 0 and at infinity", () => {
  assert.deepEqual([studentTwoSidedP(0, 5), studentUpperP(0, 5)], [1, 0.5]);
  assert.deepEqual([studentTwoSidedP(-Infinity, 5), studentUpperP(Infinity, 5)], [0, 0]);
  assert.equal(studentUpperP(-Infinity, 5), 1);
});

Deno.test("Student's t refuses what is outside of its domain", () => {
  for (const degreesOfFreedom of [0, -1, NaN, Infinity]) {
    const error = {
      name: "RangeError",
      message:
        `Cannot compute Student's t with ${degreesOfFreedom} degrees of freedom: they must ` +
        "be positive",
    };
    assert.throws(() => studentQuantile(0.975, degreesOfFreedom), error);
    assert.throws(() => studentTwoSidedP(1, degreesOfFreedom), error);
  }
  for (const p of [0, 1, -0.1, 97.5, NaN]) {
    assert.throws(() => studentQuantile(p, 5), {
      name: "RangeError",
      message:
        `Cannot compute a quantile for a probability of ${p}: it must be above 0 and below 1`,
    });
  }
  assert.throws(() => studentUpperP(NaN, 5), { name: "RangeError" });
});
