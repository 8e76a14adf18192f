/** No name in a record, a model or a dataset's file moves what is written out of the results folder. */
import assert from "node:assert/strict";
import { resolve } from "node:path";
import fc from "fast-check";
import { idxBytes, temporaryFolder } from "../../src/data/test_files.ts";
import { formatCase, parseCase } from "../../src/matrix/case.ts";
import type { OkRecord } from "../../src/store/record.ts";
import { encodeSafetensors } from "../../src/store/safetensors.ts";
import { parseRecord, Store, type StoreDisk, StoreError } from "../../src/store/store.ts";
import { readModel } from "../../src/store/tensor_files.ts";
import { digestOfWeights } from "../../src/training/digests.ts";
import { caseOf } from "../helpers/case_of.ts";
import { identityOf, scriptedCase, ScriptedWorld } from "../scripted_world.ts";
import { SLOW } from "../needs.ts";
import { anyText, textsLike } from "./texts.ts";

/** Names that lead out of a folder, on one system or another, or that no file can have. */
const NAMES = [
  "../outside",
  "../../outside",
  "..",
  "records/../../../outside",
  "/outside",
  "//outside/share",
  "C:\\outside",
  "..\\..\\outside",
  "\\\\?\\C:\\outside",
  "fc@250#0/../../outside",
  "fc@250#0\0../../outside",
  "\0",
  "%2e%2e%2foutside",
  "\uff0e\uff0e\u2215outside",
  "file:///outside",
  "~/outside",
  "x".repeat(5000),
];

const ENCODER = caseOf("vae2#0");
const FINISHED = await scriptedCase(ENCODER, { score: 58.5 });
const RECORD = JSON.stringify(FINISHED.record, null, 1);

/** A disk on which nothing happens: it notes where something would be written. */
function notingDisk(): { readonly paths: Set<string>; readonly disk: StoreDisk } {
  const paths = new Set<string>();
  const handle = { write: (bytes: Uint8Array) => Promise.resolve(bytes.length), sync: () => {} };
  const disk = {
    mkdir: (path: string) => Promise.resolve(void paths.add(path)),
    open: (path: string) =>
      Promise.resolve({ ...handle, [Symbol.dispose]: paths.add(path) && (() => {}) }),
    rename: (from: string, to: string) => Promise.resolve(void paths.add(from).add(to)),
    remove: (path: string) => Promise.resolve(void paths.add(path)),
  };
  return { paths, disk: disk as unknown as StoreDisk };
}

/** Writes all that a store can keep of a record, and holds that it stays in the folder. */
async function writeAll(record: OkRecord): Promise<void> {
  const { paths, disk } = notingDisk();
  const store = new Store("/results", disk);
  const tensors = [{ name: "weights", shape: [1], values: Float32Array.of(1) }];
  const best = { epoch: 1, score: 1, weights: tensors };
  const model = { weights: tensors, firstMoments: tensors, secondMoments: tensors };
  await store.write(record);
  await store.writeArtifacts(record, FINISHED.artifacts);
  await store.writeModel(record, tensors);
  await store.writeCheckpoint(record, { state: { curve: [], best, model }, seconds: 1 });
  assert.ok(paths.size > 8);
  for (const path of paths) {
    assert.equal(resolve(path), path);
    assert.match(
      path,
      /^\/results\/(records|artifacts|embeddings|models|checkpoints)(\/[\w@#.-]+)?$/,
    );
  }
}

const hostileName = fc.oneof(fc.constantFrom(...NAMES), anyText);
const hostileRecord = fc.tuple(
  hostileName,
  fc.constantFrom("vae", "strokes", "exact", "wasm", "train-embeddings", "digit-map", "linux"),
).map(([name, place]) => RECORD.replace(`"${place}"`, () => JSON.stringify(name)));

Deno.test("whatever a record says, what is written of it stays in the results folder", async () => {
  let written = 0, refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.oneof(hostileRecord, textsLike([RECORD])), async (text) => {
      let record;
      try {
        record = parseRecord(text, "here");
      } catch (error) {
        assert.ok(error instanceof StoreError, String(error));
        refused++;
        return;
      }
      if (record.status === "ok") await writeAll(record);
      written++;
    }),
    { seed: 7, numRuns: SLOW ? 3000 : 200 },
  );
  assert.ok(written > 20 && refused > 20, `${written} written, ${refused} refused`);
});

Deno.test("parseCase() takes no name with a separator, a dot, or anything unseen", () => {
  fc.assert(
    fc.property(fc.oneof(hostileName, hostileName.map((name) => `fc@250${name}#0`)), (name) => {
      try {
        const c = parseCase(name);
        assert.match(formatCase({ ...c, seed: c.seed ?? 0 }), /^[a-z-]+[0-9]*(@[0-9]+)?#[0-9]+$/);
      } catch (error) {
        assert.ok(error instanceof RangeError, String(error));
      }
    }),
    { seed: 7, numRuns: SLOW ? 10_000 : 300 },
  );
});

/** All files and folders below a path. */
function tree(directory: string): string[] {
  return [...Deno.readDirSync(directory)].flatMap(({ name, isDirectory }) => [
    name,
    ...isDirectory ? tree(`${directory}/${name}`).map((inner) => `${name}/${inner}`) : [],
  ]).sort();
}

/** Command lines that are refused, and leave everything as it was. */
async function assertRefused(root: string, exitCodes: number[], ...args: string[]): Promise<void> {
  const before = tree(root);
  const world = new ScriptedWorld();
  const exitCode = await world.call(...args);
  assert.ok(exitCodes.includes(exitCode), `${exitCode}: ${world.err}`);
  assert.match(world.err, /^error: /m);
  assert.deepEqual(world.ran, []);
  assert.deepEqual(tree(root), before);
}

Deno.test("a record under another name is refused, whatever the name", async () => {
  for (const name of ["..\\..\\outside.json", "%2e%2e%2foutside.json", "<b>.json", ".json"]) {
    await using folder = await temporaryFolder();
    const results = `${folder.path}/a/results`;
    await Deno.mkdir(`${results}/records`, { recursive: true });
    await Deno.writeTextFile(`${results}/records/${name}`, RECORD);
    await assertRefused(folder.path, [3], "report", "--results", results);
    await assertRefused(folder.path, [3], "check", "--results", results);
  }
});

Deno.test("a saved model whose metadata are paths is refused", async () => {
  await using folder = await temporaryFolder();
  const weights = [{ name: "../../outside", shape: [1], values: Float32Array.of(1) }];
  const digest = await digestOfWeights(weights);
  const metadata = {
    case: "vae2#0",
    dataset: identityOf(ENCODER).dataset.sha256,
    "numeric-version": "1",
    weights: digest,
  };
  const path = `${folder.path}/model.safetensors`;
  const results = `${folder.path}/a/results`;
  const args = ["--dataset", "strokes", "--only", "vae2@2000#0", "--results", results, "--quiet"];
  for (const key of ["case", "dataset", "numeric-version", "weights", "none"]) {
    for (const name of NAMES.slice(0, 5)) {
      const said = key === "none" ? metadata : { ...metadata, [key]: name };
      await Deno.writeFile(path, encodeSafetensors(weights, said));
      if (key !== "dataset" && key !== "none") {
        await assert.rejects(readModel(path), {
          name: "StoreError",
          message: /^Cannot use the model /,
        });
      }
      if (name !== NAMES[0]) continue;
      await assertRefused(folder.path, [2, 3], "reproduce", ...args, "--encoder", path);
    }
  }
});

Deno.test("a results folder that can be no folder is refused before any case runs", async () => {
  await using folder = await temporaryFolder();
  await Deno.writeTextFile(`${folder.path}/file`, "");
  for (const name of ["a\0b", "file", "file/x", `${"x".repeat(300)}/y`]) {
    const results = `${folder.path}/${name}`;
    await assertRefused(folder.path, [3], "report", "--results", results);
    const args = ["--dataset", "strokes", "--only", "fc@250#0", "--quiet", "--results", results];
    await assertRefused(folder.path, [3], "reproduce", ...args);
  }
});

Deno.test("a dataset in a folder of any name leaves a page of a fixed name", async () => {
  await using folder = await temporaryFolder();
  const { case: c, dataset } = identityOf(ENCODER);
  const { record } = await scriptedCase(c, { score: 58.5 });
  const results = `${folder.path}/a/results`;
  for (const name of ["mnist", "strokes", "idx"] as const) {
    const sha256 = name === "idx"
      ? "f".repeat(64)
      : name === "mnist"
      ? "e".repeat(64)
      : dataset.sha256;
    await new Store(results).write({ ...record, dataset: { name, sha256 } });
  }
  assert.equal(await new ScriptedWorld().call("report", "--results", results), 0);
  const pages = tree(folder.path).filter((path) => path.endsWith(".html"));
  assert.deepEqual(
    pages,
    ["idx-ffffffffffff", "index", "play", "strokes"].map((page) => `a/results/${page}.html`),
  );
  await assertRefused(
    folder.path,
    [3],
    "data",
    "--dataset",
    "idx",
    "--data",
    `${folder.path}/..\0`,
  );
  await Deno.writeFile(`${folder.path}/train-images-idx3-ubyte`, idxBytes([1 << 31, 28, 28], []));
  await assertRefused(folder.path, [3], "data", "--dataset", "idx", "--data", folder.path);
});
