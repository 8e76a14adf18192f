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
import type { CaseResult } from "../store/record.ts";
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
    attested: null,
    encoder: null,
    twin: null,
    baseline: null,
    testLabels: null,
    ...expectation,
  });
  return { verdict, reason };
}

const BETWEEN = "against the band 80.00 to 95.00 %";
const OWN = ", whose sample holds this seed";

const SCORES: readonly (readonly [score: number, verdict: string, reason: string])[] = [
  [0.8, "pass", `80.00 % ${BETWEEN}${OWN}`],
  [0.875, "pass", `87.50 % ${BETWEEN}${OWN}`],
  [0.95, "pass", `95.00 % ${BETWEEN}${OWN}`],
  // A score beside its band is written with the digits that say on which side it is.
  [
    ...[0.7999, "low"] as const,
    `79.99 % ${BETWEEN}: worse than this model does`,
  ],
  [
    ...[0.79999, "low"] as const,
    "79.999 % against the band 80.000 to 95.000 %: worse than this model does",
  ],
  [
    ...[0.95 + 1e-6, "high"] as const,
    "95.0001 % against the band 80.0000 to 95.0000 %: too good to be this model",
  ],
  [0.1, "low", `10.00 % ${BETWEEN}: worse than this model does`],
  [1, "high", `100.00 % ${BETWEEN}: too good to be this model`],
];

for (const [score, verdict, reason] of SCORES) {
  Deno.test(`checkCase() calls ${score} against 0.8 to 0.95 "${verdict}"`, async () => {
    assert.deepEqual(check(await stored({ score })), { verdict, reason });
  });
}

const ENCODER = caseOf("vae20");
const LOSSES = "against the band 58.00 to 60.00 nats/digit";

const SCORED_LOSSES: readonly (readonly [score: number, verdict: string, reason: string])[] = [
  [58, "pass", `58.00 nats/digit ${LOSSES}${OWN}`],
  [58.8361, "pass", `58.84 nats/digit ${LOSSES}${OWN}`],
  [60, "pass", `60.00 nats/digit ${LOSSES}${OWN}`],
  [57.9, "low", `57.90 nats/digit ${LOSSES}: too good to be this model`],
  [
    ...[60.004, "high"] as const,
    "60.004 nats/digit against the band 58.000 to 60.000 nats/digit: worse than this model does",
  ],
  [118, "high", `118.00 nats/digit ${LOSSES}: worse than this model does`],
];

for (const [score, verdict, reason] of SCORED_LOSSES) {
  Deno.test(`checkCase() calls a loss of ${score} against 58 to 60 "${verdict}"`, async () => {
    const record = await storedAs(await scriptedRecord(ENCODER, { score }));
    const checked = checkCase(ENCODER, "exact", record, {
      band: lossBandOf("vae20"),
      origin: "a test",
      reference: null,
      attested: null,
      encoder: null,
      twin: null,
      baseline: null,
      testLabels: null,
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

/** The result of a record that did not fail. */
async function resultOf(scripted: Finishing): Promise<CaseResult> {
  const { record } = await stored(scripted);
  assert.ok(record.status === "ok");
  return record.result;
}

Deno.test("checkCase() passes what is all of the published result, and in its band", async () => {
  const reference = await resultOf({ score: 0.9, weights: "a" });
  const SAME = { verdict: "pass", reason: "the same bits as the published reference" };
  const mine = await stored({ score: 0.9, weights: "a" });
  assert.deepEqual(check(mine, { reference }), SAME);
  assert.deepEqual(check(mine, { reference, band: null }), SAME);
  const other = await stored({ score: 0.9, weights: "b" });
  assert.equal(check(other, { reference }).verdict, "differs");
});

Deno.test("checkCase() lets the band hold beside the reference", async () => {
  const reference = await resultOf({ score: 0.5, weights: "a" });
  const mine = await stored({ score: 0.5, weights: "a" });
  assert.deepEqual(check(mine, { reference }), {
    verdict: "low",
    reason: `50.00 % ${BETWEEN}: worse than this model does`,
  });
});

Deno.test("checkCase() names the digest that differs: the weights, or the outputs alone", async () => {
  const mine = await stored({ score: 0.9, weights: "a" });
  const result = await resultOf({ score: 0.9, weights: "a" });
  const other = "0123456789ab".padEnd(64, "c");
  for (const part of ["weights", "outputs"] as const) {
    const reference = { ...result, digests: { ...result.digests, [part]: other } };
    assert.deepEqual(check(mine, { reference }), {
      verdict: "differs",
      reason: `the ${part} have digest ${result.digests[part].slice(0, 12)}, the published ` +
        "reference has 0123456789ab",
    });
  }
});

Deno.test("checkCase() names any other field that differs, though the digests are the same", async () => {
  const mine = await stored({ score: 0.9, weights: "a" });
  const result = await resultOf({ score: 0.9, weights: "a" });
  const edits: readonly (readonly [edit: Partial<CaseResult>, says: string])[] = [
    [{ score: 0.85 }, "the score is 0.9, the published reference has 0.85"],
    [{ bestEpoch: 4 }, "the bestEpoch is 3, the published reference has 4"],
    [
      { curve: result.curve.map((e) => e.epoch === 2 ? { ...e, trainLoss: 9 } : e) },
      "the curve.2.trainLoss is 0.5, the published reference has 9",
    ],
  ];
  for (const [edit, reason] of edits) {
    const reference = { ...result, ...edit };
    assert.deepEqual(check(mine, { reference }), { verdict: "differs", reason });
  }
});

Deno.test("checkCase() calls a result that contradicts itself differs, with or without a reference", async () => {
  const { record, file } = await stored({ score: 0.9, weights: "a" });
  assert.ok(record.status === "ok");
  const edited = { ...record, result: { ...record.result, validationScore: 0.88 } };
  for (const reference of [null, edited.result]) {
    const { verdict, reason } = check({ file, record: edited }, { reference });
    assert.equal(verdict, "differs");
    assert.match(
      reason,
      /^it contradicts itself: its validation score is 0\.88, but 0\.8 in epoch 3/,
    );
  }
});

Deno.test("checkCase() takes the band where nothing is published", async () => {
  assert.equal(check(await stored({ score: 0.9 })).verdict, "pass");
  assert.equal(check(await stored({ score: 0.7 })).verdict, "low");
});

Deno.test("checkCase() fails a case that failed, though the reference has a result", async () => {
  const reference = await resultOf({ score: 0.9 });
  assert.equal(check(await stored(FAILED), { reference }).verdict, "failed");
});

Deno.test("checkCase() says that a band was measured from other seeds by saying nothing", async () => {
  const band = { ...BAND, seeds: [1, 2, 3, 4, 5, 6] };
  const reason = `90.00 % ${BETWEEN}`;
  assert.deepEqual(check(await stored({ score: 0.9 }), { band }), { verdict: "pass", reason });
});

Deno.test("checkCase() holds another engine against the published run of the same random numbers", async () => {
  const twin = await resultOf({ score: 0.9, weights: "a" });
  const near = await stored({ score: 0.9, weights: "b" });
  const first = "first training loss 0.0e+0 off, first validation score 0.00 pp off";
  const beside = `beside the published run of the same random numbers: the same labels, ${first}`;
  assert.deepEqual(check(near, { twin }), {
    verdict: "pass",
    reason: `90.00 % ${BETWEEN}${OWN}; ${beside}, test score 0.00 pp off`,
  });
  assert.equal(check(near, { twin, band: null }).verdict, "pass");
  const { score: _, ...unscored } = twin;
  assert.equal(check(near, { twin: unscored, band: null }).verdict, "no-band");
  const far = await stored({ score: 0.89, weights: "b" });
  assert.deepEqual(check(far, { twin }), {
    verdict: "differs",
    reason:
      "beside the published run of the same random numbers: the test score is 1.00 pp off, and " +
      "roundings explain 0.20 pp",
  });
});

Deno.test("checkCase() wants a score above the baseline, though it is in its band", async () => {
  const baseline = { name: "fc@2000#0", score: 0.8806, chance: 0.002 };
  assert.equal(check(await stored({ score: 0.8807 }), { baseline }).verdict, "pass");
  for (const score of [0.8806, 0.85]) {
    const { verdict, reason } = check(await stored({ score }), { baseline });
    assert.equal(verdict, "low");
    assert.match(
      reason,
      /is not above the 88.06 % of fc@2000#0, which by published seeds has a probability of 2.0e-3$/,
    );
  }
});

Deno.test("checkCase() gives all that a table or a page shows", async () => {
  const mine = await stored({ score: 0.9 });
  assert.ok(mine.record.status === "ok");
  const { verdict: _, reason: __, ...shown } = checkCase(CASE, "exact", mine, {
    band: BAND,
    origin: "who measured",
    reference: mine.record.result,
    attested: null,
    encoder: null,
    twin: null,
    baseline: null,
    testLabels: null,
  });
  assert.deepEqual(shown, {
    id: "fc@250#0",
    case: CASE,
    engine: "exact",
    record: mine.record,
    file: mine.file,
    band: { lo: 0.8, hi: 0.95, median: 0.875, n: 6, inSample: true, origin: "who measured" },
    reference: {
      weights: mine.record.result.digests.weights,
      outputs: mine.record.result.digests.outputs,
    },
    attested: null,
  });
});
