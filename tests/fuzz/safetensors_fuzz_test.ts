import assert from "node:assert/strict";
import fc from "fast-check";
import { temporaryFolder } from "../../src/data/test_files.ts";
import { formatCase, parseCase } from "../../src/matrix/case.ts";
import {
  decodeSafetensors,
  encodeSafetensors,
  SafetensorsError,
} from "../../src/store/safetensors.ts";
import { StoreError } from "../../src/store/store.ts";
import { readModel } from "../../src/store/tensor_files.ts";
import { digestOfWeights } from "../../src/training/digests.ts";
import { bytesLike } from "./bytes.ts";
import { fuzz } from "./fuzz.ts";
import { splitSafetensors, withHeader } from "./safetensors_header.ts";
import { textsLike } from "./texts.ts";

const tensor = (name: string, shape: readonly number[]) => ({
  name,
  shape,
  values: new Float32Array(shape.reduce((product, length) => product * length, 1)).fill(0.5),
});
const FILES = [
  encodeSafetensors([tensor("dense/weights", [4, 3]), tensor("dense/bias", [3])], {
    case: "fc@2000#0",
    note: "größer \u{1f522}",
  }),
  encodeSafetensors([tensor("a", []), tensor("empty", [0, 5]), tensor("b", [2, 2, 2])], {}),
  encodeSafetensors([], {}),
];

/** The files with other headers, whose length is right. */
function otherHeaders(files: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> {
  return fc.tuple(
    fc.constantFrom(...files),
    textsLike(files.map((file) => splitSafetensors(file).header)),
  ).map(([file, header]) => withHeader(header, splitSafetensors(file).data));
}

fuzz("decodeSafetensors() reads tensors that are written back, or throws a SafetensorsError", {
  inputs: fc.oneof(bytesLike(FILES), otherHeaders(FILES)),
  refusals: [SafetensorsError],
  read: (bytes) => {
    const { tensors, metadata } = decodeSafetensors(bytes, "here");
    const held = tensors.reduce((sum, { values }) => sum + values.byteLength, 0);
    assert.equal(held, splitSafetensors(bytes).data.length);
    const again = encodeSafetensors(tensors, metadata);
    assert.deepEqual(decodeSafetensors(again, "here"), { tensors, metadata });
  },
});

const WEIGHTS = [tensor("dense/weights", [4, 3]), tensor("dense/bias", [3])];
const MODEL = encodeSafetensors(WEIGHTS, {
  case: "vae20#0",
  dataset: "0".repeat(64),
  "numeric-version": "1",
  weights: await digestOfWeights(WEIGHTS),
});
const folder = await temporaryFolder();
Deno.test.afterAll(async () => await folder[Symbol.asyncDispose]());

fuzz("readModel() reads a model that says of which case it is, or throws a StoreError", {
  inputs: fc.oneof(bytesLike([MODEL]), otherHeaders([MODEL])),
  refusals: [StoreError, SafetensorsError],
  read: async (bytes) => {
    const path = `${folder.path}/model.safetensors`;
    await Deno.writeFile(path, bytes);
    const { case: c, numericVersion, weights, weightsDigest } = await readModel(path);
    assert.deepEqual(parseCase(formatCase(c)), c);
    assert.ok(Number.isSafeInteger(numericVersion), `numeric version ${numericVersion}`);
    assert.equal(await digestOfWeights(weights), weightsDigest);
  },
});
