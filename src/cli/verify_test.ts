import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import {
  PUBLISHED,
  type Script,
  scriptedCase,
  scriptedRecord,
  ScriptedWorld,
  type WorldOptions,
} from "../../tests/scripted_world.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { parseAttestations } from "../store/attestations.ts";
import type { CaseRecord } from "../store/record.ts";
import { Store } from "../store/store.ts";

const CASE = caseOf("fc@250");

/** A record of fc@250#0 in a file, with what `changes` make of it, and the world it is verified in. */
async function plant(changes: object = {}, script?: Script, options: WorldOptions = {}) {
  const folder = await temporaryFolder();
  const path = `${folder.path}/record.json`;
  const record: CaseRecord = await scriptedRecord(CASE, { score: 0.9 });
  await Deno.writeTextFile(path, JSON.stringify({ ...record, ...changes }));
  const world = new ScriptedWorld({ ...options, ...script && { script } });
  return { path, world, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

Deno.test("verify runs the record's case again and ends with 0 where the bits are the same", async () => {
  await using planted = await plant();
  const { path, world } = planted;
  assert.equal(await world.call("verify", path), 0, world.out);
  assert.deepEqual(world.ran, ["fc@250#0"]);
  assert.match(world.out, /^weights: [0-9a-f]{64}, the same\noutputs: [0-9a-f]{64}, the same\n/);
  assert.match(world.out, /\nfc@250#0: the same bits \(wasm here, wasm there\)\n$/);
  assert.equal(world.err, "Running fc@250#0 on strokes again (it took 1.5 s where it is from)\n");
});

const HEAD = caseOf("ae2@250");
const ENCODER = caseOf("ae2");

/** The record of the head, which learned from the encoder that scripts make. */
async function headRecord() {
  const encoder = await scriptedCase(ENCODER, { score: 58.8361 });
  assert.ok(encoder.record.status === "ok");
  const weights = encoder.record.result.digests.weights;
  return (await scriptedCase(HEAD, { score: 0.9 }, undefined, weights)).record;
}

Deno.test("verify of a head runs its encoder too, learns from it, and stores nothing", async () => {
  await using planted = await plant(await headRecord());
  const { path, world } = planted;
  assert.equal(await world.call("verify", path), 0, world.out);
  assert.deepEqual(world.ran, ["ae2#0", "ae2@250#0"]);
  assert.match(world.out, /\nae2@250#0: the same bits \(wasm here, wasm there\)\n$/);
  assert.equal(world.err, "Running ae2@250#0 on strokes again (it took 1.5 s where it is from)\n");
  const { record, artifacts } = await scriptedCase(ENCODER, { score: 59 });
  assert.ok(record.status === "ok");
  const learnedFrom = world.learnedFrom.get("ae2@250#0")!;
  assert.equal(learnedFrom.encoder, record.result.digests.weights);
  assert.deepEqual(learnedFrom.embeddings.values.train, artifacts[0]!.values);
  assert.deepEqual(namesIn(path.slice(0, path.lastIndexOf("/"))), ["record.json"]);
});

/** A change of one field of a record's result, and how verify names it. */
const CHANGED: readonly (readonly [change: object, says: RegExp])[] = [
  [{ score: 0.999 }, /^the score is 0\.9, the record has 0\.999$/m],
  [{ validationScore: 0.81 }, /^the validationScore is 0\.8, the record has 0\.81$/m],
  [{ bestEpoch: 2 }, /^the bestEpoch is 3, the record has 2$/m],
];

for (const [change, says] of CHANGED) {
  Deno.test(`verify ends with 1 if a record has the same digests, and another ${Object.keys(change)}`, async () => {
    const record = await scriptedRecord(CASE, { score: 0.9 });
    assert.ok(record.status === "ok");
    await using planted = await plant({ ...record, result: { ...record.result, ...change } });
    assert.equal(await planted.world.call("verify", planted.path), 1);
    assert.match(planted.world.out, says);
    assert.match(planted.world.out, /\nfc@250#0 DIFFERS from its record\n$/);
  });
}

Deno.test("verify of an encoder runs it alone", async () => {
  await using planted = await plant(await scriptedRecord(ENCODER, { score: 58.8361 }));
  const { path, world } = planted;
  assert.equal(await world.call("verify", path), 0, world.out);
  assert.deepEqual(world.ran, ["ae2#0"]);
  assert.match(world.out, /\nae2#0: the same bits /);
});

Deno.test("verify of a head ends with 1 where the head differs, though its encoder does not", async () => {
  await using planted = await plant(await headRecord(), {
    "ae2@250#0": { score: 0.9, weights: "others" },
  });
  assert.equal(await planted.world.call("verify", planted.path, "--quiet"), 1);
  assert.match(planted.world.out, /\nae2@250#0 DIFFERS from its record\n$/);
});

for (
  const [what, script, message] of [
    ["fails", { "ae2#0": { fails: "it broke", epoch: 1, step: 2 } }, "it broke"],
    ["dies", { "ae2#0": { error: "the worker died" } }, "the worker died"],
  ] as const
) {
  Deno.test(`verify of a head ends with 3 where its encoder ${what}, and says why`, async () => {
    await using planted = await plant(await scriptedRecord(HEAD, { score: 0.9 }), script);
    assert.equal(await planted.world.call("verify", planted.path, "--quiet"), 3);
    assert.equal(planted.world.err, `error: Cannot verify ae2@250#0: ${message}\n`);
    assert.equal(planted.world.out, "");
  });
}

Deno.test("verify ends with 1 and both digests where the bits differ", async () => {
  await using planted = await plant({}, { "*": { score: 0.9, weights: "others" } });
  const { path, world } = planted;
  assert.equal(await world.call("verify", path, "--quiet"), 1);
  assert.match(world.out, /^weights: [0-9a-f]{64}, but the record has [0-9a-f]{64}\n/);
  assert.match(world.out, /\nfc@250#0 DIFFERS from its record\n$/);
  assert.equal(world.err, "");
});

Deno.test("verify of a record of another numeric version says which release to run", async () => {
  await using planted = await plant({ numericVersion: NUMERIC_VERSION + 1 });
  const { path, world } = planted;
  assert.equal(await world.call("verify", path), 3);
  assert.equal(
    world.err,
    `error: Cannot verify ${path}: it is of numeric version ${NUMERIC_VERSION + 1}, this program ` +
      `computes ${NUMERIC_VERSION}; run the release that CHANGELOG.md names for it\n`,
  );
  assert.deepEqual(world.ran, []);
});

Deno.test("verify of a record of another dataset ends with 3 before any work", async () => {
  await using planted = await plant({ dataset: { name: "strokes", sha256: "0".repeat(64) } });
  const { path, world } = planted;
  assert.equal(await world.call("verify", path), 3);
  assert.match(world.err, /it is of a dataset with SHA-256 0{64}, drawn has [0-9a-f]{64}\n$/);
  assert.deepEqual(world.ran, []);
});

for (
  const [what, script, message] of [
    ["fails", { "*": { fails: "it broke", epoch: 1, step: 2 } }, "it broke"],
    ["dies", { "*": { error: "the worker died" } }, "the worker died"],
  ] as const
) {
  Deno.test(`verify ends with 3 where the new run ${what}`, async () => {
    await using planted = await plant({}, script);
    const { path, world } = planted;
    assert.equal(await world.call("verify", path, "--quiet"), 3);
    assert.equal(world.err, `error: Cannot verify fc@250#0: ${message}\n`);
    assert.equal(world.out, "");
  });
}

Deno.test("verify that is interrupted ends with 130", async () => {
  await using planted = await plant({}, { "*": "interrupt" });
  assert.equal(await planted.world.call("verify", planted.path), 130);
});

Deno.test("verify that is terminated ends with 143", async () => {
  await using planted = await plant({}, { "*": "terminate" });
  assert.equal(await planted.world.call("verify", planted.path), 143);
});

Deno.test("verify names a file that is not there, or no record, and ends with 3", async () => {
  const world = new ScriptedWorld();
  assert.equal(await world.call("verify", "not/there.json"), 3);
  assert.match(world.err, /^error: Cannot read the record not\/there\.json: No such file/);
  await using planted = await plant({ status: "done" });
  assert.equal(await planted.world.call("verify", planted.path), 3);
  assert.match(planted.world.err, /^error: Cannot use the record .*: it is not a record of this/);
});

Deno.test("verify of a record of a failed case ends with 3", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/record.json`;
  const failed = await scriptedRecord(CASE, { fails: "not finite", epoch: 1, step: null });
  await Deno.writeTextFile(path, JSON.stringify(failed));
  const world = new ScriptedWorld();
  assert.equal(await world.call("verify", path), 3);
  assert.equal(world.err, `error: Cannot verify ${path}: its case failed (not finite)\n`);
});

Deno.test("verify without a record, or with two, is a usage error", async () => {
  const world = new ScriptedWorld();
  assert.equal(await world.call("verify"), 2);
  assert.match(world.err, /missing required argument 'record'\nSee latentbench verify --help\n$/);
  assert.equal(await world.call("verify", "a", "b"), 2);
});

/** A reference that holds the case, and a place for a file of attestations. */
async function publishCase() {
  const folder = await temporaryFolder();
  const reference = new Store(`${folder.path}/reference`);
  const record = await scriptedRecord(CASE, { score: 0.9 });
  const stored = await reference.write(record);
  const path = `${folder.path}/reference/records/${stored.file}`;
  const published = { ...PUBLISHED, records: [stored] };
  return { folder, reference, record, path, published, file: `${folder.path}/attestations.json` };
}

Deno.test("verify --attest adds an entry per run that repeats a published case, by file or by name", async () => {
  const { folder, reference, path, published, file, record } = await publishCase();
  await using _folder = folder;
  const world = new ScriptedWorld({ reference, published, script: { "fc@250#0": { score: 0.9 } } });
  assert.equal(await world.call("verify", path, "--attest", file), 0, world.err);
  assert.match(world.out, /^attested in .*attestations\.json, which holds 1$/m);
  const named = ["fc@250#0", "--dataset", "strokes", "--attest", file];
  const note = ["--runtime-note", "under qemu 7.2"];
  assert.equal(await world.call("verify", ...named, ...note), 0, world.err);
  const entries = await parseAttestations(await Deno.readTextFile(file), file);
  assert.equal(entries.length, 2);
  assert.ok(record.status === "ok");
  for (const entry of entries) {
    assert.equal(entry.case, "fc@250#0");
    assert.equal(entry.digests.weights, record.result.digests.weights);
  }
  const [plain, noted] = entries;
  assert.equal(noted!.runtime, `${plain!.runtime}, under qemu 7.2`);
});

Deno.test("verify refuses a note on the runtime of an attestation that it does not write", async () => {
  const world = new ScriptedWorld();
  assert.equal(await world.call("verify", "fc@250#0", "--runtime-note", "under qemu 7.2"), 2);
  assert.equal(
    world.err,
    "error: Cannot keep --runtime-note: no attestation is written; add --attest FILE\n",
  );
});

Deno.test("verify --attest writes nothing for a run with other bits", async () => {
  const { folder, reference, path, published, file } = await publishCase();
  await using _folder = folder;
  const script = { "fc@250#0": { score: 0.9, weights: "others" } };
  const world = new ScriptedWorld({ reference, published, script });
  assert.equal(await world.call("verify", path, "--attest", file), 1);
  await assert.rejects(Deno.stat(file), Deno.errors.NotFound);
});

Deno.test("verify --attest refuses a record that is not published, or not as it is published", async () => {
  const { folder, reference, published, file, record } = await publishCase();
  await using _folder = folder;
  assert.ok(record.status === "ok");
  const world = new ScriptedWorld({ reference, published });
  const other = await scriptedRecord(caseOf("fc@500"), { score: 0.9 });
  const edited = { ...record, result: { ...record.result, score: 0.91 } };
  for (
    const [mine, message] of [
      [other, "Cannot attest fc@500#0: no record of it is published; name a published case"],
      [edited, "Cannot attest fc@250#0: it is not the record that is published; name a published"],
    ] as const
  ) {
    const path = `${folder.path}/mine.json`;
    await Deno.writeTextFile(path, JSON.stringify(mine));
    assert.equal(await world.call("verify", path, "--attest", file), 2);
    assert.ok(world.err.includes(message), world.err);
    assert.deepEqual(world.ran, []);
  }
});

Deno.test("verify of a case that is not published says so", async () => {
  const world = new ScriptedWorld();
  assert.equal(await world.call("verify", "fc@251#0"), 3);
  assert.equal(
    world.err,
    "error: Cannot verify fc@251#0: no record of it on mnist is published; name one that is, or " +
      "the file of a record\n",
  );
});
