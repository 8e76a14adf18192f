/**
 * A 5x5 convolution, "same" (2 zeros on each side), with bias, 2x2 max pooling and an activation, and
 * its gradients, in float64 and loops alone. Activations are monotone, so that pooling before them
 * and after them is the same.
 * @module
 */
import assert from "node:assert/strict";
import { Stream } from "../../src/random/stream.ts";

const TAPS = 5, BEFORE = 2;

export interface ConvShape {
  readonly count: number;
  /** Of the images; those of the pooled ones are half as long. */
  readonly side: number;
  readonly from: number;
  readonly to: number;
}

export interface Pooled {
  /** [count][side / 2][side / 2][to] */
  readonly pooled: Float64Array;
  /** Of each window the first of its largest pixels: 0 and 1 in the upper row, 2 and 3 below. */
  readonly winner: Uint32Array;
}

export interface ConvCase {
  readonly shape: ConvShape;
  /** [count][side][side][from] */
  readonly x: Float32Array<ArrayBuffer>;
  /** [25][from][to] */
  readonly w: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
  /** As in `Pooled`, but drawn: the gradients take pooled values and winners as they come. */
  readonly pooled: Float32Array<ArrayBuffer>;
  readonly winner: Uint32Array<ArrayBuffer>;
  readonly dpooled: Float32Array<ArrayBuffer>;
}

/** Random data, the same for each name. */
export function drawConv(name: string, shape: ConvShape): ConvCase {
  const draw = (role: string, length: number) =>
    new Stream(7, `${name}/${role}`).uniform(length, 1);
  const { count, side, from, to } = shape;
  const outputs = count * side * side * to / 4;
  return {
    shape,
    x: draw("x", count * side * side * from),
    w: draw("w", TAPS * TAPS * from * to),
    bias: draw("bias", to),
    pooled: draw("pooled", outputs),
    winner: Uint32Array.from(draw("winner", outputs), (value) => Math.floor(value * 2) + 2),
    dpooled: draw("dpooled", outputs),
  };
}

/** Calls `visit` for each pixel of the output and each tap that lands within the image. */
function forEachTap(
  { count, side }: ConvShape,
  visit: (outputPixel: number, inputPixel: number, tap: number) => void,
): void {
  for (let image = 0; image < count; image++) {
    for (let i = 0; i < side; i++) {
      for (let j = 0; j < side; j++) {
        for (let tap = 0; tap < TAPS * TAPS; tap++) {
          const y = i + Math.floor(tap / TAPS) - BEFORE, x = j + tap % TAPS - BEFORE;
          if (y < 0 || y >= side || x < 0 || x >= side) continue;
          visit((image * side + i) * side + j, (image * side + y) * side + x, tap);
        }
      }
    }
  }
}

/** bias + sum over taps and channels of x w: x [count][side][side][from], w [25][from][to]. */
export function convolve(
  shape: ConvShape,
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  bias: ArrayLike<number>,
): Float64Array {
  const { count, side, from, to } = shape;
  const sums = new Float64Array(count * side * side * to);
  for (let k = 0; k < sums.length; k++) sums[k] = bias[k % to]!;
  forEachTap(shape, (outputPixel, inputPixel, tap) => {
    for (let c = 0; c < from; c++) {
      const value = x[inputPixel * from + c]!, row = (tap * from + c) * to;
      for (let o = 0; o < to; o++) sums[outputPixel * to + o]! += value * w[row + o]!;
    }
  });
  return sums;
}

/** Where the pixel `q` of a pooled value's window lies in the sums. */
export function windowPixel({ side, to }: ConvShape, at: number, q: number): number {
  const half = side / 2;
  const channel = at % to, pixel = Math.floor(at / to);
  const j = pixel % half, i = Math.floor(pixel / half) % half;
  const image = Math.floor(pixel / (half * half));
  return ((image * side + 2 * i + (q >> 1)) * side + 2 * j + (q & 1)) * to + channel;
}

/** The largest of each window, through the activation that multiplies what is below 0 by `slope`. */
export function maxPool(shape: ConvShape, sums: Float64Array, slope: number): Pooled {
  const pooled = new Float64Array(sums.length / 4), winner = new Uint32Array(pooled.length);
  for (let at = 0; at < pooled.length; at++) {
    const window = [0, 1, 2, 3].map((q) => sums[windowPixel(shape, at, q)]!);
    const largest = Math.max(...window);
    winner[at] = window.indexOf(largest);
    pooled[at] = largest > 0 ? largest : largest * slope;
  }
  return { pooled, winner };
}

/** The gradients from that of the pooled values, each of which is its winner's. */
export function convGradients(
  shape: ConvShape,
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  { pooled, winner }: { readonly pooled: ArrayLike<number>; readonly winner: ArrayLike<number> },
  dpooled: ArrayLike<number>,
  slope: number,
): { dx: Float64Array; dw: Float64Array; db: Float64Array } {
  const { from, to } = shape;
  const dx = new Float64Array(x.length), dw = new Float64Array(w.length);
  const db = new Float64Array(to), sums = new Float64Array(pooled.length * 4);
  for (let at = 0; at < pooled.length; at++) {
    const gradient = dpooled[at]! * (pooled[at]! > 0 ? 1 : slope);
    db[at % to]! += gradient;
    sums[windowPixel(shape, at, winner[at]!)] = gradient;
  }
  forEachTap(shape, (outputPixel, inputPixel, tap) => {
    for (let o = 0; o < to; o++) {
      const gradient = sums[outputPixel * to + o]!;
      if (gradient === 0) continue; // three of four
      for (let c = 0; c < from; c++) {
        const weight = (tap * from + c) * to + o;
        dw[weight]! += gradient * x[inputPixel * from + c]!;
        dx[inputPixel * from + c]! += gradient * w[weight]!;
      }
    }
  });
  return { dx, dw, db };
}

/** Asserts that each winner is the largest of its window, but for errors that are allowed. */
export function assertWinners(
  shape: ConvShape,
  sums: Float64Array,
  got: Uint32Array,
  slack: number,
) {
  const { pooled, winner } = maxPool(shape, sums, 1);
  let others = 0;
  for (const [at, q] of got.entries()) {
    assert.ok(q < 4, `${q} at ${at}`);
    const value = sums[windowPixel(shape, at, q)]!;
    assert.ok(value >= pooled[at]! - slack, `${value} at ${at}, not ${pooled[at]}`);
    if (q !== winner[at]) others++;
  }
  assert.ok(others < 1e-3 * got.length, `${others} of ${got.length} are others`);
}
