import assert from "node:assert/strict";
import expected from "../../../fixtures/statistics/expected_values.json" with { type: "json" };
import { assertClose } from "../../../tests/helpers/assert_close.ts";
import { clopperPearson } from "./proportion.ts";

Deno.test("clopperPearson() is that of statsmodels", () => {
  for (const { count, trials, level, lo, hi } of expected.shares) {
    const interval = clopperPearson(count, trials, level);
    assert.equal(interval.share, count / trials);
    assertClose(interval.lo, lo, 5.1e-10, `lo of ${count} in ${trials}`);
    assertClose(interval.hi, hi, 5.1e-10, `hi of ${count} in ${trials}`);
  }
});

Deno.test("clopperPearson() begins at 0 for none, ends at 1 for all, with the closed form between", () => {
  const [none, all] = [clopperPearson(0, 12), clopperPearson(12, 12)];
  assert.deepEqual([none.share, none.lo, all.share, all.hi], [0, 0, 1, 1]);
  assertClose(none.hi, 1 - 0.025 ** (1 / 12), 5.1e-10, "none");
  assertClose(all.lo, 0.025 ** (1 / 12), 5.1e-10, "all");
});

Deno.test("clopperPearson() of the rest is the mirror image", () => {
  const [few, rest] = [clopperPearson(3, 60), clopperPearson(57, 60)];
  assertClose(few.lo, 1 - rest.hi, 1e-8, "lo");
  assertClose(few.hi, 1 - rest.lo, 1e-8, "hi");
});

Deno.test("clopperPearson() refuses counts that are none, and levels that are none", () => {
  for (
    const [count, trials] of [[0, 0], [-1, 5], [6, 5], [0.5, 5], [NaN, 5], [1, Infinity]] as const
  ) {
    assert.throws(() => clopperPearson(count, trials), {
      name: "RangeError",
      message: `Cannot compute a share of ${count} in ${trials}: both must be whole numbers, the ` +
        "first at most the second, which must be at least 1",
    });
  }
  for (const level of [0, 1, 95, NaN]) {
    assert.throws(() => clopperPearson(1, 5, level), { name: "RangeError" });
  }
});
