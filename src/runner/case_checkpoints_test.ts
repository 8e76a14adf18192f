import assert from "node:assert/strict";
import { drawStrokes, STROKES_SHA256 } from "../data/strokes.ts";
import { temporaryFolder } from "../data/test_files.ts";
import { type Case, ORIGINAL } from "../matrix/case.ts";
import { fc } from "../models/fc.ts";
import { initialParameters, type Tensor } from "../models/parameters.ts";
import type { Checkpoint } from "../store/checkpoint.ts";
import { Store } from "../store/store.ts";
import { CaseCheckpoints, type CheckpointNote, pauseMs } from "./case_checkpoints.ts";

const CASE: Case = { ...ORIGINAL, model: "fc", latents: null, labels: 100, seed: 3 };
const DATASET = {
  name: "strokes" as const,
  sha256: STROKES_SHA256,
  splits: drawStrokes(),
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
  const told: CheckpointNote[] = [];
  const options = { fresh, everyMs: 0 };
  const checkpoints = new CaseCheckpoints(
    store,
    options,
    DATASET,
    "exact",
    (note) => told.push(note),
  );
  const write = (checkpoint: Checkpoint) =>
    checkpoints.writeIfDue(CASE, () => Promise.resolve(checkpoint));
  return { checkpoints, write, told };
}

Deno.test("a checkpoint is found again, and said; with --fresh it is not looked at", async () => {
  await using folder = await temporaryFolder();
  const store = new Store(folder.path);
  const { checkpoints, write, told } = open(store);
  assert.equal(await checkpoints.read(CASE), null);
  await write(CHECKPOINT);
  assert.deepEqual(await checkpoints.read(CASE), CHECKPOINT);
  assert.deepEqual(told, [{ kind: "resumed", epoch: 1 }]);
  assert.equal(await open(store, true).checkpoints.read(CASE), null);
});

Deno.test("a damaged checkpoint costs its epochs, with one line", async () => {
  await using folder = await temporaryFolder();
  const { checkpoints, write, told } = open(new Store(folder.path));
  await write(CHECKPOINT);
  const [file] = [...Deno.readDirSync(`${folder.path}/checkpoints`)];
  const path = `${folder.path}/checkpoints/${file!.name}`;
  const bytes = await Deno.readFile(path);
  bytes[bytes.length - 1]! ^= 1;
  await Deno.writeFile(path, bytes);
  assert.equal(await checkpoints.read(CASE), null);
  const reason = `Cannot use the checkpoint ${path}: it is damaged`;
  assert.deepEqual(told, [{ kind: "unusable", reason }]);
});

Deno.test("a checkpoint of another model's tensors costs its epochs, with one line", async () => {
  await using folder = await temporaryFolder();
  const { checkpoints, write, told } = open(new Store(folder.path));
  const other = { name: "dense1/bias", shape: [2], values: Float32Array.of(1, 2) };
  await write(checkpointWith([other]));
  assert.equal(await checkpoints.read(CASE), null);
  const [note, ...others] = told;
  assert.ok(note?.kind === "unusable" && others.length === 0);
  assert.match(note.reason, /^the tensor "dense1\/weights" /);
});

Deno.test("a disk that is full ends the checkpoints, not the run, with one line", async () => {
  await using folder = await temporaryFolder();
  let opened = 0;
  const full = {
    ...{ mkdir: Deno.mkdir, rename: Deno.rename, remove: Deno.remove, stat: Deno.stat },
    open: () => {
      opened++;
      return Promise.reject(new Error("No space left on device"));
    },
  };
  const { write, told } = open(new Store(folder.path, full));
  for (let i = 0; i < 3; i++) await write(CHECKPOINT);
  assert.equal(opened, 1);
  const [note, ...others] = told;
  assert.ok(note?.kind === "off" && others.length === 0);
  assert.match(note.reason, /^Cannot write .*: No space left on device; free the/);
});

Deno.test("a checkpoint is not taken before it is due", async () => {
  await using folder = await temporaryFolder();
  const options = { fresh: false, everyMs: 1e9 };
  const checkpoints = new CaseCheckpoints(
    new Store(folder.path),
    options,
    DATASET,
    "exact",
    () => {},
  );
  await checkpoints.writeIfDue(CASE, () => assert.fail("it was taken"));
});

Deno.test("pauseMs() grows where a checkpoint takes more than a twentieth of the time", () => {
  assert.equal(pauseMs(10_000, 200), 10_000);
  assert.equal(pauseMs(10_000, 500), 10_000);
  assert.equal(pauseMs(10_000, 1_500), 30_000);
  assert.equal(pauseMs(0, 1_500), 0);
});
