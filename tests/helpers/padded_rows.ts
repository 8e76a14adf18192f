/**
 * Rows as the kernels keep them: padded to a multiple of 16 values.
 * @module
 */
import assert from "node:assert/strict";
import { padded } from "../../src/engines/exact/kernel_table.ts";

/** [rows][columns] with `pad` behind each row. */
export function padRows(values: Float32Array, columns: number, pad = 0): Float32Array {
  const rows = values.length / columns, row = padded(columns);
  const result = new Float32Array(rows * row).fill(pad);
  for (let i = 0; i < rows; i++) {
    result.set(values.subarray(i * columns, (i + 1) * columns), i * row);
  }
  return result;
}

/** Without the pads, after asserting that they hold `pad`; null for any. */
export function unpadRows(values: Float32Array, columns: number, pad: number | null): Float32Array {
  const row = padded(columns), rows = values.length / row;
  const result = new Float32Array(rows * columns);
  for (let i = 0; i < rows; i++) {
    const whole = values.subarray(i * row, (i + 1) * row);
    result.set(whole.subarray(0, columns), i * columns);
    for (const value of whole.subarray(columns)) assert.ok(pad === null || Object.is(value, pad));
  }
  return result;
}
