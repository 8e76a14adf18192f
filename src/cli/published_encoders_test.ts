/** `reproduce --published-encoders`: heads learn from what is published, and train no encoder. */
import assert from "node:assert/strict";
import { testInstalled } from "../../tests/needs.ts";
import { type OkCase, okCase, ScriptedWorld } from "../../tests/scripted_world.ts";
import { temporaryFolder } from "../data/test_files.ts";
import { Store } from "../store/store.ts";
import { publishedEmbeddingsFile } from "../store/tensor_files.ts";
import { embeddingsIn } from "../training/encode.ts";
import { EXIT } from "./exit_codes.ts";

/** A reference with one encoder, whose embeddings are packed. */
async function publish(folder: string, changes: (bytes: Uint8Array) => Uint8Array = (b) => b) {
  const encoder: OkCase = await okCase("ae20#0");
  const store = new Store(folder);
  await store.write(encoder.record);
  const { path, bytes } = publishedEmbeddingsFile(
    encoder.stem,
    encoder.record,
    encoder.artifacts.filter(({ name }) => name.endsWith("-embeddings")),
  );
  await Deno.mkdir(`${folder}/embeddings`);
  const packed = new Blob([changes(bytes) as Uint8Array<ArrayBuffer>]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(`${folder}/${path}.gz`, packed);
  return { store, encoder };
}

const HEADS = ["--only", "*ae20@2000.*", "--profile", "experiment", "--seeds", "1"] as const;

Deno.test("reproduce --published-encoders runs heads alone, on the published embeddings", async () => {
  await using folder = await temporaryFolder();
  const { store, encoder } = await publish(`${folder.path}/reference`);
  const world = new ScriptedWorld({ reference: store });
  const results = `${folder.path}/results`;
  const only = ["--only", "even-ae20@2000.3#0"];
  const args = ["--dataset", "strokes", "--results", results, "--published-encoders"];
  assert.equal(await world.call("reproduce", ...only, ...args), EXIT.ok, world.err);
  assert.deepEqual(world.ran, ["even-ae20@2000.3#0"]);
  const learned = world.learnedFrom.get("even-ae20@2000.3#0")!;
  assert.equal(learned.encoder, encoder.record.result.digests.weights);
  assert.deepEqual(learned.embeddings, embeddingsIn(encoder.artifacts));
});

Deno.test("reproduce --published-encoders refuses heads whose encoder is not published", async () => {
  await using folder = await temporaryFolder();
  const { store } = await publish(`${folder.path}/reference`);
  const world = new ScriptedWorld({ reference: store });
  const args = ["--dataset", "strokes", "--results", `${folder.path}/results`];
  const only = ["--only", "vae20@2000#0", "--published-encoders"];
  assert.equal(await world.call("reproduce", ...args, ...only), EXIT.usage);
  assert.match(
    world.err,
    /Cannot use the published encoders: Cannot find a record of its encoder, vae20#0; without --published-encoders the encoders are trained/,
  );
  assert.deepEqual(world.ran, []);
});

Deno.test("reproduce --published-encoders refuses a saved encoder beside it", async () => {
  const world = new ScriptedWorld();
  const args = [...HEADS, "--published-encoders", "--encoder", "file"];
  assert.equal(await world.call("reproduce", ...args), EXIT.usage);
  assert.match(world.err, /published-encoders/);
});

await testInstalled(
  "tfjs-cpu",
  "reproduce --published-encoders lets heads of another engine learn from those of exact",
  async () => {
    await using folder = await temporaryFolder();
    const { store, encoder } = await publish(`${folder.path}/reference`);
    const environment = Deno.env.toObject();
    const world = new ScriptedWorld({ reference: store, environment });
    const results = new Store(`${folder.path}/results`);
    const args = ["--dataset", "strokes", "--results", results.directory, "--published-encoders"];
    const head = ["--only", "ae20@2000#0", "--engine", "tfjs-cpu"];
    assert.equal(await world.call("reproduce", ...head, ...args), EXIT.ok, world.err);
    assert.deepEqual(world.ran, ["ae20@2000#0"]);
    const [stored] = await results.readAll();
    assert.ok(stored?.record.status === "ok" && stored.record.engine === "tfjs-cpu");
    assert.equal(stored.record.result.encoder, encoder.record.result.digests.weights);
  },
);

Deno.test("published embeddings that are not of the record's encoder are refused", async () => {
  await using folder = await temporaryFolder();
  const spoil = (bytes: Uint8Array) => {
    const spoiled = bytes.slice();
    // The last value of the test embeddings, which come last.
    spoiled[spoiled.length - 1]! ^= 0x40;
    return spoiled;
  };
  const { store, encoder } = await publish(`${folder.path}/reference`, spoil);
  await assert.rejects(store.readEmbeddings(encoder.record), {
    name: "StoreError",
    message: /are not those of the record of ae20#0; get the file from the repository$/,
  });
});

Deno.test("publishedEmbeddingsFile() keeps what heads use: 10,000 training and 1,000 validation codes", async () => {
  const { record } = await okCase("ae20#0");
  const tensor = (name: string, rows: number) => ({
    name,
    shape: [rows, 2],
    values: Float32Array.from({ length: rows * 2 }, (_, i) => i),
  });
  const tensors = [
    tensor("train-embeddings", 10_001),
    tensor("validation-embeddings", 1001),
    tensor("test-embeddings", 1500),
  ];
  const { bytes } = publishedEmbeddingsFile("name", record, tensors);
  const rows = 10_000 + 1000 + 1500;
  assert.ok(bytes.length > rows * 8 && bytes.length < rows * 8 + 2000, `${bytes.length}`);
});
