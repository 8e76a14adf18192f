import assert from "node:assert/strict";
import type { CheckedCase } from "../../../checks/verdict.ts";
import { digestState } from "../../parts/digest_state.ts";
import { plant, plausibleInput } from "../../testdata/plausible_input.ts";
import { differs, digestRows } from "./digest_rows.ts";

const [CASE] = plausibleInput().cases as [CheckedCase];
const DIGESTS = CASE.record?.status === "ok" ? CASE.record.result.digests : null;
const SAME: CheckedCase = { ...CASE, reference: DIGESTS };
const OTHER: CheckedCase = {
  ...CASE,
  reference: { weights: DIGESTS!.weights, outputs: "0".repeat(64) },
};
const TFJS: CheckedCase = { ...CASE, id: `${CASE.id} tfjs-cpu`, engine: "tfjs-cpu" };

Deno.test("digestState() is 'same' of both published digests, and 'differs' where one is another", () => {
  assert.deepEqual([SAME, OTHER, CASE, TFJS].map(digestState), [
    "same",
    "differs",
    "unpublished",
    "incomparable",
  ]);
});

Deno.test("digestState() takes no digest of another numeric version, and none of a case without result", () => {
  for (const verdict of ["stale", "failed", "missing"] as const) {
    const planted = plant(plausibleInput(), CASE.id, verdict).cases[0]!;
    assert.equal(digestState({ ...planted, reference: DIGESTS }), "none", verdict);
  }
});

Deno.test("digestRows() shows what is published, or ran on several engines, and no other case", () => {
  const others = plausibleInput().cases.slice(1);
  assert.deepEqual(digestRows([CASE, ...others]), []);
  const [published] = digestRows([SAME, ...others]);
  assert.equal(published!.name, "fc@250#0");
  assert.deepEqual(published!.found.map(({ engine, state }) => [engine, state]), [[
    "exact",
    "same",
  ]]);
  const [several] = digestRows([CASE, TFJS, ...others]);
  assert.equal(several!.published, null);
  assert.deepEqual(
    several!.found.map(({ engine, state }) => [engine, state]),
    [["exact", "unpublished"], ["tfjs-cpu", "incomparable"]],
  );
});

Deno.test("differs() of a row whose weights alone, or outputs alone, are others", () => {
  const weights = { ...OTHER, reference: { ...DIGESTS!, weights: "0".repeat(64) } };
  assert.deepEqual(
    [SAME, OTHER, weights].map((c) => differs(digestRows([c, TFJS])[0]!)),
    [false, true, true],
  );
});
