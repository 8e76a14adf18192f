import assert from "node:assert/strict";
import { decode } from "fast-png";
import { EMBEDDED, type Finishing, okCase } from "../../tests/scripted_world.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { formatCase } from "../matrix/case.ts";
import { MODEL_NAMES } from "../matrix/models.ts";
import type { Tensor } from "../models/parameters.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { digestOfWeights } from "../training/digests.ts";
import type { OkRecord } from "./record.ts";
import { decodeSafetensors, encodeSafetensors, type Metadata } from "./safetensors.ts";
import { Store, StoreError } from "./store.ts";
import { readModel } from "./tensor_files.ts";

/** An encoder's tensors, written to a store in a folder of its own. */
async function stored(name: string, scripted?: Finishing) {
  const folder = await temporaryFolder();
  const store = new Store(folder.path);
  const encoder = await okCase(name, scripted);
  await store.writeArtifacts(encoder.record, encoder.artifacts);
  return {
    ...encoder,
    folder: folder.path,
    store,
    embeddingsPath: `${folder.path}/embeddings/${encoder.stem}.safetensors`,
    artifactsPath: `${folder.path}/artifacts/${encoder.stem}.safetensors`,
    [Symbol.asyncDispose]: folder[Symbol.asyncDispose],
  };
}

/** Asserts that a file is refused by a StoreError that says something, such as its path. */
async function assertRefused(reading: Promise<unknown>, what: string, start = ""): Promise<void> {
  await assert.rejects(reading, (error: Error) => {
    assert.ok(error instanceof StoreError, `${error}`);
    assert.ok(error.message.startsWith(start) && error.message.includes(what), error.message);
    return true;
  });
}

/** Asserts that tensors are, in this order, those of these names. */
function assertTensors(
  tensors: readonly Tensor[] | null,
  written: readonly Tensor[],
  names: readonly string[],
): void {
  assert.deepEqual(tensors?.map(({ name }) => name), names);
  for (const tensor of tensors!) assert.deepEqual(tensor, named(written, tensor.name));
}

const EMBEDDINGS = ["train-embeddings", "validation-embeddings", "test-embeddings"];
const DRAWN = ["test-embeddings", "originals", "reconstructions", "digit-map"];

function named(tensors: readonly Tensor[], name: string): Tensor {
  const found = tensors.find((tensor) => tensor.name === name);
  assert.ok(found, name);
  return found;
}

async function readTensors(path: string) {
  return decodeSafetensors(await Deno.readFile(path), path);
}

function metadataOf({ case: c, dataset, numericVersion, result }: OkRecord): Metadata {
  return {
    case: formatCase(c),
    dataset: dataset.sha256,
    "numeric-version": `${numericVersion}`,
    weights: result.digests.weights,
  };
}

Deno.test("writeArtifacts() lays an encoder's tensors and pictures beside its record, and no more", async () => {
  await using encoder = await stored("vae5");
  const { record, artifacts, stem, folder } = encoder;
  assert.deepEqual(namesIn(folder), ["artifacts", "embeddings"]);
  assert.deepEqual(namesIn(`${folder}/embeddings`), [`${stem}.safetensors`]);
  assert.deepEqual(
    namesIn(`${folder}/artifacts`),
    [`${stem}-reconstructions.png`, `${stem}.safetensors`],
  );
  const { tensors, metadata } = await readTensors(encoder.artifactsPath);
  assertTensors(tensors, artifacts, ["originals", "reconstructions"]);
  assert.deepEqual({ ...metadata }, metadataOf(record));
});

Deno.test("writeArtifacts() in two dimensions adds the plane and its map, as tensors and as a picture", async () => {
  await using encoder = await stored("ae2");
  const { artifacts, folder, stem } = encoder;
  const { tensors } = await readTensors(encoder.artifactsPath);
  assertTensors(tensors, artifacts, DRAWN);
  const picture = async (what: string) =>
    decode(await Deno.readFile(`${folder}/artifacts/${stem}-${what}.png`));
  const map = await picture("digit-map");
  assert.deepEqual([map.width, map.height], [20 * 29 - 1, 20 * 29 - 1]);
  // Row 3, column 12 of the map is the picture's digit there.
  const digit = named(artifacts, "digit-map").values.subarray((3 * 20 + 12) * 784);
  for (const at of [0, 13, 27 * 28 + 5]) {
    const y = 3 * 29 + Math.floor(at / 28), x = 12 * 29 + at % 28;
    assert.ok(Math.abs(map.data[y * map.width + x]! - digit[at]! * 255) <= 0.5001);
  }
  // Four digits above their reconstructions.
  const pairs = await picture("reconstructions");
  assert.deepEqual([pairs.width, pairs.height], [4 * 29 - 1, 2 * 29 - 1]);
});

Deno.test("writeArtifacts() of a case that leaves nothing writes nothing", async () => {
  await using folder = await temporaryFolder();
  const { record, artifacts } = await okCase("fc@250", { score: 0.9 });
  await new Store(folder.path).writeArtifacts(record, artifacts);
  assert.deepEqual(namesIn(folder.path), []);
});

Deno.test("readEmbeddings() gives back what was written, bit for bit", async () => {
  await using encoder = await stored("vae2");
  const { record, artifacts, store } = encoder;
  assertTensors(await store.readEmbeddings(record), artifacts, EMBEDDINGS);
});

Deno.test("readEmbeddings() refuses a file in which any one value has changed, and says the way out", async () => {
  await using encoder = await stored("vae2");
  const { record, store, embeddingsPath: path } = encoder;
  const whole = await Deno.readFile(path);
  // How many bytes follow a split's: two float32 a sample.
  const ends = {
    test: 0,
    validation: EMBEDDED.test * 8,
    train: (EMBEDDED.test + EMBEDDED.validation) * 8,
  };
  for (const [split, end] of Object.entries(ends)) {
    const damaged = whole.slice();
    damaged[damaged.length - end - 3]! ^= 1;
    await Deno.writeFile(path, damaged);
    await assert.rejects(store.readEmbeddings(record), {
      name: "StoreError",
      message: `Cannot use ${path}: its ${split}-embeddings are not those of the record of ` +
        "vae2#0; remove the file, and the encoder runs again",
    });
  }
});

/** Files in the place of embeddings; each must be refused by a StoreError that names the file. */
const UNUSABLE:
  readonly (readonly [what: string, make: (artifacts: readonly Tensor[]) => unknown])[] = [
    ["is cut", (artifacts) => encodeSafetensors(artifacts.slice(0, 3), {}).slice(0, -4)],
    ["is no safetensors file", () => new TextEncoder().encode("no tensors at all")],
    ["is empty", () => new Uint8Array(0)],
    ["lacks the test embeddings", (artifacts) => encodeSafetensors(artifacts.slice(0, 2), {})],
    ["holds no tensor", () => encodeSafetensors([], {})],
    ["holds another tensor too", (artifacts) => {
      const other = { name: "other", shape: [1], values: Float32Array.of(1) };
      return encodeSafetensors([...artifacts.slice(0, 3), other], {});
    }],
    ["holds embeddings of another width", (artifacts) => {
      const [train, ...others] = artifacts.slice(0, 3);
      return encodeSafetensors([{ ...train!, shape: [10, 1] }, ...others], {});
    }],
    ["holds a value that is not finite", (artifacts) => {
      const [train, ...others] = artifacts.slice(0, 3);
      const values = train!.values.slice();
      values[1] = NaN;
      return encodeSafetensors([{ ...train!, values }, ...others], {});
    }],
    ["is not there", () => null],
  ];

for (const [what, make] of UNUSABLE) {
  Deno.test(`readEmbeddings() refuses a file that ${what}, and names it`, async () => {
    await using encoder = await stored("vae2");
    const { record, artifacts, store, embeddingsPath: path } = encoder;
    const bytes = make(artifacts);
    if (bytes instanceof Uint8Array) await Deno.writeFile(path, bytes);
    else await Deno.remove(path);
    await assertRefused(store.readEmbeddings(record), path);
  });
}

Deno.test("readEmbeddings() refuses the embeddings of another run of the same case", async () => {
  await using encoder = await stored("vae2", { score: 59, weights: "one" });
  const other = await okCase("vae2", { score: 59, weights: "other" });
  await assert.rejects(encoder.store.readEmbeddings(other.record), {
    name: "StoreError",
    message: /: its train-embeddings are not those of the record of vae2#0; remove the file/,
  });
});

Deno.test("readArtifacts() gives back what the report draws, bit for bit", async () => {
  await using encoder = await stored("vae2");
  const { record, artifacts, store } = encoder;
  assertTensors(await store.readArtifacts(record), artifacts, DRAWN);
});

Deno.test("readArtifacts() unpacks a packed file, and refuses a cut one", async () => {
  await using encoder = await stored("vae2");
  const { record, store, artifactsPath: path } = encoder;
  const plain = await store.readArtifacts(record);
  const packed = new Response(
    (await Deno.open(path)).readable.pipeThrough(new CompressionStream("gzip")),
  );
  const bytes = new Uint8Array(await packed.arrayBuffer());
  await Deno.remove(path);
  await Deno.writeFile(`${path}.gz`, bytes);
  assert.deepEqual(await store.readArtifacts(record), plain);
  await Deno.writeFile(`${path}.gz`, bytes.subarray(0, -9));
  await assert.rejects(store.readArtifacts(record), {
    name: "StoreError",
    message: new RegExp(`^Cannot unpack ${path}.gz: .*; remove the file, and the report does `),
  });
});

Deno.test("readArtifacts() leaves out a tensor that the record does not know of", async () => {
  await using encoder = await stored("vae2");
  const { record, store } = encoder;
  const { result } = record;
  const known = result.artifacts!.filter(({ name }) => name !== "digit-map");
  const older = { ...record, result: { ...result, artifacts: known } };
  const read = await store.readArtifacts(older);
  assert.deepEqual(read?.map(({ name }) => name), DRAWN.slice(0, 3));
});

Deno.test("readArtifacts() gives null where the file is not there, and no other error", async () => {
  await using encoder = await stored("ae5");
  const { record, store, folder, artifactsPath: path } = encoder;
  assert.equal(await new Store(`${folder}/nowhere`).readArtifacts(record), null);
  await Deno.remove(path);
  assert.equal(await store.readArtifacts(record), null);
  await Deno.mkdir(path);
  await assertRefused(store.readArtifacts(record), path);
});

Deno.test("readArtifacts() refuses a file of which any one tensor is not the record's, and names both", async () => {
  await using encoder = await stored("vae2");
  const { record, store, artifactsPath: path } = encoder;
  const { tensors } = await readTensors(path);
  assert.equal(tensors.length, 4);
  for (const [index, { name, values }] of tensors.entries()) {
    const other = values.slice();
    other[0] = other[0]! / 2 + 0.25;
    await Deno.writeFile(
      path,
      encodeSafetensors(tensors.with(index, { ...tensors[index]!, values: other }), {}),
    );
    await assert.rejects(store.readArtifacts(record), {
      name: "StoreError",
      message:
        `Cannot use ${path}: its ${name} are not those of the record of vae2#0; remove the ` +
        "file, and the report does without it",
    });
  }
  await Deno.writeFile(path, encodeSafetensors(tensors, {}));
  assert.equal((await store.readArtifacts(record))?.length, 4);
});

for (
  const [what, make] of UNUSABLE.filter(([what]) =>
    !/embeddings|is not there|holds no|another tensor/.test(what)
  )
) {
  Deno.test(`readArtifacts() refuses a file that ${what}, and names it`, async () => {
    await using encoder = await stored("vae2");
    const { record, artifacts, store, artifactsPath: path } = encoder;
    await Deno.writeFile(path, make(artifacts) as Uint8Array<ArrayBuffer>);
    await assertRefused(store.readArtifacts(record), path);
  });
}

Deno.test("readText() gives a file of the results folder, null where it is not there, else an error", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  assert.equal(await store.readText("peers.json"), null);
  assert.equal(await new Store(`${folder.path}/nowhere`).readText("peers.json"), null);
  await Deno.writeTextFile(`${folder.path}/peers.json`, "\u00e9\n");
  assert.equal(await store.readText("peers.json"), "\u00e9\n");
  await Deno.mkdir(`${folder.path}/play.html`);
  await assertRefused(
    store.readText("play.html"),
    "; fix its permissions, move it away or name another --results",
    `Cannot read ${folder.path}/play.html: `,
  );
});

Deno.test("readModel() gives back what writeModel() wrote: weights, case, dataset and version", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  for (const name of ["vae2", "ae20@250", "fc@250"]) {
    const { record, weights, stem } = await okCase(name);
    const path = await store.writeModel(record, weights);
    assert.equal(
      path,
      `${folder.path}/models/${formatCase(record.case)}-${stem.slice(0, 12)}.safetensors`,
    );
    assert.deepEqual(await readModel(path), {
      case: record.case,
      datasetSha256: record.dataset.sha256,
      numericVersion: NUMERIC_VERSION,
      weights,
      weightsDigest: record.result.digests.weights,
    });
  }
  assert.equal(namesIn(`${folder.path}/models`).length, 3);
});

const NO_METADATA = "its metadata does not say of which case, dataset and numeric version it is";

/** What is wrong with the metadata, and the reason that is given. */
const REFUSED: readonly (readonly [what: string, changes: object, reason: string])[] = [
  ["no case", { case: undefined }, NO_METADATA],
  ["no dataset", { dataset: undefined }, NO_METADATA],
  ["no numeric version", { "numeric-version": undefined }, NO_METADATA],
  ["no digest", { weights: undefined }, NO_METADATA],
  ["an empty case", { case: "" }, NO_METADATA],
  [
    "a case of an unknown model",
    { case: "resnet20#0" },
    `Cannot read the case "resnet20#0": unknown model "resnet" (known: ${MODEL_NAMES.join(", ")})`,
  ],
  [
    "no case",
    { case: "fc" },
    'Cannot read the case "fc": fc needs labels, at least 1, as in fc@2000',
  ],
  ["a case without a seed", { case: "vae2" }, '"vae2" has no seed'],
];

for (const [what, changes, reason] of REFUSED) {
  Deno.test(`readModel() refuses a model whose metadata has ${what}: ${JSON.stringify(changes)}`, async () => {
    await using folder = await temporaryFolder();
    const { record, weights } = await okCase("vae2");
    const path = `${folder.path}/model.safetensors`;
    const metadata = Object.entries({ ...metadataOf(record), ...changes })
      .filter((entry): entry is [string, string] => entry[1] !== undefined);
    await Deno.writeFile(path, encodeSafetensors(weights, Object.fromEntries(metadata)));
    await assert.rejects(readModel(path), {
      name: "StoreError",
      message:
        `Cannot use the model ${path}: ${reason}; give one that reproduce --save-models wrote`,
    });
  });
}

Deno.test("readModel() refuses changed weights, with both digests", async () => {
  await using folder = await temporaryFolder();
  const { record, weights } = await okCase("vae2");
  const path = `${folder.path}/model.safetensors`;
  const values = weights[0]!.values.slice();
  values[3]! += 1e-3;
  const changed = [{ ...weights[0]!, values }];
  await Deno.writeFile(path, encodeSafetensors(changed, metadataOf(record)));
  const digest = await digestOfWeights(changed);
  await assert.rejects(readModel(path), {
    name: "StoreError",
    message: `Cannot use the model ${path}: its weights have digest ${digest}, its metadata says ` +
      `${record.result.digests.weights}; give one that reproduce --save-models wrote`,
  });
});

/** Models that are wrong in other ways; each must be refused by a StoreError that names the file. */
const WRONG_MODELS: readonly (readonly [
  what: string,
  change: (weights: Tensor, metadata: Metadata) => [Tensor[], Metadata],
])[] = [
  ["of a numeric version that is no number", (weights, metadata) => [
    [weights],
    { ...metadata, "numeric-version": "one" },
  ]],
  ["of a numeric version beyond all numbers", (weights, metadata) => [
    [weights],
    { ...metadata, "numeric-version": "9".repeat(400) },
  ]],
  ["with a weight that is not finite", (weights, metadata) => {
    const values = weights.values.slice();
    values[2] = NaN;
    return [[{ ...weights, values }], metadata];
  }],
  ["without weights", (_, metadata) => [[], metadata]],
];

for (const [what, change] of WRONG_MODELS) {
  Deno.test(`readModel() refuses a model ${what}`, async () => {
    await using folder = await temporaryFolder();
    const { record, weights } = await okCase("vae2");
    const path = `${folder.path}/model.safetensors`;
    const [tensors, metadata] = change(weights[0]!, metadataOf(record));
    await Deno.writeFile(path, encodeSafetensors(tensors, metadata));
    await assertRefused(readModel(path), path, `Cannot use the model ${path}: `);
  });
}

for (const [what, bytes] of [["no safetensors", "model"], ["not there", null]] as const) {
  Deno.test(`readModel() refuses a file that is ${what}, and names it`, async () => {
    await using folder = await temporaryFolder();
    const path = `${folder.path}/model.safetensors`;
    if (bytes !== null) await Deno.writeTextFile(path, bytes);
    await assertRefused(readModel(path), path);
  });
}
