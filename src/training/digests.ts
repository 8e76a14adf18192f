/**
 * Digests of results: SHA-256 over little-endian float32 in the canonical layout, the same on every
 * host. No digest is taken of a value that is not finite: NaN payloads differ between machines.
 * @module
 */
import { joinBytes } from "../join_bytes.ts";
import { littleEndianBytes } from "../little_endian.ts";
import type { Tensor } from "../models/parameters.ts";
import { sha256Hex } from "../sha256.ts";

/** Of all weights, tensor after tensor in the model's order. */
export function digestOfWeights(weights: readonly Tensor[]): Promise<string> {
  return sha256Hex(joinBytes(weights.map(({ name, values }) => finiteBytes(name, values))));
}

/** Of the model's outputs on the test samples, row-major. */
export function digestOfOutputs(outputs: Float32Array<ArrayBuffer>): Promise<string> {
  return sha256Hex(finiteBytes("the test outputs", outputs));
}

/** Of one tensor's values. */
export function digestOfTensor({ name, values }: Tensor): Promise<string> {
  return sha256Hex(finiteBytes(name, values));
}

/** Little-endian bytes of values that are all finite. Throws a RangeError that names another one. */
export function finiteBytes(
  name: string,
  values: Float32Array<ArrayBuffer>,
): Uint8Array<ArrayBuffer> {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new RangeError(`Cannot take a digest of ${name}: value ${i} is ${values[i]}`);
    }
  }
  return littleEndianBytes(values);
}
