/**
 * Pictures of digits on a canvas: black ink whose opacity is the pixel's value, so that the page's
 * styles choose the colours of ink and paper.
 */
import { IMAGE_SIDE } from "../../../data/dataset.ts";

const PIXELS = IMAGE_SIDE * IMAGE_SIDE;

/** Paints a row of digits, bytes or values from 0 to 1, with its corner at (x, y). */
export function paintDigits(
  canvas: HTMLCanvasElement,
  digits: Uint8Array | Float32Array,
  x = 0,
  y = 0,
): void {
  const count = digits.length / PIXELS;
  const width = count * IMAGE_SIDE;
  const scale = digits instanceof Uint8Array ? 1 : 255;
  const image = new ImageData(width, IMAGE_SIDE);
  for (let i = 0; i < digits.length; i++) {
    const [digit, pixel] = [Math.floor(i / PIXELS), i % PIXELS];
    const [row, column] = [Math.floor(pixel / IMAGE_SIDE), pixel % IMAGE_SIDE];
    const at = row * width + digit * IMAGE_SIDE + column;
    image.data[at * 4 + 3] = Math.round(digits[i]! * scale);
  }
  canvas.getContext("2d")!.putImageData(image, x, y);
}
