import assert from "node:assert/strict";
import { outcomeOf } from "./outcome.ts";
import type { CheckedCase, Verdict } from "./verdict.ts";

function outcome(...verdicts: readonly Verdict[]) {
  return outcomeOf(verdicts.map((verdict) => ({ verdict }) as CheckedCase));
}

Deno.test("cases that pass or have no band come to ok, and so does no case at all", () => {
  for (const good of [[], ["pass"], ["no-band"], ["pass", "no-band"]] as const) {
    assert.equal(outcome(...good), "ok");
  }
});

Deno.test("one case that is worse decides among those that pass", () => {
  for (const bad of ["low", "high", "differs"] as const) {
    for (const verdicts of [[bad], ["pass", bad, "no-band"]] as const) {
      assert.equal(outcome(...verdicts), "checkFailed", bad);
    }
  }
  for (const open of ["failed", "missing", "stale"] as const) {
    for (const verdicts of [[open], ["pass", open, "no-band"]] as const) {
      assert.equal(outcome(...verdicts), "notMeasured", open);
    }
  }
});

Deno.test("a failed check goes before what could not be measured, in any order", () => {
  for (const bad of ["low", "high", "differs"] as const) {
    for (const open of ["failed", "missing", "stale"] as const) {
      assert.equal(outcome(bad, open), "checkFailed");
      assert.equal(outcome(open, "pass", bad), "checkFailed");
    }
  }
});
