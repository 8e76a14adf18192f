import assert from "node:assert/strict";
import { ORIGINAL } from "../matrix/case.ts";
import { drawStrokes, STROKES_SHA256 } from "../data/strokes.ts";
import { temporaryFolder } from "../data/test_files.ts";
import { readKernelBytes } from "../engines/exact/kernels.ts";
import { loadExactEngine } from "../engines/exact/load_exact_engine.ts";
import { joinBytes } from "../join_bytes.ts";
import { fc } from "../models/fc.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { limitLabels, train, type TrainingState } from "../training/train.ts";
import { type Checkpoint, checkpointParts, decodeCheckpoint } from "./checkpoint.ts";
import { type Identity, Store } from "./store.ts";

const SPEC = fc({ kind: "pixels", width: 784 });
const IDENTITY: Identity = {
  case: { ...ORIGINAL, model: "fc", latents: null, labels: 100, seed: 3 },
  dataset: { name: "strokes", sha256: STROKES_SHA256 },
  engine: "exact",
  numericVersion: NUMERIC_VERSION,
};

function encodeCheckpoint(...of: Parameters<typeof checkpointParts>): Uint8Array<ArrayBuffer> {
  return joinBytes([...checkpointParts(...of)]);
}

/** Where a real training stands after each of its first epochs. */
async function realStates(epochs: number): Promise<TrainingState[]> {
  const engine = await loadExactEngine(await readKernelBytes(), null, () => {});
  const splits = limitLabels(drawStrokes(), 100);
  const session = await engine.open(SPEC, splits, 3);
  const states: TrainingState[] = [];
  await train(SPEC, session, splits, 3, {
    maxEpochs: epochs + 1,
    onState: async (take) => void states.push(structuredClone(await take())),
  });
  return states.slice(0, epochs);
}

const STATE = (await realStates(4)).at(-1)!;
const CHECKPOINT: Checkpoint = { state: STATE, seconds: 12.25 };
const BYTES = encodeCheckpoint(IDENTITY, CHECKPOINT);

Deno.test("a checkpoint comes back as it was, to the last bit", () => {
  assert.equal(STATE.curve.length, 4);
  assert.deepEqual(decodeCheckpoint(BYTES, IDENTITY, "here"), CHECKPOINT);
});

Deno.test("a checkpoint of another case, dataset, engine or version is refused", () => {
  const others: Identity[] = [
    { ...IDENTITY, case: { ...IDENTITY.case, seed: 4 } },
    { ...IDENTITY, dataset: { ...IDENTITY.dataset, sha256: "0".repeat(64) } },
    { ...IDENTITY, engine: "tfjs-cpu" },
    { ...IDENTITY, numericVersion: NUMERIC_VERSION + 1 },
  ];
  for (const other of others) {
    assert.throws(() => decodeCheckpoint(BYTES, other, "here"), {
      name: "StoreError",
      message: `Cannot use the checkpoint here: it is of fc@100#3 by exact, numeric version ` +
        `${NUMERIC_VERSION}, on the dataset ${STROKES_SHA256.slice(0, 12)}`,
    });
  }
});

Deno.test("a checkpoint with a changed or missing byte is refused", () => {
  const refused = (bytes: Uint8Array, at: string) =>
    assert.throws(
      () => decodeCheckpoint(bytes, IDENTITY, "here"),
      /^(StoreError|SafetensorsError): Cannot (use the checkpoint|read) here: /,
      at,
    );
  for (let at = 0; at < BYTES.length; at = at < 4000 ? at + 7 : at + 9973) {
    const damaged = BYTES.slice();
    damaged[at]! ^= 4;
    refused(damaged, `byte ${at}`);
  }
  for (const length of [0, 7, 8, 500, BYTES.length - 4, BYTES.length - 1]) {
    refused(BYTES.subarray(0, length), `${length} bytes`);
  }
});

Deno.test("a checkpoint without weights is refused", () => {
  const state: TrainingState = {
    ...STATE,
    model: { weights: [], firstMoments: [], secondMoments: [] },
    best: { ...STATE.best, weights: [] },
  };
  assert.throws(
    () => decodeCheckpoint(encodeCheckpoint(IDENTITY, { state, seconds: 1 }), IDENTITY, "here"),
    {
      name: "StoreError",
      message: "Cannot use the checkpoint here: its tensors do not belong together",
    },
  );
});

Deno.test("the store keeps one checkpoint a case, and removes it", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  const names = () => [...Deno.readDirSync(`${folder.path}/checkpoints`)].map(({ name }) => name);
  assert.equal(await store.readCheckpoint(IDENTITY), null);
  await store.removeCheckpoint(IDENTITY);
  for (const seconds of [1, 2]) await store.writeCheckpoint(IDENTITY, { state: STATE, seconds });
  assert.equal((await store.readCheckpoint(IDENTITY))?.seconds, 2);
  assert.equal(names().length, 1);
  // What a killed process left is removed with it.
  await Deno.writeTextFile(`${folder.path}/checkpoints/${names()[0]}.tmp`, "half");
  await store.removeCheckpoint(IDENTITY);
  assert.deepEqual(names(), []);
});
