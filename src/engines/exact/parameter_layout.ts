/**
 * The layout of parameters in the engine's memory (panels of outputs, padded with zeros) against the
 * canonical [inputs, outputs].
 * @module
 */
import type { Tensor } from "../../models/parameters.ts";
import type { ParameterSlot } from "./plan.ts";

/** Where in a packed tensor of this shape each canonical value lies, in canonical order. */
function* packedOffsets({ rows, columns, panel }: ParameterSlot): Generator<number> {
  for (let k = 0; k < rows; k++) {
    for (let n = 0; n < columns; n++) {
      yield (Math.floor(n / panel) * rows + k) * panel + n % panel;
    }
  }
}

/** Writes a canonical tensor into its slot of `memory` (the whole of a parameter-shaped buffer). */
export function packTensor(memory: Float32Array, slot: ParameterSlot, tensor: Tensor): void {
  if (tensor.name !== slot.name || tensor.shape.join() !== slot.shape.join()) {
    throw new TypeError(
      `Cannot set ${slot.name} [${slot.shape}] from ${tensor.name} [${tensor.shape}]`,
    );
  }
  const floats = slot.rows * Math.ceil(slot.columns / slot.panel) * slot.panel;
  memory.fill(0, slot.offset, slot.offset + floats);
  let i = 0;
  for (const offset of packedOffsets(slot)) {
    memory[slot.offset + offset] = tensor.values[i++]!;
  }
}

/** A canonical copy of the tensor in a slot of `memory`. */
export function unpackTensor(memory: Float32Array, slot: ParameterSlot): Tensor {
  const values = new Float32Array(slot.shape.reduce((product, n) => product * n, 1));
  let i = 0;
  for (const offset of packedOffsets(slot)) {
    values[i++] = memory[slot.offset + offset]!;
  }
  return { name: slot.name, shape: slot.shape, values };
}
