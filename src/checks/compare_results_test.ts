import assert from "node:assert/strict";
import { changedAt, leavesOf } from "../../tests/helpers/planted_change.ts";
import { okCase } from "../../tests/scripted_world.ts";
import { describeDifference, differencesOf } from "./compare_results.ts";

const HEAD = (await okCase("ae20@2000#0")).record.result;
const ENCODER = (await okCase("vae20#0")).record.result;

Deno.test("differencesOf() finds a change of any field of a result, and names it", () => {
  let tried = 0;
  for (const result of [HEAD, ENCODER]) {
    assert.deepEqual(differencesOf(result, structuredClone(result)), []);
    for (const path of leavesOf(result)) {
      // The name of a tensor says which one is compared.
      if (path[0] === "artifacts" && path[2] === "name") continue;
      const found = differencesOf(result, changedAt(result, path));
      assert.equal(found.length, 1, path.join("."));
      const named = path.map((key, i) => {
        if (!/^\d+$/.test(key)) return key;
        return path[0] === "artifacts" && i === 1
          ? result.artifacts![Number(key)]!.name
          : `${Number(key) + 1}`;
      }).join(".");
      assert.equal(found[0]!.field, named);
      tried++;
    }
  }
  assert.ok(tried > 50, `${tried}`);
});

Deno.test("differencesOf() names digests first, then scores, then the curve", () => {
  const other = {
    ...HEAD,
    score: 0.1,
    curve: HEAD.curve.slice(1),
    digests: { ...HEAD.digests, outputs: "0".repeat(64) },
  };
  const fields = differencesOf(HEAD, other).map(({ field }) => field);
  assert.deepEqual(fields, ["digests.outputs", "score", "curve.length"]);
});

Deno.test("differencesOf() compares only what both hold, in either direction", () => {
  const { measurements: _, ...old } = ENCODER;
  const older = { ...old, curve: old.curve.map(({ validationRate: _, ...epoch }) => epoch) };
  const newer = { ...ENCODER, curve: ENCODER.curve.map((e) => ({ ...e, validationRate: 3 })) };
  assert.deepEqual(differencesOf(older, newer), []);
  assert.deepEqual(differencesOf(newer, older), []);
  const { predictions: _1, labels: _2, ...digests } = HEAD.digests;
  assert.deepEqual(differencesOf({ digests }, HEAD), []);
  const fewer = { ...ENCODER, artifacts: ENCODER.artifacts!.toSpliced(1, 2) };
  assert.deepEqual(differencesOf(fewer, ENCODER), []);
  assert.deepEqual(differencesOf(ENCODER, fewer), []);
});

Deno.test("describeDifference() shows numbers in full, and digests by their beginning", () => {
  assert.equal(
    describeDifference({ field: "score", expected: 0.851, found: 0.999 }, "the reference"),
    "the score is 0.999, the reference has 0.851",
  );
  const [expected, found] = ["a".repeat(64), "b".repeat(64)];
  assert.equal(
    describeDifference({ field: "digests.weights", expected, found }, "it"),
    "the weights have digest bbbbbbbbbbbb, it has aaaaaaaaaaaa",
  );
});
