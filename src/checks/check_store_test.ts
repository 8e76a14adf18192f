import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import { countedRecords } from "../../tests/helpers/counted_records.ts";
import {
  bandOf,
  bandsOf,
  okCase,
  PUBLISHED,
  type RecordChanges,
  recordOf,
  storedAs,
} from "../../tests/scripted_world.ts";
import { TRAINING_IMAGES } from "../data/dataset.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { formatCase } from "../matrix/case.ts";
import { selectCases, WHOLE_PROFILE } from "../matrix/select_cases.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { attest, type Attestation, seal } from "../store/attest.ts";
import type { StoredRecord } from "../store/store.ts";
import { checkStore, type Published, readPublished } from "./check_store.ts";

const STROKES = { sha256: STROKES_SHA256 };
const IDX = { name: "strokes" as const, sha256: "0".repeat(64) };
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

/** A published record with entries on it, and the folder that is checked, the reference unless told. */
async function publishedWith(
  entries: readonly Attestation[],
  mine?: readonly StoredRecord[],
) {
  const records = [await stored("fc@250#0"), await stored("fc@300#0")];
  const published = { bands: PUBLISHED.bands, records, attestations: entries };
  return checkStore([], "exact", mine ?? records, STROKES, published);
}

async function entryOf(name: string, changes: Partial<Attestation> = {}): Promise<Attestation> {
  const record = await recordOf(name);
  assert.ok(record.status === "ok");
  const { seal: _, ...entry } = { ...await attest(record), build: "native-neon", ...changes };
  return await seal(entry);
}

Deno.test("checkStore() compares no published record with itself: bands and other runs decide", async () => {
  const alone = await publishedWith([]);
  assert.deepEqual(alone.map(({ id, verdict, reference }) => [id, verdict, reference]), [
    ["fc@250#0", "pass", null],
    ["fc@300#0", "no-band", null],
  ]);
  for (const { reason } of alone) assert.match(reason, /; no other run has repeated it yet$/);
  const [, repeated] = await publishedWith([await entryOf("fc@300#0")]);
  assert.deepEqual([repeated!.verdict, repeated!.reason, repeated!.attested?.repeatedBy.length], [
    "pass",
    "1 independent run came to the same bits",
    1,
  ]);
});

Deno.test("checkStore() compares a run elsewhere, and an edited copy, with the published record", async () => {
  const edited = async (startedAt: string, score: number) => {
    const { record } = await stored("fc@300#0", { score });
    return await storedAs({ ...record, provenance: { ...record.provenance, startedAt } });
  };
  const entries = [await entryOf("fc@300#0", { digests: { weights: "0", outputs: "0" } })];
  const [mine] = await publishedWith(entries, [await edited("2026-03-01T00:00:00.000Z", 0.9)]);
  assert.equal(mine!.reason, "the same bits as the published reference");
  assert.equal(mine!.attested, null);
  const [copy] = await publishedWith(entries, [await edited("2026-01-31T12:00:00.000Z", 0.91)]);
  assert.equal(copy!.reason, "the score is 0.91, the published reference has 0.9");
});

Deno.test("checkStore() fails what an attestation contradicts, in the reference's folder alone", async () => {
  const digests = { weights: "0".repeat(64), outputs: "1".repeat(64) };
  const [first] = await publishedWith([await entryOf("fc@250#0", { digests })]);
  assert.equal(first!.verdict, "differs");
  assert.match(first!.reason, /^the attestation of native-neon, .* the weights have digest 0{12}/);
  const strange = [await entryOf("fc@400#0"), await entryOf("fc@400#0", { dataset: IDX })];
  const [, , row] = await publishedWith(strange);
  assert.deepEqual([row!.id, row!.verdict, row!.record], ["fc@400#0", "differs", null]);
  assert.match(row!.reason, /is of a case that is not published$/);
  assert.deepEqual(await publishedWith(strange, []), []);
});

Deno.test("checkStore() holds the encoder that a head learned from against the published one", async () => {
  const encoder = await storedAs((await okCase("ae20#0")).record);
  const head = await stored("ae20@250#0");
  const published = { bands: PUBLISHED.bands, records: [encoder] };
  assert.deepEqual(verdicts([], [head], published), { "ae20@250#0": "differs" });
  assert.ok(head.record.status === "ok" && encoder.record.status === "ok");
  const { weights } = encoder.record.result.digests;
  const result = { ...head.record.result, encoder: weights };
  const right = { ...head, record: { ...head.record, result } };
  assert.deepEqual(verdicts([], [right], published), { "ae20@250#0": "no-band" });
});

Deno.test("every case of the profile full is published", async () => {
  const { records, heads } = await readPublished();
  const published = new Set([
    ...records.map(({ record }) => record)
      .filter(({ engine, dataset }) => engine === "exact" && dataset.name === "mnist"),
    ...heads?.heads ?? [],
  ].map(({ case: c }) => formatCase(c)));
  const full = selectCases({ ...WHOLE_PROFILE, profile: "full" }, TRAINING_IMAGES.mnist);
  assert.deepEqual(full.map(formatCase).filter((name) => !published.has(name)), []);
});
