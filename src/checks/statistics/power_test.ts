import assert from "node:assert/strict";
import expected from "../../../fixtures/statistics/expected_values.json" with { type: "json" };
import { powerOfPairedTest, seedsNeeded } from "./power.ts";

Deno.test("powerOfPairedTest() is that of statsmodels", () => {
  for (const { difference, sd, alpha, n, power } of expected.powers.power) {
    const computed = powerOfPairedTest({ difference, sd, alpha }, n);
    assert.ok(Math.abs(computed - power) < 1e-8, `${difference}, ${n}: ${computed}, not ${power}`);
  }
});

Deno.test("the planned experiment finds 0.5 points with 12 seeds with a power of 0.73", () => {
  const planned = { difference: 0.5, sd: 0.5, alpha: 0.05 / 3 };
  assert.equal(powerOfPairedTest(planned, 12).toFixed(2), "0.73");
  assert.equal(powerOfPairedTest(planned, 6).toFixed(2), "0.27");
  assert.equal(seedsNeeded(planned, 0.8), 14);
  assert.equal(seedsNeeded(planned, 0.9), 17);
});

Deno.test("powerOfPairedTest() is alpha without a difference, and goes to 1", () => {
  const test = { difference: 0, sd: 0.5, alpha: 0.05 };
  assert.ok(Math.abs(powerOfPairedTest(test, 12) - 0.05) < 1e-9);
  // A noncentrality of 5,000, with Poisson probabilities that are 0 in the first terms.
  assert.equal(powerOfPairedTest({ ...test, difference: 10 }, 12), 1);
  assert.equal(powerOfPairedTest({ ...test, difference: 1e6 }, 12), 1);
});

Deno.test("powerOfPairedTest() depends on difference over sd, whatever their unit and sign", () => {
  const points = powerOfPairedTest({ difference: 0.5, sd: 0.4, alpha: 0.05 }, 9);
  assert.equal(powerOfPairedTest({ difference: -0.005, sd: 0.004, alpha: 0.05 }, 9), points);
});

Deno.test("seedsNeeded() is the least number with that power", () => {
  for (const { difference, sd, alpha, power, n } of expected.powers.needed) {
    const test = { difference, sd, alpha };
    const seeds = seedsNeeded(test, power);
    assert.equal(seeds, Math.ceil(n), `sd ${sd}`);
    assert.ok(powerOfPairedTest(test, seeds) >= power);
    assert.ok(powerOfPairedTest(test, seeds - 1) < power);
  }
  assert.equal(seedsNeeded({ difference: 1e5, sd: 1, alpha: 0.05 }, 0.8), 2);
});

Deno.test("power refuses what no test can be planned with", () => {
  const test = { difference: 0.5, sd: 0.5, alpha: 0.05 };
  for (const n of [1, 2.5, NaN]) {
    assert.throws(() => powerOfPairedTest(test, n), {
      name: "RangeError",
      message: `Cannot compute the power with ${n} seeds: a whole number from 2 is needed`,
    });
  }
  for (const change of [{ sd: 0 }, { sd: NaN }, { difference: NaN }, { alpha: 0 }, { alpha: 1 }]) {
    assert.throws(() => powerOfPairedTest({ ...test, ...change }, 12), { name: "RangeError" });
  }
  for (const power of [0, 1, NaN]) {
    assert.throws(() => seedsNeeded(test, power), { name: "RangeError" });
  }
});

Deno.test("seedsNeeded() gives up on a difference that is none, or all but none", () => {
  for (const difference of [0, 1e-6]) {
    assert.throws(() => seedsNeeded({ difference, sd: 0.5, alpha: 0.05 }, 0.8), {
      name: "RangeError",
      message:
        `Cannot compute seeds for a difference of ${difference} and an sd of 0.5: more than ` +
        "1000000 would be needed",
    });
  }
});
