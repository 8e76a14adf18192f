import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import {
  bandOf,
  type Finishing,
  lossBandOf,
  scriptedRecord,
  storedAs,
} from "../../tests/scripted_world.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { CaseRecord } from "../store/record.ts";
import type { StoredRecord } from "../store/store.ts";
import { checkCase, type Expectation } from "./check_case.ts";

const CASE = caseOf("fc@250");
const BAND = bandOf("fc@250");
const FAILED: Finishing = { fails: "the loss is not finite", epoch: 2, step: 3 };

function stored(scripted: Finishing) {
  return scriptedRecord(CASE, scripted).then(storedAs);
}

function check(record: StoredRecord | null, expectation: Partial<Expectation> = {}) {
  const { verdict, reason } = checkCase(CASE, "exact", record, {
    band: BAND,
    origin: "a test",
    reference: null,
    ...expectation,
  });
  return { verdict, reason };
}

const BETWEEN = "against the band 80.00 % to 95.00 %";

const SCORES: readonly (readonly [score: number, verdict: string, reason: string])[] = [
  [0.8, "pass", `80.00 % ${BETWEEN}`],
  [0.875, "pass", `87.50 % ${BETWEEN}`],
  [0.95, "pass", `95.00 % ${BETWEEN}`],
  [0.8 - Number.EPSILON, "low", `80.00 % ${BETWEEN}: worse than this model does`],
  [0.95 + Number.EPSILON, "high", `95.00 % ${BETWEEN}: too good to be this model`],
  [0.1, "low", `10.00 % ${BETWEEN}: worse than this model does`],
  [1, "high", `100.00 % ${BETWEEN}: too good to be this model`],
];

for (const [score, verdict, reason] of SCORES) {
  Deno.test(`checkCase() calls ${score} against 0.8 to 0.95 "${verdict}"`, async () => {
    assert.deepEqual(check(await stored({ score })), { verdict, reason });
  });
}

const ENCODER = caseOf("vae20");
const LOSSES = "against the band 58.00 to 60.00";

const SCORED_LOSSES: readonly (readonly [score: number, verdict: string, reason: string])[] = [
  [58, "pass", `58.00 ${LOSSES}`],
  [58.8361, "pass", `58.84 ${LOSSES}`],
  [60, "pass", `60.00 ${LOSSES}`],
  [57.9, "low", `57.90 ${LOSSES}: too good to be this model`],
  [60.004, "high", `60.00 ${LOSSES}: worse than this model does`],
  [118, "high", `118.00 ${LOSSES}: worse than this model does`],
];

for (const [score, verdict, reason] of SCORED_LOSSES) {
  Deno.test(`checkCase() calls a loss of ${score} against 58 to 60 "${verdict}"`, async () => {
    const record = await storedAs(await scriptedRecord(ENCODER, { score }));
    const checked = checkCase(ENCODER, "exact", record, {
      band: lossBandOf("vae20"),
      origin: "a test",
      reference: null,
    });
    assert.deepEqual({ verdict: checked.verdict, reason: checked.reason }, { verdict, reason });
  });
}

Deno.test("checkCase() says what is missing, failed or without a band", async () => {
  assert.deepEqual(check(null), {
    verdict: "missing",
    reason: "there is no record of this case",
  });
  assert.deepEqual(check(await stored(FAILED)), {
    verdict: "failed",
    reason: "the loss is not finite",
  });
  assert.deepEqual(check(await stored({ score: 0.9 }), { band: null }), {
    verdict: "no-band",
    reason: "no band was measured for this case",
  });
});

Deno.test("checkCase() calls any record of another numeric version stale, a failed one too", async () => {
  for (const numericVersion of [NUMERIC_VERSION - 1, NUMERIC_VERSION + 1]) {
    for (const scripted of [FAILED, { score: 0.1 }, { score: 0.9 }] as const) {
      const { file, record } = await stored(scripted);
      assert.deepEqual(check({ file, record: { ...record, numericVersion } }), {
        verdict: "stale",
        reason: `the record is of numeric version ${numericVersion}, today's is ${NUMERIC_VERSION}`,
      });
    }
  }
});

Deno.test("checkCase() lets the reference decide, not the band, where there is one", async () => {
  const reference = (await stored({ score: 0.5, weights: "a" })).record;
  const SAME = { verdict: "pass", reason: "the same bits as the published reference" };
  assert.deepEqual(check(await stored({ score: 0.5, weights: "a" }), { reference }), SAME);
  assert.deepEqual(
    check(await stored({ score: 0.5, weights: "a" }), { reference, band: null }),
    SAME,
  );
  assert.equal(
    check(await stored({ score: 0.9, weights: "b" }), { reference }).verdict,
    "differs",
  );
});

Deno.test("checkCase() names the digest that differs: the weights, or the outputs alone", async () => {
  const mine = await stored({ score: 0.9, weights: "a" });
  assert.ok(mine.record.status === "ok");
  const { result } = mine.record;
  const other = "0123456789ab".padEnd(64, "c");
  for (const part of ["weights", "outputs"] as const) {
    const reference: CaseRecord = {
      ...mine.record,
      result: { ...result, digests: { ...result.digests, [part]: other } },
    };
    assert.deepEqual(check(mine, { reference }), {
      verdict: "differs",
      reason: `the ${part} have digest ${result.digests[part].slice(0, 12)}, the published ` +
        "reference has 0123456789ab",
    });
  }
});

Deno.test("checkCase() takes the band where the reference run of the case failed", async () => {
  const reference = (await stored(FAILED)).record;
  assert.equal(check(await stored({ score: 0.9 }), { reference }).verdict, "pass");
  assert.equal(check(await stored({ score: 0.7 }), { reference }).verdict, "low");
});

Deno.test("checkCase() fails a case that failed, though the reference has a result", async () => {
  const reference = (await stored({ score: 0.9 })).record;
  assert.equal(check(await stored(FAILED), { reference }).verdict, "failed");
});

Deno.test("checkCase() gives all that a table or a page shows", async () => {
  const mine = await stored({ score: 0.9 });
  assert.ok(mine.record.status === "ok");
  const { verdict: _, reason: __, ...shown } = checkCase(CASE, "exact", mine, {
    band: BAND,
    origin: "who measured",
    reference: mine.record,
  });
  assert.deepEqual(shown, {
    id: "fc@250#0",
    case: CASE,
    engine: "exact",
    record: mine.record,
    file: mine.file,
    band: { lo: 0.8, hi: 0.95, median: 0.875, n: 6, origin: "who measured" },
    reference: mine.record.result.digests,
  });
});
