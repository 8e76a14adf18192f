/**
 * Pictures of digits as PNG files, 8-bit greyscale, ink white on black as in the data: a grid of
 * digits, or digits above their reconstructions. The same values always give the same bytes.
 * @module
 */
import { encode } from "fast-png";
import { IMAGE_SIDE } from "../data/dataset.ts";

const PIXELS = IMAGE_SIDE * IMAGE_SIDE;
/** From one digit's corner to the next one's: a pixel of space lies between them. */
const PITCH = IMAGE_SIDE + 1;

/** Digits of 784 values from 0 to 1, one after the other, in rows of `columns`. */
export function encodeDigitGrid(values: Float32Array, columns: number): Uint8Array<ArrayBuffer> {
  return encodeRows(rowsOf(values, columns));
}

/** The same of two: each row of originals with the row of their reconstructions below it. */
export function encodePairs(
  originals: Float32Array,
  reconstructions: Float32Array,
  columns: number,
): Uint8Array<ArrayBuffer> {
  if (originals.length !== reconstructions.length) {
    throw new RangeError(
      `Cannot draw pairs of digits: ${originals.length} values of originals, but ` +
        `${reconstructions.length} of reconstructions`,
    );
  }
  const below = rowsOf(reconstructions, columns);
  return encodeRows(rowsOf(originals, columns).flatMap((row, i) => [row, below[i]!]));
}

/** Views on the values of up to `columns` digits each. */
function rowsOf(values: Float32Array, columns: number): Float32Array[] {
  if (values.length === 0 || values.length % PIXELS !== 0) {
    throw new RangeError(
      `Cannot draw ${values.length} values: a digit has ${PIXELS}, and there must be one at least`,
    );
  }
  if (!Number.isSafeInteger(columns) || columns < 1) {
    throw new RangeError(`Cannot draw digits in ${columns} columns: give a whole number from 1`);
  }
  const wrong = values.findIndex(Number.isNaN);
  if (wrong >= 0) throw new RangeError(`Cannot draw digits: value ${wrong} is NaN`);
  const width = columns * PIXELS;
  return Array.from(
    { length: Math.ceil(values.length / width) },
    (_, i) => values.subarray(i * width, (i + 1) * width),
  );
}

/** One picture of all rows, as wide as the first; where a shorter row ends it stays black. */
function encodeRows(rows: readonly Float32Array[]): Uint8Array<ArrayBuffer> {
  const width = rows[0]!.length / PIXELS * PITCH - 1;
  const height = rows.length * PITCH - 1;
  const data = new Uint8Array(width * height);
  rows.forEach((values, row) => {
    for (const [i, value] of values.entries()) {
      const digit = Math.floor(i / PIXELS);
      const x = digit * PITCH + i % IMAGE_SIDE;
      const y = row * PITCH + Math.floor(i % PIXELS / IMAGE_SIDE);
      data[y * width + x] = Math.round(255 * Math.min(Math.max(value, 0), 1));
    }
  });
  return encode({ width, height, data, channels: 1, depth: 8 }, { zlib: { level: 9 } }).slice();
}
