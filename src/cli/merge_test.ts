import assert from "node:assert/strict";
import { caseOf } from "../../tests/helpers/case_of.ts";
import {
  bandOf,
  bandsOf,
  okCase,
  scriptedRecord,
  ScriptedWorld,
  storeCase,
  storedAs,
} from "../../tests/scripted_world.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { Store } from "../store/store.ts";

const QUICK = ["--profile", "quick", "--only", "fc@*", "--dataset", "strokes"];
const CASES = ["fc@250", "fc@2000", "fc@6000", "ae20", "ae20@2000", "vae20", "vae20@2000"];

/** Leaves in a folder what cases leave. */
async function fill(results: string, names: readonly string[]): Promise<void> {
  const store = new Store(results);
  for (const name of names) await storeCase(store, name);
}

async function filesIn(results: string): Promise<{ [file: string]: string }> {
  const files: { [file: string]: string } = {};
  for (const folder of ["records", "embeddings", "artifacts"]) {
    for (const { name } of Deno.readDirSync(`${results}/${folder}`)) {
      const bytes = await Deno.readFile(`${results}/${folder}/${name}`);
      files[`${folder}/${name}`] = bytes.toHex();
    }
  }
  return files;
}

Deno.test("merge joins shards to what an unsharded run leaves, in whatever order", async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => `${folder.path}/${name}`;
  await fill(at("whole"), CASES);
  await fill(at("1"), CASES.slice(0, 2));
  await fill(at("2"), CASES.slice(1, 5));
  await fill(at("3"), CASES.slice(5));
  const world = new ScriptedWorld();
  assert.equal(
    await world.call("merge", at("3"), at("1"), at("2"), "--results", at("all"), ...QUICK),
    0,
  );
  assert.deepEqual(await filesIn(at("all")), await filesIn(at("whole")));
  assert.match(world.err, /^7 records taken over, 7 in .*all$/m);
  assert.match(world.out, /^strokes, 7 cases: /m);
  await Deno.stat(`${at("all")}/strokes.html`);
  // Once more changes nothing.
  assert.equal(await world.call("merge", at("2"), "--results", at("all"), ...QUICK), 0);
  assert.match(world.err, /^0 records taken over/m);
});

Deno.test("merge ends with 75 while a profile lacks cases, and names them", async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => `${folder.path}/${name}`;
  await fill(at("1"), CASES.slice(0, 2));
  const world = new ScriptedWorld();
  assert.equal(await world.call("merge", at("1"), "--results", at("all"), ...QUICK), 75);
  assert.match(world.out, /\? missing/);
  assert.match(world.out, /^strokes, 3 cases: .*1 missing/m);
  // Without a profile there is nothing to lack.
  assert.equal(await world.call("merge", at("1"), "--results", at("all")), 0);
});

Deno.test("the page of merge says how to run its cases again, if they were selected", async () => {
  await using folder = await temporaryFolder();
  await fill(`${folder.path}/1`, CASES.slice(0, 3));
  const page = `${folder.path}/all/strokes.html`;
  const args = ["merge", `${folder.path}/1`, "--results", `${folder.path}/all`];
  const world = new ScriptedWorld();
  await world.call(...args, ...QUICK);
  const command = /deno task reproduce --dataset strokes --profile quick --only 'fc@\*'</;
  assert.match(await Deno.readTextFile(page), command);
  await world.call(...args);
  assert.doesNotMatch(await Deno.readTextFile(page), /--profile quick/);
});

Deno.test("merge says its verdicts if the page cannot be written, and warns", async () => {
  await using folder = await temporaryFolder();
  await fill(`${folder.path}/1`, CASES.slice(0, 2));
  await Deno.mkdir(`${folder.path}/all/strokes.html`, { recursive: true });
  const world = new ScriptedWorld();
  const args = ["merge", `${folder.path}/1`, "--results", `${folder.path}/all`];
  assert.equal(await world.call(...args), 0);
  assert.match(world.out, /^strokes, 2 cases: 2 pass\n$/m);
  assert.match(world.err, /^WARNING: Cannot write .*strokes\.html: /m);
});

Deno.test("merge puts a failed check before what is missing", async () => {
  await using folder = await temporaryFolder();
  const c = caseOf("fc@250");
  await new Store(`${folder.path}/1`).write(await scriptedRecord(c, { score: 0.3 }));
  const bands = bandsOf(bandOf("fc@250"));
  const world = new ScriptedWorld({ published: { bands, records: [] } });
  const args = ["merge", `${folder.path}/1`, "--results", `${folder.path}/all`, ...QUICK];
  assert.equal(await world.call(...args), 1);
});

Deno.test("merge writes nothing where records contradict each other, and says which", async () => {
  await using folder = await temporaryFolder();
  const c = caseOf("fc@250");
  const other = caseOf("fc@500");
  const stores = ["1", "2"].map((name) => new Store(`${folder.path}/${name}`));
  await stores[0]!.write(await scriptedRecord(c, { score: 0.9, weights: "a" }));
  await stores[1]!.write(await scriptedRecord(c, { score: 0.9, weights: "b" }));
  await stores[1]!.write(await scriptedRecord(other, { score: 0.9 }));
  const world = new ScriptedWorld();
  const folders = stores.map(({ directory }) => directory);
  assert.equal(await world.call("merge", ...folders, "--results", `${folder.path}/all`), 1);
  assert.match(
    world.err,
    /^Nothing was merged, .*:\nfc@250#0: in .*\/2\/records\/\w{12}\.\.\. the weights have digest \w{12}, .*\/1\/records\/\w{12}\.\.\. has \w{12}$/m,
  );
  assert.deepEqual([...Deno.readDirSync(folder.path)].map(({ name }) => name).sort(), ["1", "2"]);
});

Deno.test("merge takes a result in place of a failure, never the other way round", async () => {
  await using folder = await temporaryFolder();
  const c = caseOf("fc@250");
  const failed = await scriptedRecord(c, { fails: "not finite", epoch: 1, step: 2 });
  const ok = await scriptedRecord(c, { score: 0.9 });
  for (const [here, there] of [[failed, ok], [ok, failed]] as const) {
    const target = new Store(await Deno.makeTempDir({ dir: folder.path }));
    const source = new Store(await Deno.makeTempDir({ dir: folder.path }));
    await target.write(here);
    await source.write(there);
    await new ScriptedWorld().call("merge", source.directory, "--results", target.directory);
    assert.equal((await target.read(ok))?.record.status, "ok");
  }
});

Deno.test("merge refuses a folder that is not there", async () => {
  await using folder = await temporaryFolder();
  const world = new ScriptedWorld();
  assert.equal(await world.call("merge", `${folder.path}/none`, "--results", folder.path), 3);
  assert.match(world.err, /Cannot merge .*\/none: there is no such folder; leave it out/);
  assert.equal(await world.call("merge", "--results", folder.path), 2);
});

Deno.test("a shard without cases says so, and merges", async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => `${folder.path}/${name}`;
  const one = ["--dataset", "strokes", "--only", "fc@250#0"];
  const world = new ScriptedWorld();
  for (const shard of ["1/2", "2/2"]) {
    const args = [...one, "--shard", shard, "--results", at(shard[0]!)];
    assert.equal(await world.call("reproduce", ...args), 0);
  }
  assert.match(world.err, /^Shard 2\/2 has no cases: /m);
  assert.equal(await world.call("reproduce", ...one, "--shard", "2/2", "--dry-run"), 0);
  assert.equal(world.out, "Nothing to run: the shard has no cases\n");
  assert.equal(await world.call("merge", at("1"), at("2"), "--results", at("all"), ...one), 0);
  assert.match(world.err, /\/2: no records; the shard has no cases, or was stopped/);
  assert.match(world.err, /^1 record taken over, 1 in/m);
});

Deno.test("merge says which shards were stopped, takes what they have, and ends with 75", async () => {
  await using folder = await temporaryFolder();
  const at = (name: string) => `${folder.path}/${name}`;
  await fill(at("1"), CASES.slice(0, 1));
  await Deno.mkdir(`${at("1")}/checkpoints`);
  await Deno.writeTextFile(`${at("1")}/checkpoints/${"a".repeat(64)}.safetensors`, "");
  await Deno.mkdir(`${at("2")}/locks`, { recursive: true });
  const world = new ScriptedWorld();
  assert.equal(await world.call("merge", at("1"), at("2"), "--results", at("all"), ...QUICK), 75);
  assert.match(world.err, /\/1: 1 case is unfinished; the shard's command goes on with them$/m);
  assert.match(world.err, /\/2: no records; .* was stopped before it finished one$/m);
  assert.match(world.err, /^1 record taken over, 1 in/m);
});

Deno.test("merge takes over what only a shard has beside a record that is there", async () => {
  await using folder = await temporaryFolder();
  const [target, shard] = ["target", "shard"].map((name) => new Store(`${folder.path}/${name}`));
  for (const name of ["vae2", "fc@250"]) {
    const { record, weights, artifacts } = await okCase(name);
    await target!.write(record);
    await shard!.writeArtifacts(record, artifacts);
    await shard!.writeModel(record, weights);
    await shard!.write(record);
  }
  const names = namesIn(`${shard!.directory}/artifacts`);
  await Deno.writeTextFile(`${shard!.directory}/artifacts/._${names[0]}`, "");
  await Deno.writeTextFile(`${shard!.directory}/artifacts/${names[0]}.6f1f.tmp`, "");
  const world = new ScriptedWorld();
  const args = ["merge", shard!.directory, "--results", target!.directory];
  assert.equal(await world.call(...args), 0);
  assert.match(world.err, /^0 records taken over, 2 in .*\n6 files taken over beside records/m);
  assert.deepEqual(namesIn(`${target!.directory}/artifacts`), names);
  assert.equal(names.length, 3);
  assert.equal(namesIn(`${target!.directory}/models`).length, 2);
  assert.equal(namesIn(`${target!.directory}/embeddings`).length, 1);
  await world.call(...args);
  assert.doesNotMatch(world.err, /files taken over/);
});

Deno.test("merge takes nothing from beside another result of the case", async () => {
  await using folder = await temporaryFolder();
  const [target, shard] = ["target", "shard"].map((name) => new Store(`${folder.path}/${name}`));
  const here = { ...(await okCase("vae2")).record, engine: "tfjs-node" as const };
  const other = await okCase("vae2", { score: 59, weights: "of another machine" });
  const there = { ...other.record, engine: "tfjs-node" as const };
  await target!.write(here);
  await shard!.writeModel(there, other.weights);
  await shard!.write(there);
  const world = new ScriptedWorld();
  await world.call("merge", shard!.directory, "--results", target!.directory);
  assert.deepEqual(await target!.readAll(), [await storedAs(here)]);
  await assert.rejects(Deno.stat(`${target!.directory}/models`), Deno.errors.NotFound);
});

Deno.test("export prints a line a record, with every digest", async () => {
  await using folder = await temporaryFolder();
  await fill(folder.path, CASES);
  const world = new ScriptedWorld();
  assert.equal(await world.call("export", "--results", folder.path), 0);
  const [header, ...lines] = world.out.trimEnd().split("\r\n");
  assert.match(
    header!,
    /^case,model,latents,unlabelled,labels,reading,draw,seed,dataset,.*,seconds,record$/,
  );
  assert.equal(lines.length, 7);
  const stored = await new Store(folder.path).readAll();
  assert.deepEqual(lines.map((line) => line.split(",")[0]), CASES.map((name) => `${name}#0`));
  for (const { record, file } of stored) {
    assert.ok(record.status === "ok");
    const line = lines.find((line) => line.endsWith(file))!;
    assert.ok(line.includes(record.result.digests.weights) && line.includes(record.engine), line);
    assert.equal(line.split(",").length, header!.split(",").length);
  }
});
