import assert from "node:assert/strict";
import { drawStrokes, STROKES_SHA256 } from "../data/strokes.ts";
import { temporaryFolder } from "../data/test_files.ts";
import type { Case } from "../matrix/case.ts";
import { fc } from "../models/fc.ts";
import { initialParameters, type Tensor } from "../models/parameters.ts";
import type { Checkpoint } from "../store/checkpoint.ts";
import { Store } from "../store/store.ts";
import { storedCheckpoints } from "./checkpoints.ts";

const CASE: Case = { model: "fc", latents: null, labels: 100, seed: 3 };
const DATASET = {
  name: "strokes" as const,
  sha256: STROKES_SHA256,
  splits: drawStrokes(),
  source: "drawn",
};

function checkpointWith(weights: readonly Tensor[]): Checkpoint {
  return {
    state: {
      curve: [{ epoch: 1, trainLoss: 1, validationScore: 0.5 }],
      best: { epoch: 1, score: 0.5, weights },
      model: { weights, firstMoments: weights, secondMoments: weights },
    },
    seconds: 3,
  };
}

const CHECKPOINT = checkpointWith(initialParameters(fc({ kind: "pixels", width: 784 }), 3));

/** Checkpoints in a store, and what was told. */
function open(store: Store, fresh = false) {
  const said: string[] = [], warned: string[] = [];
  const checkpoints = storedCheckpoints(DATASET, "exact", store, { fresh, everyMs: 0 }, {
    say: (line) => said.push(line),
    notify: (line) => warned.push(line),
  });
  return { checkpoints, said, warned };
}

Deno.test("a checkpoint is found again, and said; with --fresh it is not looked at", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  const { checkpoints, said, warned } = open(store);
  assert.equal(await checkpoints.read(CASE), null);
  await checkpoints.write(CASE, CHECKPOINT);
  assert.deepEqual(await checkpoints.read(CASE), CHECKPOINT);
  assert.deepEqual([said, warned], [["fc@100#3 goes on after epoch 1"], []]);
  assert.equal(await open(store, true).checkpoints.read(CASE), null);
});

Deno.test("a damaged checkpoint costs its epochs, with one line", async () => {
  await using folder = await temporaryFolder();
  const { checkpoints, warned } = open(new Store(folder.path));
  await checkpoints.write(CASE, CHECKPOINT);
  const [file] = [...Deno.readDirSync(`${folder.path}/checkpoints`)];
  const path = `${folder.path}/checkpoints/${file!.name}`;
  const bytes = await Deno.readFile(path);
  bytes[bytes.length - 1]! ^= 1;
  await Deno.writeFile(path, bytes);
  assert.equal(await checkpoints.read(CASE), null);
  assert.deepEqual(warned, [
    `fc@100#3 starts from the beginning: Cannot use the checkpoint ${path}: it is damaged`,
  ]);
});

Deno.test("a checkpoint of another model's tensors costs its epochs, with one line", async () => {
  await using folder = await temporaryFolder();
  const { checkpoints, warned } = open(new Store(folder.path));
  const other = { name: "dense1/bias", shape: [2], values: Float32Array.of(1, 2) };
  await checkpoints.write(CASE, checkpointWith([other]));
  assert.equal(await checkpoints.read(CASE), null);
  assert.match(warned[0]!, /^fc@100#3 starts from the beginning: the tensor "dense1\/weights" /);
  assert.equal(warned.length, 1);
});

Deno.test("a disk that is full ends the checkpoints, not the run, with one line", async () => {
  await using folder = await temporaryFolder();
  let opened = 0;
  const full = {
    ...{ mkdir: Deno.mkdir, rename: Deno.rename, remove: Deno.remove },
    open: () => {
      opened++;
      return Promise.reject(new Error("No space left on device"));
    },
  };
  const { checkpoints, warned } = open(new Store(folder.path, full));
  for (let i = 0; i < 3; i++) await checkpoints.write(CASE, CHECKPOINT);
  assert.equal(opened, 1);
  assert.equal(warned.length, 1);
  assert.match(
    warned[0]!,
    /^No checkpoints are kept from here on: Cannot write .*: No space left on device; free the/,
  );
});
