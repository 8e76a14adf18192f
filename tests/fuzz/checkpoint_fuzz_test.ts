import assert from "node:assert/strict";
import { ORIGINAL } from "../../src/matrix/case.ts";
import fc from "fast-check";
import { joinBytes } from "../../src/join_bytes.ts";
import type { Tensor } from "../../src/models/parameters.ts";
import { sha256HexOfText } from "../../src/sha256.ts";
import { type Checkpoint, checkpointParts, decodeCheckpoint } from "../../src/store/checkpoint.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  SafetensorsError,
} from "../../src/store/safetensors.ts";
import { StoreError } from "../../src/store/store.ts";
import { digestOfWeights } from "../../src/training/digests.ts";
import { identityOf } from "../scripted_world.ts";
import { bytesLike } from "./bytes.ts";
import { fuzz } from "./fuzz.ts";
import { splitSafetensors, withHeader } from "./safetensors_header.ts";
import { textsLike } from "./texts.ts";

const IDENTITY = identityOf({ ...ORIGINAL, model: "fc", latents: null, labels: 250, seed: 0 });

const weights = (value: number): Tensor[] => [
  { name: "dense/weights", shape: [3, 2], values: new Float32Array(6).fill(value) },
  { name: "dense/bias", shape: [2], values: new Float32Array(2).fill(-value) },
];

function encodeCheckpoint(...of: Parameters<typeof checkpointParts>): Uint8Array<ArrayBuffer> {
  return joinBytes([...checkpointParts(...of)]);
}

const CHECKPOINT: Checkpoint = {
  state: {
    curve: [0.5, 0.75, 0.625].map((validationScore, i) => ({
      epoch: i + 1,
      trainLoss: 1 / (i + 1),
      validationScore,
    })),
    best: { epoch: 2, score: 0.75, weights: weights(0.25) },
    model: { weights: weights(0.5), firstMoments: weights(1), secondMoments: weights(2) },
  },
  seconds: 12.5,
};
const BYTES = encodeCheckpoint(IDENTITY, CHECKPOINT);
const { tensors: TENSORS, metadata: { state: STATE } } = decodeSafetensors(BYTES, "here");
const FILES = [BYTES, encodeSafetensors(weights(1), { state: STATE!, digest: "0".repeat(64) })];

const otherHeaders = textsLike(FILES.map((file) => splitSafetensors(file).header))
  .map((header) => withHeader(header, splitSafetensors(BYTES).data));

const number = fc.oneof(fc.float(), fc.constant(0.5));
/** Some of the tensors, some with other names, shapes or values. */
const otherTensors: fc.Arbitrary<Tensor[]> = fc.oneof(
  fc.constant(TENSORS),
  fc.subarray(TENSORS),
  fc.tuple(fc.nat(TENSORS.length - 1), fc.constantFrom("weights/x", "best-weights/", "x"), number)
    .map(([at, name, value]) =>
      TENSORS.with(at, { name, shape: [1], values: Float32Array.of(value) })
    ),
);

/** Checkpoints with other contents, whose digest is right. */
const forged = fc.tuple(
  fc.oneof(textsLike([STATE!]), fc.constant(STATE!)).filter((text) => text.isWellFormed()),
  otherTensors,
);

async function forge([state, tensors]: readonly [string, Tensor[]]): Promise<Uint8Array> {
  const names = JSON.stringify(tensors.map(({ name, shape }) => [name, shape]));
  const finite = tensors.every(({ values }) => values.every(Number.isFinite));
  const values = finite ? await digestOfWeights(tensors) : "none";
  const digest = await sha256HexOfText([state, names, values].join("\n"));
  return encodeSafetensors(tensors, { state, digest });
}

function read(bytes: Uint8Array): void {
  const checkpoint = decodeCheckpoint(bytes, IDENTITY, "here");
  const { state: { curve, best, model }, seconds } = checkpoint;
  assert.deepEqual(curve.map(({ epoch }) => epoch), curve.map((_, i) => i + 1));
  assert.equal(best.score, curve[best.epoch - 1]!.validationScore);
  const numbers = curve.flatMap(({ trainLoss, validationScore }) => [trainLoss, validationScore]);
  assert.ok([seconds, ...numbers].every(Number.isFinite));
  const shapes = (tensors: readonly Tensor[]) =>
    tensors.map(({ name, shape }) => ({ name, shape }));
  assert.ok(model.weights.length > 0);
  for (const group of [model.firstMoments, model.secondMoments, best.weights]) {
    assert.deepEqual(shapes(group), shapes(model.weights));
    assert.ok(group.every(({ values }) => values.every(Number.isFinite)));
  }
  const again = encodeCheckpoint(IDENTITY, checkpoint);
  assert.deepEqual(decodeCheckpoint(again, IDENTITY, "here"), checkpoint);
}

fuzz("decodeCheckpoint() reads a whole checkpoint or throws a StoreError", {
  inputs: fc.oneof(bytesLike(FILES), otherHeaders),
  refusals: [StoreError, SafetensorsError],
  read,
});

fuzz("decodeCheckpoint() of contents with their digest reads them or throws a StoreError", {
  inputs: forged,
  refusals: [StoreError],
  read: async (contents) => read(await forge(contents)),
});
