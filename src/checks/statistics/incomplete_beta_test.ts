import assert from "node:assert/strict";
import expected from "../../../fixtures/statistics/expected_values.json" with { type: "json" };
import { assertClose } from "../../../tests/helpers/assert_close.ts";
import { betaQuantile, regularizedBeta, tenDigits } from "./incomplete_beta.ts";

Deno.test("regularizedBeta() is SciPy's to 1e-12", () => {
  for (const { x, a, b, value } of expected.incompleteBeta) {
    assertClose(regularizedBeta(x, a, b), value, 1e-12, `I_${x}(${a}, ${b})`);
  }
});

Deno.test("regularizedBeta() has its closed forms and its mirror image", () => {
  for (const x of [0.01, 0.3, 0.5, 0.99]) {
    assertClose(regularizedBeta(x, 1, 1), x, 1e-14, "uniform");
    assertClose(regularizedBeta(x, 3, 1), x ** 3, 1e-13, "a power");
    assertClose(
      regularizedBeta(x, 0.5, 0.5),
      2 / Math.PI * Math.asin(Math.sqrt(x)),
      1e-13,
      "arcsine",
    );
    assertClose(regularizedBeta(x, 2.5, 7) + regularizedBeta(1 - x, 7, 2.5), 1, 1e-13, "mirrored");
  }
  assert.deepEqual([regularizedBeta(0, 2, 3), regularizedBeta(1, 2, 3)], [0, 1]);
});

Deno.test("regularizedBeta() takes 1 - x when that has more digits", () => {
  // 1 - (1 - x)^b for a = 1, with 1 - x = 1e-20, which 1 - x as a difference loses.
  assertClose(1 - regularizedBeta(1, 1, 0.125, 1e-20), 1e-20 ** 0.125, 1e-13, "a = 1");
  assert.equal(regularizedBeta(1, 1, 0.125), 1);
});

Deno.test("regularizedBeta() refuses what is outside of its domain", () => {
  for (const [a, b] of [[0, 1], [1, -1], [NaN, 1], [Infinity, 1]] as const) {
    assert.throws(() => regularizedBeta(0.5, a, b), {
      name: "RangeError",
      message: `Cannot compute the beta distribution with parameters ${a} and ${b}: both must be ` +
        "positive",
    });
  }
  for (const x of [-0.1, 1.1, NaN]) {
    assert.throws(() => regularizedBeta(x, 1, 1), {
      name: "RangeError",
      message: `Cannot compute the beta distribution at ${x}: it is not from 0 to 1`,
    });
  }
});

Deno.test("betaQuantile() inverts regularizedBeta()", () => {
  for (const [a, b] of [[0.5, 5.5], [3, 58], [60, 2], [1, 1200]] as const) {
    for (const p of [1e-9, 0.025, 0.5, 0.975]) {
      assertClose(regularizedBeta(betaQuantile(p, a, b), a, b), p, 1e-11, `${p} of (${a}, ${b})`);
    }
  }
  assert.deepEqual([betaQuantile(0, 2, 3), betaQuantile(1, 2, 3)], [0, 1]);
  assert.throws(() => betaQuantile(1.5, 2, 3), { name: "RangeError" });
});

Deno.test("tenDigits() takes the last bits away", () => {
  assert.equal(tenDigits(0.1 + 0.2), 0.3);
  assert.equal(tenDigits(1.23456789012345e-7), 1.234567890e-7);
});
