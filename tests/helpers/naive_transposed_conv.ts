/**
 * A 5x5 transposed convolution of stride 2 with bias, y[2 i + k - 1] += x[i] w[k] along both axes,
 * and its gradients, in float64 and loops alone.
 * @module
 */
import { Stream } from "../../src/random/stream.ts";

const TAPS = 5, BEFORE = 1;

export interface TransposedConvShape {
  readonly count: number;
  /** Of the input's images; those of the output are twice as long. */
  readonly side: number;
  readonly from: number;
  readonly to: number;
}

export interface TransposedConvCase {
  readonly shape: TransposedConvShape;
  /** [count][side][side][from] */
  readonly x: Float32Array<ArrayBuffer>;
  /** [25][from][to] */
  readonly w: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
  /** [count][2 side][2 side][to] */
  readonly dy: Float32Array<ArrayBuffer>;
}

/** Random data, the same for each name. */
export function drawTransposedConv(name: string, shape: TransposedConvShape): TransposedConvCase {
  const draw = (role: string, length: number) =>
    new Stream(7, `${name}/${role}`).uniform(length, 1);
  const { count, side, from, to } = shape;
  return {
    shape,
    x: draw("x", count * side * side * from),
    w: draw("w", TAPS * TAPS * from * to),
    bias: draw("bias", to),
    dy: draw("dy", count * 4 * side * side * to),
  };
}

/** Calls `visit` for each pixel of the input and each tap that lands within the output. */
function forEachTap(
  { count, side }: TransposedConvShape,
  visit: (inputPixel: number, outputPixel: number, tap: number) => void,
): void {
  const wide = 2 * side;
  for (let row = 0; row < count * side; row++) {
    const image = Math.floor(row / side), i = row % side;
    for (let j = 0; j < side; j++) {
      for (let tap = 0; tap < TAPS * TAPS; tap++) {
        const y = 2 * i + Math.floor(tap / TAPS) - BEFORE, x = 2 * j + tap % TAPS - BEFORE;
        if (y < 0 || y >= wide || x < 0 || x >= wide) continue;
        visit(row * side + j, (image * wide + y) * wide + x, tap);
      }
    }
  }
}

export function transposedConv(
  shape: TransposedConvShape,
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  bias: ArrayLike<number>,
): Float64Array {
  const { count, side, from, to } = shape;
  const y = new Float64Array(count * 4 * side * side * to);
  for (let k = 0; k < y.length; k++) y[k] = bias[k % to]!;
  forEachTap(shape, (inputPixel, outputPixel, tap) => {
    for (let c = 0; c < from; c++) {
      const value = x[inputPixel * from + c]!, row = (tap * from + c) * to;
      for (let o = 0; o < to; o++) y[outputPixel * to + o]! += value * w[row + o]!;
    }
  });
  return y;
}

/** dx is that of what an activation made x from, whose sign is that of x. */
export function transposedConvGradients(
  shape: TransposedConvShape,
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  dy: ArrayLike<number>,
  slope: number,
): { dx: Float64Array; dw: Float64Array; db: Float64Array } {
  const { from, to } = shape;
  const dx = new Float64Array(x.length), dw = new Float64Array(w.length);
  const db = new Float64Array(to);
  for (let k = 0; k < dy.length; k++) db[k % to]! += dy[k]!;
  forEachTap(shape, (inputPixel, outputPixel, tap) => {
    for (let c = 0; c < from; c++) {
      const at = inputPixel * from + c, row = (tap * from + c) * to;
      let gradient = 0;
      for (let o = 0; o < to; o++) {
        const value = dy[outputPixel * to + o]!;
        gradient += value * w[row + o]!;
        dw[row + o]! += value * x[at]!;
      }
      dx[at]! += gradient;
    }
  });
  return { dx: dx.map((value, k) => x[k]! > 0 ? value : value * slope), dw, db };
}
