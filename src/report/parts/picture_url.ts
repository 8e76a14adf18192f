/** Pictures of digits as `data:` URLs, in few shades of grey: a page carries hundreds of digits. */
import { encodeDigitGrid } from "../../store/digit_png.ts";

/** Shades of a pixel; more are not told apart on digits, and cost a third of the bytes. */
const SHADES = 16;

/** Digits of 784 values from 0 to 1 as a grid of PNG, `columns` a row, one pixel between them. */
export function digitGridUrl(values: Float32Array, columns: number): string {
  const shaded = values.map((value) => Math.round(value * (SHADES - 1)) / (SHADES - 1));
  return `data:image/png;base64,${encodeDigitGrid(shaded, columns).toBase64()}`;
}
