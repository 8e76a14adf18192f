import assert from "node:assert/strict";
import { plant } from "../../tests/helpers/commands.ts";
import { PUBLISHED, ScriptedWorld } from "../../tests/scripted_world.ts";
import { readPublished } from "../checks/check_store.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { STROKES_SHA256 } from "../data/strokes.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { plainModel, savedModel } from "../report/play/testdata/plain_model.ts";

async function resultsIn(folder: string): Promise<string> {
  const results = `${folder}/results`;
  await plant(results, "fc@250", { score: 0.8 });
  return results;
}

Deno.test("report writes the live page, which links the report, and the report links it", async () => {
  await using folder = await temporaryFolder();
  const results = await resultsIn(folder.path);
  const published = { ...PUBLISHED, records: (await readPublished()).records };
  const world = new ScriptedWorld({ published });
  assert.equal(await world.call("report", "--results", results), 0, world.err);
  assert.match(
    world.out,
    /^Play: \S+\/play\.html \(0\.[0-9] MB, without a latent plane: --play adds one\)$/m,
  );
  const play = await Deno.readTextFile(`${results}/play.html`);
  assert.match(play, /<a href="strokes.html">Report on strokes<\/a>/);
  assert.match(play, /<option value="fc@250">fc@250: dense network, 250 digits<\/option>/);
  assert.match(await Deno.readTextFile(`${results}/strokes.html`), /<a href="play.html">Play<\/a>/);
});

Deno.test("report --play puts a saved encoder into the live page, and says how large it is", async () => {
  await using folder = await temporaryFolder();
  const results = await resultsIn(folder.path);
  const path = `${folder.path}/vae2.safetensors`;
  await Deno.writeFile(path, await savedModel("vae2#7", { dataset: STROKES_SHA256 }));
  const world = new ScriptedWorld();
  assert.equal(await world.call("report", "--results", results, "--play", path), 0, world.err);
  const [, size] = /^Play: .* \((\S+) MB, with the latent plane of vae2#7\)$/m.exec(world.out)!;
  assert.ok(Number(size) > 26 && Number(size) < 40, size);
  const play = await Deno.readTextFile(`${results}/play.html`);
  assert.match(play, /The latent plane of vae2#7/);
  assert.match(play, /vae2#7, trained on strokes, 26\u00a0MB of float32 weights/);
});

const SHORT = plainModel("ae2#0");

const REFUSED: readonly {
  readonly what: string;
  readonly bytes: () => Promise<Uint8Array>;
  readonly exitCode: number;
  readonly message: RegExp;
}[] = [
  {
    what: "an encoder with 20 latents",
    bytes: () => savedModel("ae20#0", {}, plainModel("ae20#0")),
    exitCode: 2,
    message: /it is ae20#0, no encoder with 2 latents; save one with deno task reproduce --only/,
  },
  {
    what: "a classifier",
    bytes: () => savedModel("fc@250#0", {}, plainModel("fc@250#0")),
    exitCode: 2,
    message: /it is fc@250#0, no encoder with 2 latents; save one/,
  },
  {
    what: "a head of an encoder with 2 latents",
    bytes: () => savedModel("ae2@250#0", {}, plainModel("ae2@250#0")),
    exitCode: 2,
    message: /it is ae2@250#0, no encoder with 2 latents; save one/,
  },
  {
    what: "a model of another numeric version",
    bytes: () => savedModel("ae2#0", { "numeric-version": `${NUMERIC_VERSION + 1}` }),
    exitCode: 2,
    message: /it is of numeric version 2, not 1; train it again with this release/,
  },
  {
    what: "a model that lacks a tensor",
    bytes: () => savedModel("ae2#0", {}, { ...SHORT, weights: SHORT.weights.slice(1) }),
    exitCode: 2,
    message: /the tensor "conv1\/weights" .* is missing; give a file that reproduce --save-models/,
  },
  {
    what: "a file that is no safetensors file",
    bytes: () => Promise.resolve(new TextEncoder().encode("no tensors at all")),
    exitCode: 3,
    message: /Cannot read .*; take another copy of the file, or write it again/,
  },
  {
    what: "weights of another digest than the file says",
    bytes: () => savedModel("ae2#0", { weights: "0".repeat(64) }),
    exitCode: 3,
    message: /Cannot use the model .*: its weights have digest .*; give one that reproduce --save/,
  },
];

for (const { what, bytes, exitCode, message } of REFUSED) {
  Deno.test(`report --play refuses ${what}, says the way out, and writes no page`, async () => {
    await using folder = await temporaryFolder();
    const results = await resultsIn(folder.path);
    const path = `${folder.path}/model.safetensors`;
    await Deno.writeFile(path, await bytes());
    const world = new ScriptedWorld();
    assert.equal(await world.call("report", "--results", results, "--play", path), exitCode);
    assert.match(world.err, message);
    assert.ok(world.err.includes(path), world.err);
    assert.deepEqual(namesIn(results), ["records"]);
  });
}

Deno.test("report --play of a file that is not there names it, and the way out", async () => {
  await using folder = await temporaryFolder();
  const results = await resultsIn(folder.path);
  const path = `${folder.path}/absent.safetensors`;
  const world = new ScriptedWorld();
  assert.equal(await world.call("report", "--results", results, "--play", path), 3);
  assert.match(world.err, /^error: Cannot read \S+absent\.safetensors: .*; name a file that can/);
  assert.equal(await world.call("report", "--results", results, "--play", ""), 2);
  assert.match(world.err, /It must name a file/);
  assert.deepEqual(namesIn(results), ["records"]);
});
