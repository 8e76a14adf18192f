import assert from "node:assert/strict";
import { PUBLISHED, ScriptedWorld, storeCase } from "../../tests/scripted_world.ts";
import { checkStore } from "../checks/check_store.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { plausiblePeerTimes } from "../report/testdata/peer_times.ts";
import { Store, StoreError } from "../store/store.ts";
import { readArtifacts, readPeerTimes } from "./write_report.ts";

/** Stores finished cases of seed 0, with what they leave; gives the name of the last one's files. */
async function finish(store: Store, ...names: readonly string[]): Promise<string> {
  let stem = "";
  for (const name of names) stem = (await storeCase(store, name)).stem;
  return stem;
}

async function checkedOf(store: Store) {
  const dataset = { sha256: STROKES_SHA256 };
  return checkStore([], "exact", await store.readAll(), dataset, PUBLISHED);
}

Deno.test("readArtifacts() gives the tensors of the encoders by case, and of nothing else", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  await finish(store, "fc@250", "vae2", "ae5", "vae2@250");
  const artifacts = await readArtifacts(store, await checkedOf(store), assert.fail);
  assert.deepEqual(
    [...artifacts].map(([id, tensors]) => [id, [...tensors.keys()]]),
    [
      ["ae5#0", ["originals", "reconstructions"]],
      ["vae2#0", ["test-embeddings", "originals", "reconstructions", "digit-map"]],
    ],
  );
  assert.deepEqual(artifacts.get("vae2#0")!.get("digit-map")!.shape, [20, 20, 28, 28]);
});

Deno.test("readArtifacts() leaves out an encoder whose files are not there, and one that is stale", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  const ids =
    async () => [...(await readArtifacts(store, await checkedOf(store), assert.fail)).keys()];
  const stem = await finish(store, "ae5", "vae2");
  assert.deepEqual(await ids(), ["ae5#0", "vae2#0"]);
  await Deno.remove(`${folder.path}/artifacts/${stem}.safetensors`);
  assert.deepEqual(await ids(), ["ae5#0"]);
  const stale = (await checkedOf(store)).map((c) => ({ ...c, verdict: "stale" as const }));
  assert.deepEqual([...(await readArtifacts(store, stale, assert.fail)).keys()], []);
});

Deno.test("report refuses artifacts that are not those of the record, and writes no page", async () => {
  await using folder = await temporaryFolder();
  const stem = await finish(new Store(folder.path), "vae2");
  const path = `${folder.path}/artifacts/${stem}.safetensors`;
  const bytes = await Deno.readFile(path);
  bytes[bytes.length - 3]! ^= 1;
  await Deno.writeFile(path, bytes);
  const world = new ScriptedWorld();
  assert.equal(await world.call("report", "--results", folder.path), 3);
  assert.equal(
    world.err,
    `error: Cannot use ${path}: its digit-map are not those of the record of vae2#0; remove the ` +
      "file, and the report does without it\n",
  );
  assert.deepEqual(namesIn(folder.path), ["artifacts", "embeddings", "play.html", "records"]);
});

Deno.test("readPeerTimes() gives the times in the results folder, or null where there are none", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  assert.equal(await readPeerTimes(store), null);
  const times = plausiblePeerTimes();
  await Deno.writeTextFile(`${folder.path}/peers.json`, JSON.stringify(times));
  assert.deepEqual(await readPeerTimes(store), times);
});

/** What lies in the place of the times, and what is said of it. */
const BROKEN: readonly (readonly [what: string, text: string, reason: RegExp])[] = [
  ["is cut", JSON.stringify(plausiblePeerTimes()).slice(0, 100), /it is not JSON \(/],
  ["is empty", "", /it is not JSON \(/],
  [
    "is of another schema",
    JSON.stringify({ ...plausiblePeerTimes(), schemaVersion: 1 }),
    /schemaV/,
  ],
  [
    "has a time below zero",
    JSON.stringify(plausiblePeerTimes()).replace(/"samplesMs":\[/, '"samplesMs":[-1,'),
    /timings\.0\.samplesMs\.0: /,
  ],
];

for (const [what, text, reason] of BROKEN) {
  Deno.test(`report refuses a peers.json that ${what}, names it and the way out`, async () => {
    await using folder = await temporaryFolder();
    const store = new Store(folder.path);
    await finish(store, "fc@250");
    const path = `${folder.path}/peers.json`;
    await Deno.writeTextFile(path, text);
    await assert.rejects(readPeerTimes(store), StoreError);
    const world = new ScriptedWorld();
    assert.equal(await world.call("report", "--results", folder.path), 3);
    assert.ok(world.err.startsWith(`error: Cannot use ${path}: `), world.err);
    assert.match(world.err, reason);
    assert.match(world.err, /; remove it, or write it again with deno task bench:peers --json\n$/);
    assert.ok(!namesIn(folder.path).includes("strokes.html"));
  });
}

Deno.test("a report shows the times in the results folder, and links the live page where it is", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  const page = async () => {
    const args = ["--dataset", "strokes", "--only", "fc@250#0", "--results", folder.path];
    assert.equal(await world.call("reproduce", ...args), 0, world.err);
    return await Deno.readTextFile(`${folder.path}/strokes.html`);
  };
  const before = await page();
  assert.ok(before.includes("None was measured here") && !before.includes('href="play.html"'));
  await Deno.writeTextFile(`${folder.path}/peers.json`, JSON.stringify(plausiblePeerTimes()));
  await Deno.writeTextFile(`${folder.path}/play.html`, "<!DOCTYPE html>");
  const after = await page();
  assert.ok(!after.includes("None was measured here") && after.includes('href="play.html"'));
  assert.match(after, /for conv \(PyTorch\)/);
});

Deno.test("reproduce warns of files beside the records that it cannot use, once, and goes on", async () => {
  await using folder = await temporaryFolder();
  const path = `${folder.path}/peers.json`;
  await Deno.writeTextFile(path, "{");
  const world = new ScriptedWorld();
  const args = ["--dataset", "strokes", "--only", "fc@250#0", "--results", folder.path];
  assert.equal(await world.call("reproduce", ...args), 0);
  assert.equal(world.err.split(`WARNING: Cannot use ${path}: `).length - 1, 1, world.err);
  assert.match(world.out, /^Report: .*strokes\.html$/m);
});
