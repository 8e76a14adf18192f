import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import { recordOf } from "../../tests/scripted_world.ts";
import type { CaseResult } from "../store/record.ts";
import { compareWithTwin, partingEpoch } from "./twin.ts";

async function resultOf(name: string, changes: Partial<CaseResult> = {}): Promise<CaseResult> {
  const record = await recordOf(name, { score: 0.9 });
  assert.ok(record.status === "ok");
  return { ...record.result, ...changes };
}

/** The result with another training loss, or validation score, of the first epoch. */
function first(result: CaseResult, change: Partial<CaseResult["curve"][number]>): CaseResult {
  return { ...result, curve: result.curve.map((e) => e.epoch === 1 ? { ...e, ...change } : e) };
}

async function disagreeing(name: string, change: (result: CaseResult) => CaseResult) {
  const twin = await resultOf(name);
  return compareWithTwin(caseOf(name), change(twin), twin).filter(({ agrees }) => !agrees)
    .map(({ detector }) => detector);
}

/** The training loss of the first epoch of a scripted case is 1, its validation accuracy 0.5. */
const FIRST: readonly (readonly [name: string, loss: number, validation: number])[] = [
  ["fc@2000", 2e-4, 0.002],
  ["fc@5000", 1e-2, 0.01],
  ["vae20@2000", 5e-4, 0.005],
  ["conv@2000", 2e-2, 0.03],
];

for (const [name, loss, validation] of FIRST) {
  Deno.test(`a first epoch of ${name} may be off by ${loss}, and by ${validation} in its score`, async () => {
    for (const sign of [-1, 1]) {
      const other = (by: number) => (r: CaseResult) => first(r, { trainLoss: 1 + sign * by });
      assert.deepEqual(await disagreeing(name, other(0.99 * loss)), []);
      assert.deepEqual(await disagreeing(name, other(1.01 * loss)), ["loss"]);
      const scored = (by: number) => (r: CaseResult) =>
        first(r, { validationScore: 0.5 + sign * by });
      assert.deepEqual(await disagreeing(name, scored(0.99 * validation)), []);
      assert.deepEqual(await disagreeing(name, scored(1.01 * validation)), ["validation"]);
    }
  });
}

Deno.test("the validation loss of an encoder is compared relative to it", async () => {
  const by = (factor: number) => (r: CaseResult) => first(r, { validationScore: 90 * factor });
  assert.deepEqual(await disagreeing("ae20", by(1.059)), []);
  assert.deepEqual(await disagreeing("ae20", by(1.061)), ["validation"]);
});

Deno.test("test scores are compared, but for conv and encoders", async () => {
  const by = (difference: number) => (r: CaseResult) => ({ ...r, score: r.score + difference });
  assert.deepEqual(await disagreeing("fc@2000", by(-0.002)), []);
  assert.deepEqual(await disagreeing("fc@2000", by(-0.0021)), ["score"]);
  assert.deepEqual(await disagreeing("fc@5000", by(-0.0021)), []);
  assert.deepEqual(await disagreeing("fc@5000", by(0.0051)), ["score"]);
  assert.deepEqual(await disagreeing("conv@2000", by(-0.5)), []);
});

Deno.test("a head of another encoder has no twin: only the labels that it saw are compared", async () => {
  const twin = await resultOf("vae20@2000");
  const other = first({ ...twin, encoder: "f".repeat(64), score: 0.5 }, { trainLoss: 9 });
  assert.deepEqual(compareWithTwin(caseOf("vae20@2000"), other, twin), [
    { detector: "labels", agrees: true, words: "the same labels" },
  ]);
  const seen = { ...twin, digests: { ...twin.digests, labels: "0".repeat(64) } };
  assert.equal(compareWithTwin(caseOf("vae20@2000"), seen, twin)[0]!.agrees, false);
  const { labels: _, ...before } = twin.digests;
  const old = compareWithTwin(caseOf("vae20@2000"), seen, { ...twin, digests: before });
  assert.deepEqual(old.map(({ detector }) => detector), ["loss", "validation", "score"]);
});

Deno.test("partingEpoch() is the first epoch whose training losses differ by more than 1e-5", async () => {
  const { curve } = await resultOf("fc@2000");
  const from = (epoch: number, by: number) =>
    curve.map((e) => e.epoch >= epoch ? { ...e, trainLoss: e.trainLoss * (1 + by) } : e);
  assert.equal(partingEpoch(curve, curve), null);
  assert.equal(partingEpoch(from(1, 0.9e-5), curve), null);
  assert.equal(partingEpoch(from(4, -1.1e-5), curve), 4);
  assert.equal(partingEpoch(curve, curve.slice(0, 3)), 4);
});
