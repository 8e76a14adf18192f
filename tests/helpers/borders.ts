/**
 * Square images within borders, as the convolutions' kernels keep them.
 * @module
 */
import assert from "node:assert/strict";

/** How many pixels stand before and after each row of `side` pixels, and above and below. */
export interface Border {
  readonly side: number;
  readonly before: number;
  readonly after: number;
}

/** Images of [side][side][channels] within borders that hold `fill`. */
export function withBorder(
  values: Float32Array,
  border: Border,
  channels: number,
  fill: number,
): Float32Array {
  const whole = wholeSide(border), { side } = border;
  const result = new Float32Array(values.length / (side * side) * whole * whole).fill(fill);
  const width = side * channels;
  for (let row = 0; row < values.length / width; row++) {
    const start = rowStart(row, border, channels);
    result.set(values.subarray(row * width, (row + 1) * width), start);
  }
  return result;
}

/** What lies within the borders, after asserting that these hold `fill`; null for anything. */
export function withoutBorder(
  values: Float32Array,
  border: Border,
  channels: number,
  fill: number | null,
): Float32Array {
  const whole = wholeSide(border), { side } = border;
  const result = new Float32Array(values.length / (whole * whole) * side * side);
  const width = side * channels;
  for (let row = 0; row < result.length / width; row++) {
    const start = rowStart(row, border, channels);
    result.set(values.subarray(start, start + width), row * width);
  }
  if (fill !== null) {
    for (const [at, expected] of withBorder(result, border, channels, fill).entries()) {
      if (!Object.is(values[at], expected)) assert.fail(`${values[at]} in the border, at ${at}`);
    }
  }
  return result;
}

function wholeSide({ side, before, after }: Border): number {
  return before + side + after;
}

/** Where a row begins within the borders; rows count on through the images. */
function rowStart(row: number, border: Border, channels: number): number {
  const { side, before } = border, whole = wholeSide(border);
  const image = Math.floor(row / side), i = row % side;
  return ((image * whole + before + i) * whole + before) * channels;
}
