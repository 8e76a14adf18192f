/**
 * Digests of results: SHA-256 over little-endian float32 in the canonical layout, the same on every
 * host. No digest is taken of a value that is not finite: NaN payloads differ between machines.
 * @module
 */
import type { Tensor } from "../models/parameters.ts";
import { sha256Hex } from "../sha256.ts";

/** Of all weights, tensor after tensor in the model's order. */
export function digestOfWeights(weights: readonly Tensor[]): Promise<string> {
  const bytes = new Uint8Array(weights.reduce((sum, { values }) => sum + values.byteLength, 0));
  let offset = 0;
  for (const { name, values } of weights) {
    bytes.set(littleEndian(name, values), offset);
    offset += values.byteLength;
  }
  return sha256Hex(bytes);
}

/** Of the model's outputs on the test samples, row-major. */
export function digestOfOutputs(outputs: Float32Array): Promise<string> {
  return sha256Hex(littleEndian("the test outputs", outputs));
}

/** Of one tensor's values. */
export function digestOfTensor({ name, values }: Tensor): Promise<string> {
  return sha256Hex(littleEndian(name, values));
}

function littleEndian(name: string, values: Float32Array): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(values.byteLength);
  const view = new DataView(bytes.buffer);
  for (const [i, value] of values.entries()) {
    if (!Number.isFinite(value)) {
      throw new RangeError(`Cannot take a digest of ${name}: value ${i} is ${value}`);
    }
    view.setFloat32(i * 4, value, true);
  }
  return bytes;
}
