import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import { countedRecords } from "../../tests/helpers/counted_records.ts";
import {
  bandOf,
  bandsOf,
  type Finishing,
  scriptedRecord,
  storedAs,
} from "../../tests/scripted_world.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { parseCase } from "../matrix/case.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { CaseRecord, Provenance } from "../store/record.ts";
import type { StoredRecord } from "../store/store.ts";
import { checkStore } from "./check_store.ts";
import { compareRecords, judgeMoved } from "./compare_records.ts";

const STROKES = { sha256: STROKES_SHA256 };

async function stored(
  name: string,
  scripted: Partial<Finishing> = {},
  { provenance, ...changes }:
    & Partial<Pick<CaseRecord, "dataset" | "engine" | "numericVersion">>
    & { provenance?: Partial<Provenance> } = {},
): Promise<StoredRecord> {
  const c = { ...parseCase(name), seed: parseCase(name).seed ?? 0 };
  const record = await scriptedRecord(c, { score: 0.9, ...scripted } as Finishing);
  return await storedAs({
    ...record,
    ...changes,
    provenance: { ...record.provenance, ...provenance },
  });
}

const FAILED = { fails: "the loss is not finite", epoch: 1, step: 1 };

Deno.test("compareRecords() tells what is only here, only there, the same, and moved", async () => {
  const here = [
    await stored("fc@250"),
    await stored("fc@500"),
    await stored("fc@1000", { score: 0.92, weights: "new" }),
  ];
  const there = [
    await stored("fc@2000"),
    await stored("fc@1000", { score: 0.9, weights: "old" }),
    await stored("fc@500"),
  ];
  assert.deepEqual(
    compareRecords(here, there, STROKES).map((c) => [c.id, c.relation, c.before, c.after]),
    [
      ["fc@250#0", "only here", null, 0.9],
      ["fc@500#0", "same bits", 0.9, 0.9],
      ["fc@1000#0", "moved", 0.9, 0.92],
      ["fc@2000#0", "only there", 0.9, null],
    ],
  );
  assert.deepEqual(compareRecords([], [], STROKES), []);
});

Deno.test("compareRecords() calls bits that moved within a numeric version broken, with their names", async () => {
  const here = [await stored("fc@250", { weights: "new" })];
  const there = [await stored("fc@250", { weights: "old" })];
  const [moved] = compareRecords(here, there, STROKES);
  assert.deepEqual(
    [moved!.relation, moved!.differing, moved!.since, moved!.broken],
    ["moved", ["weights", "outputs", "predictions"], [], true],
  );
});

Deno.test("compareRecords() names what differs between the origins of moved cases", async () => {
  const here = await stored("fc@250", { weights: "new" }, {
    provenance: {
      commit: "a".repeat(40),
      kernels: "b".repeat(64),
      versions: { latentbench: "0.1.0", deno: "2.9.7", v8: "15.1" },
      backend: "native",
      startedAt: "2026-02-01T00:00:00.000Z",
      seconds: 77,
    },
  });
  const there = await stored("fc@250", { weights: "old" });
  const [moved] = compareRecords([here], [there], STROKES);
  assert.deepEqual(moved!.since, [
    { what: "commit", before: null, after: "a".repeat(40) },
    { what: "deno", before: "2.9.6", after: "2.9.7" },
    { what: "kernels", before: there.record.provenance.kernels, after: "b".repeat(64) },
    { what: "backend", before: "wasm", after: "native" },
    { what: "v8", before: null, after: "15.1" },
  ]);
});

Deno.test("compareRecords() of two numeric versions says so, and finds nothing broken", async () => {
  const here = [await stored("fc@250", { weights: "new" })];
  const there = [
    await stored("fc@250", { weights: "old" }, { numericVersion: NUMERIC_VERSION + 1 }),
  ];
  const [moved] = compareRecords(here, there, STROKES);
  assert.deepEqual([moved!.relation, moved!.broken], ["moved", false]);
  assert.deepEqual(moved!.since, [{
    what: "numeric version",
    before: `${NUMERIC_VERSION + 1}`,
    after: `${NUMERIC_VERSION}`,
  }]);
});

Deno.test("compareRecords() takes today's record where a folder holds two of a case", async () => {
  const older = { numericVersion: NUMERIC_VERSION + 1 };
  const here = [await stored("fc@250", { weights: "other" }, older), await stored("fc@250")];
  const [same] = compareRecords(here, [await stored("fc@250")], STROKES);
  assert.equal(same!.relation, "same bits");
});

Deno.test("compareRecords() compares no digests of other engines", async () => {
  const engine = { engine: "tfjs-node" } as const;
  const here = [await stored("fc@250", { score: 0.91, weights: "new" }, engine)];
  const there = [await stored("fc@250", { score: 0.9, weights: "old" }, engine)];
  const [compared] = compareRecords(here, there, STROKES);
  assert.deepEqual(
    [compared!.id, compared!.relation, compared!.before, compared!.after, compared!.broken],
    ["fc@250#0 tfjs-node", "scores only", 0.9, 0.91, false],
  );
  assert.deepEqual(compared!.differing, []);
});

Deno.test("compareRecords() never takes one engine's record for another's", async () => {
  const there = [await stored("fc@250", {}, { engine: "tfjs-cpu" })];
  const relations = compareRecords([await stored("fc@250")], there, STROKES)
    .map(({ id, relation }) => [id, relation]);
  assert.deepEqual(relations, [
    ["fc@250#0", "only here"],
    ["fc@250#0 tfjs-cpu", "only there"],
  ]);
});

Deno.test("compareRecords() counts a result that became a failure as moved, not two failures", async () => {
  const failed = await stored("fc@250", FAILED);
  const [moved] = compareRecords([failed], [await stored("fc@250")], STROKES);
  assert.deepEqual(
    [moved!.relation, moved!.before, moved!.after, moved!.differing, moved!.broken],
    ["moved", 0.9, null, [], true],
  );
  const [both] = compareRecords([failed], [failed], STROKES);
  assert.deepEqual([both!.relation, both!.broken], ["both failed", false]);
});

Deno.test("compareRecords() sees an encoder's tensors move", async () => {
  const there = await stored("vae2", { score: 90 });
  const here = structuredClone(there);
  assert.ok(here.record.status === "ok");
  const map = here.record.result.artifacts!.find(({ name }) => name === "digit-map")!;
  Object.assign(map, { sha256: "0".repeat(64) });
  const [moved] = compareRecords([here], [there], STROKES);
  assert.deepEqual([moved!.relation, moved!.differing], ["moved", ["digit-map"]]);
});

Deno.test("compareRecords() sees only the records of its dataset", async () => {
  const dataset = { name: "mnist", sha256: "1".repeat(64) } as const;
  const here = [await stored("fc@250", {}, { dataset })];
  assert.deepEqual(compareRecords(here, [], STROKES), []);
});

Deno.test("judgeMoved() turns what moved into a failed check, and leaves all else as it is", async () => {
  const here = [
    await stored("fc@250", { weights: "new" }),
    await stored("fc@500"),
    await stored("fc@1000", FAILED),
    await stored("fc@2000", { score: 0.5, weights: "new" }),
    await stored("fc@5000", { weights: "new" }, { engine: "tfjs-node" }),
  ];
  const there = [
    await stored("fc@250", { weights: "old" }),
    await stored("fc@500"),
    await stored("fc@1000"),
    await stored("fc@2000", { weights: "old" }),
    await stored("fc@5000", { weights: "old" }, { engine: "tfjs-node" }),
  ];
  const published = { bands: bandsOf(bandOf("fc@2000")), records: [] };
  const checked = checkStore([], "exact", here, STROKES, published);
  const judged = judgeMoved(checked, compareRecords(here, there, STROKES), "DIR");
  assert.deepEqual(judged.map(({ id, verdict }) => [id, verdict]), [
    ["fc@250#0", "differs"],
    ["fc@500#0", "no-band"],
    ["fc@1000#0", "differs"],
    ["fc@2000#0", "low"],
    ["fc@5000#0 tfjs-node", "no-band"],
  ]);
  assert.deepEqual(
    [judged[0]!.reason, judged[2]!.reason],
    [
      "its weights, outputs, predictions differ from DIR: 90.00 % there, 90.00 % here",
      "its outcome differs from DIR: 90.00 % there, failed here",
    ],
  );
  assert.deepEqual([judged[1], judged[3], judged[4]], [checked[1], checked[3], checked[4]]);
});

Deno.test("compareRecords() looks at each record a few times, however many there are", async () => {
  const { records, asked } = countedRecords(await stored("fc@250"), 2000);
  const compared = compareRecords(records, records, STROKES);
  assert.equal(compared.filter(({ relation }) => relation === "same bits").length, 2000);
  // Sorting asks for two cases a comparison.
  assert.ok(asked.times < 100 * 2000, `${asked.times}`);
});

Deno.test("compareRecords() sees any field of a result move, though the digests are the same", async () => {
  const record = await scriptedRecord(caseOf("fc@250"), { score: 0.9 });
  assert.ok(record.status === "ok");
  const edits = [{ score: 0.91 }, { validationScore: 0.7 }, { bestEpoch: 1 }, { curve: [] }];
  for (const edit of edits) {
    const [there, here] = [record, { ...record, result: { ...record.result, ...edit } }];
    const [compared] = compareRecords([await storedAs(here)], [await storedAs(there)], STROKES);
    assert.equal(compared!.relation, "moved");
    assert.ok(compared!.broken);
    assert.deepEqual(compared!.differing, Object.keys(edit));
  }
});
