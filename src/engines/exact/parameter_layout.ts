/**
 * The layout of parameters in the engine's memory (panels of outputs, padded with zeros) against the
 * canonical [inputs, outputs].
 * @module
 */
import type { Tensor } from "../../models/parameters.ts";
import type { ParameterSlot } from "./plan.ts";

/** Tells for each run of up to a panel's values where it starts, in canonical and in packed order. */
function eachRun(
  { rows, columns, panel, offset }: ParameterSlot,
  visit: (canonical: number, packed: number, length: number) => void,
): void {
  for (let k = 0; k < rows; k++) {
    for (let n = 0; n < columns; n += panel) {
      visit(k * columns + n, offset + n * rows + k * panel, Math.min(panel, columns - n));
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
  const { values } = tensor;
  eachRun(slot, (canonical, packed, length) => {
    for (let i = 0; i < length; i++) memory[packed + i] = values[canonical + i]!;
  });
}

/** A copy of the tensor in a slot of `memory`, in canonical order. */
export function unpackValues(
  memory: Float32Array,
  slot: ParameterSlot,
): Float32Array<ArrayBuffer> {
  const values = new Float32Array(slot.rows * slot.columns);
  eachRun(slot, (canonical, packed, length) => {
    for (let i = 0; i < length; i++) values[canonical + i] = memory[packed + i]!;
  });
  return values;
}
