/**
 * A drawing as the model sees it, by MNIST's rules: its ink fills a box of 20 by 20 pixels without
 * being stretched, and its centre of mass lies in the middle of 28 by 28. Pure: the same ink always
 * gives the same bytes.
 * @module
 */
import { IMAGE_SIDE } from "../../../data/dataset.ts";

const BOX_SIDE = 20;
/** Places a pixel, in each direction, at which the drawing is looked at. */
const LOOKS = 8;

/** A pixel with less ink is an edge, which the box leaves out. */
const FAINT = 32;

/** 784 bytes from a square drawing, a byte of ink a pixel; null where there is no ink. */
export function asDigit(ink: Uint8Array, side: number): Uint8Array<ArrayBuffer> | null {
  const found = measure(ink, side);
  if (found === null) return null;
  const { size, x, y } = found;
  const digit = new Uint8Array(IMAGE_SIDE * IMAGE_SIDE);
  // Of the drawing's pixels between two looks.
  const step = size / BOX_SIDE / LOOKS;
  const start = IMAGE_SIDE / 2 * LOOKS - 0.5;
  for (let row = 0; row < IMAGE_SIDE; row++) {
    for (let column = 0; column < IMAGE_SIDE; column++) {
      let sum = 0;
      for (let i = 0; i < LOOKS; i++) {
        const inkRow = Math.floor(y + (row * LOOKS + i - start) * step);
        if (inkRow < 0 || inkRow >= side) continue;
        for (let j = 0; j < LOOKS; j++) {
          const inkColumn = Math.floor(x + (column * LOOKS + j - start) * step);
          if (inkColumn >= 0 && inkColumn < side) sum += ink[inkRow * side + inkColumn]!;
        }
      }
      digit[row * IMAGE_SIDE + column] = Math.round(sum / (LOOKS * LOOKS));
    }
  }
  return digit;
}

/** The longer side of the box around the ink, and the centre of its mass. */
function measure(ink: Uint8Array, side: number): { size: number; x: number; y: number } | null {
  let [left, right, top, bottom] = [side, -1, side, -1];
  let [mass, sumX, sumY] = [0, 0, 0];
  for (let row = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const value = ink[row * side + column]!;
      mass += value;
      sumX += value * (column + 0.5);
      sumY += value * (row + 0.5);
      if (value < FAINT) continue;
      left = Math.min(left, column);
      right = Math.max(right, column);
      top = Math.min(top, row);
      bottom = Math.max(bottom, row);
    }
  }
  if (right < 0) return null;
  const size = Math.max(right - left, bottom - top) + 1;
  return { size, x: sumX / mass, y: sumY / mass };
}
