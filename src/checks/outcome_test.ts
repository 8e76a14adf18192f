import assert from "node:assert/strict";
import { outcomeOf } from "./outcome.ts";
import type { CheckedCase, Verdict } from "./verdict.ts";

function outcome(...verdicts: readonly Verdict[]) {
  return outcomeOf(verdicts.map((verdict) => ({ verdict }) as CheckedCase));
}

const OUTCOMES: { readonly [verdict in Verdict]: string } = {
  "pass": "ok",
  "no-band": "ok",
  "low": "checkFailed",
  "high": "checkFailed",
  "differs": "checkFailed",
  "failed": "notMeasured",
  "missing": "notMeasured",
  "stale": "notMeasured",
};

for (const [verdict, expected] of Object.entries(OUTCOMES)) {
  Deno.test(`one case that is ${verdict} among those that pass comes to ${expected}`, () => {
    assert.equal(outcome(verdict as Verdict), expected);
    assert.equal(outcome("pass", verdict as Verdict, "no-band"), expected);
  });
}

Deno.test("a failed check goes before what could not be measured, in any order", () => {
  for (const bad of ["low", "high", "differs"] as const) {
    for (const open of ["failed", "missing", "stale"] as const) {
      assert.equal(outcome(bad, open), "checkFailed");
      assert.equal(outcome(open, "pass", bad), "checkFailed");
    }
  }
});

Deno.test("no case at all comes to ok", () => {
  assert.equal(outcome(), "ok");
});
