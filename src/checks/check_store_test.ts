import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import { countedRecords } from "../../tests/helpers/counted_records.ts";
import {
  bandOf,
  bandsOf,
  PUBLISHED,
  type RecordChanges,
  recordOf,
  storedAs,
} from "../../tests/scripted_world.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { StoredRecord } from "../store/store.ts";
import { checkStore, type Published } from "./check_store.ts";

const STROKES = { sha256: STROKES_SHA256 };
const OTHER = { name: "idx" as const, sha256: "0".repeat(64) };

async function stored(name: string, changes?: RecordChanges): Promise<StoredRecord> {
  return await storedAs(await recordOf(name, changes));
}

function verdicts(
  wanted: readonly string[],
  records: readonly StoredRecord[],
  published: Published = PUBLISHED,
): { [id: string]: string } {
  return Object.fromEntries(
    checkStore(wanted.map(caseOf), "exact", records, STROKES, published)
      .map(({ id, verdict }) => [id, verdict]),
  );
}

Deno.test("checkStore() gives wanted and stored cases, each once, in the order of the matrix", async () => {
  const records = [await stored("fc@2000#1"), await stored("fc@2000#0"), await stored("fc@250#0")];
  assert.deepEqual(
    Object.entries(verdicts(["fc@10000#0", "fc@250#0", "fc@250#10", "fc@250#9"], records)),
    [
      ["fc@250#0", "pass"],
      ["fc@250#9", "missing"],
      ["fc@250#10", "missing"],
      ["fc@2000#0", "pass"],
      ["fc@2000#1", "pass"],
      ["fc@10000#0", "missing"],
    ],
  );
});

Deno.test("checkStore() sees only the records of its dataset", async () => {
  const records = [await stored("fc@250", { dataset: OTHER })];
  assert.deepEqual(verdicts([], records), {});
  assert.deepEqual(verdicts(["fc@250"], records), { "fc@250#0": "missing" });
});

Deno.test("checkStore() compares with the reference record of the same case alone", async () => {
  const reference = [
    await stored("fc@250#1", { weights: "x" }),
    await stored("fc@251#0", { weights: "x" }),
    await stored("fc@250#0", { weights: "x", dataset: OTHER }),
    await stored("fc@250#0", { weights: "x", numericVersion: NUMERIC_VERSION + 1 }),
  ];
  const mine = [await stored("fc@250#0", { weights: "y" })];
  const published = { bands: PUBLISHED.bands, records: reference };
  assert.deepEqual(verdicts([], mine, published), { "fc@250#0": "pass" });
  published.records.push(await stored("fc@250#0", { weights: "x" }));
  assert.deepEqual(verdicts([], mine, published), { "fc@250#0": "differs" });
});

Deno.test("checkStore() holds another engine's record against the band and its twin, never against digests", async () => {
  const reference = [await stored("fc@250#0", { weights: "x" })];
  const mine = [
    await stored("fc@250#0", { weights: "y", engine: "tfjs-node" }),
    await stored("fc@250#0", { weights: "x" }),
    await stored("fc@2000#0", { score: 0.5, engine: "tfjs-cpu" }),
  ];
  const published = { bands: PUBLISHED.bands, records: reference };
  assert.deepEqual(Object.entries(verdicts([], mine, published)), [
    ["fc@250#0", "pass"],
    ["fc@250#0 tfjs-node", "pass"],
    ["fc@2000#0 tfjs-cpu", "low"],
  ]);
  const wanted = [caseOf("fc@250#0"), caseOf("fc@2000#0")];
  assert.deepEqual(
    checkStore(wanted, "tfjs-cpu", mine, STROKES, published).map((c) => [c.id, c.verdict]),
    [
      ["fc@250#0", "pass"],
      ["fc@250#0 tfjs-node", "pass"],
      ["fc@250#0 tfjs-cpu", "missing"],
      ["fc@2000#0 tfjs-cpu", "low"],
    ],
  );
});

Deno.test("checkStore() compares another engine with exact's published record, not with its own", async () => {
  const mine = [await stored("fc@250#0", { weights: "y", engine: "tfjs-node" })];
  const published = { bands: PUBLISHED.bands, records: [...mine] };
  const reasonNow = () => checkStore([], "exact", mine, STROKES, published)[0]!.reason;
  assert.doesNotMatch(reasonNow(), /the published run|the same bits/);
  published.records.push(await stored("fc@250#0", { weights: "x" }));
  assert.match(reasonNow(), /beside the published run of the same random numbers: the same labels/);
});

Deno.test("checkStore() wants a model above fc if published seeds say that it is", async () => {
  const scores = [0.86, 0.87, 0.87, 0.88, 0.88, 0.89];
  const above = scores.map((score, i) => score + 0.04 + i % 2 / 100);
  const bands = bandsOf(bandOf("fc@250", { scores }), bandOf("conv@250", { scores: above }));
  const fc = await stored("fc@250#7", { score: 0.9 });
  const conv = await stored("conv@250#7", { score: 0.89 });
  const published = { bands, records: [] };
  const both = { "fc@250#7": "pass", "conv@250#7": "low" };
  assert.deepEqual(verdicts([], [fc, conv], published), both);
  assert.deepEqual(verdicts([], [conv], published), { "conv@250#7": "pass" });
  assert.deepEqual(verdicts([], [conv], { bands, records: [fc] }), { "conv@250#7": "low" });
  // What is above by chance is asked for nothing.
  const mixed = bandsOf(
    bandOf("fc@250", { scores }),
    bandOf("conv@250", { scores: scores.toReversed() }),
  );
  assert.deepEqual(verdicts([], [fc, conv], { bands: mixed, records: [] })["conv@250#7"], "pass");
});

Deno.test("checkStore() takes today's record before one of any other numeric version", async () => {
  const older = await stored("fc@250", { numericVersion: NUMERIC_VERSION + 1, score: 0.1 });
  const newer = await stored("fc@250", { numericVersion: NUMERIC_VERSION + 2, score: 0.1 });
  const mine = await stored("fc@250");
  assert.deepEqual(verdicts([], [older, newer, mine]), { "fc@250#0": "pass" });
  assert.deepEqual(verdicts([], [mine, older, newer]), { "fc@250#0": "pass" });
  const [stale] = checkStore([], "exact", [older, newer], STROKES, PUBLISHED);
  assert.equal(stale?.verdict, "stale");
  assert.equal(stale?.file, newer.file);
});

Deno.test("checkStore() uses no band of another numeric version", async () => {
  const bands = { ...PUBLISHED.bands, numericVersion: NUMERIC_VERSION + 1 };
  assert.deepEqual(
    verdicts([], [await stored("fc@250", { score: 0.1 })], { bands, records: [] }),
    { "fc@250#0": "no-band" },
  );
});

Deno.test("checkStore() looks at each record a few times, however many there are", async () => {
  const { records, asked } = countedRecords(await stored("fc@250"), 2000);
  const published = { bands: PUBLISHED.bands, records };
  const checked = checkStore([], "exact", records, STROKES, published);
  assert.equal(checked.filter(({ verdict }) => verdict === "pass").length, 2000);
  assert.ok(asked.times < 20 * 2000, `${asked.times}`);
});
