import assert from "node:assert/strict";
import { drawStrokes } from "../../../data/strokes.ts";
import { asDigit } from "./as_digit.ts";

const SIDE = 280;

/** A drawing with ink where `isInk` says so. */
function drawing(isInk: (x: number, y: number) => boolean): Uint8Array {
  return Uint8Array.from(
    { length: SIDE * SIDE },
    (_, i) => isInk(i % SIDE, Math.floor(i / SIDE)) ? 255 : 0,
  );
}

/** An L, 40 wide and 80 high, whose mass is not in the middle of its box. */
function letter(left: number, top: number, scale = 1) {
  return drawing((x, y) => {
    const [u, v] = [(x - left) / scale, (y - top) / scale];
    return u >= 0 && u < 40 && v >= 0 && v < 80 && (u < 12 || v >= 64);
  });
}

function boxOf(digit: Uint8Array): { width: number; height: number } {
  const places = [...digit.keys()].filter((i) => digit[i]! > 127);
  const [columns, rows] = [places.map((i) => i % 28), places.map((i) => Math.floor(i / 28))];
  return {
    width: Math.max(...columns) - Math.min(...columns) + 1,
    height: Math.max(...rows) - Math.min(...rows) + 1,
  };
}

function centreOf(digit: Uint8Array): { x: number; y: number } {
  let [mass, x, y] = [0, 0, 0];
  for (const [i, value] of digit.entries()) {
    mass += value;
    x += value * (i % 28 + 0.5);
    y += value * (Math.floor(i / 28) + 0.5);
  }
  return { x: x / mass, y: y / mass };
}

Deno.test("asDigit() gives null for a drawing without ink", () => {
  assert.equal(asDigit(new Uint8Array(SIDE * SIDE), SIDE), null);
});

Deno.test("asDigit() fills a box of 20 pixels and does not stretch the ink", () => {
  for (const scale of [0.5, 1, 2.5]) {
    const { width, height } = boxOf(asDigit(letter(30, 20, scale), SIDE)!);
    assert.ok(Math.abs(height - 20) <= 1, `height ${height} at scale ${scale}`);
    assert.ok(Math.abs(width - 10) <= 1, `width ${width} at scale ${scale}`);
  }
});

Deno.test("asDigit() puts the centre of mass in the middle", () => {
  const { x, y } = centreOf(asDigit(letter(200, 5), SIDE)!);
  assert.ok(Math.abs(x - 14) < 0.1 && Math.abs(y - 14) < 0.1, `${x}, ${y}`);
});

Deno.test("asDigit() gives the same bytes wherever on the pad the ink is", () => {
  assert.deepEqual(asDigit(letter(3, 200), SIDE), asDigit(letter(120, 11), SIDE));
});

Deno.test("asDigit() makes of 55 of 60 digits, enlarged tenfold, nearly the same digits again", () => {
  const { values } = drawStrokes().test;
  const digits = Array.from({ length: 60 }, (_, n) => values.subarray(n * 784, (n + 1) * 784));
  let same = 0;
  for (const [n, digit] of digits.entries()) {
    const ink = Uint8Array.from(
      { length: SIDE * SIDE },
      (_, i) => digit[Math.floor(i / SIDE / 10) * 28 + Math.floor(i % SIDE / 10)]!,
    );
    const again = asDigit(ink, SIDE)!;
    const distances = digits.map((other) =>
      again.reduce((sum, value, i) => sum + Math.abs(value - other[i]!), 0)
    );
    // Nearer to what it was than to any other digit. Thin ones, of edges alone, may come out larger.
    if (distances.indexOf(Math.min(...distances)) === n) same++;
  }
  assert.ok(same >= 55, `${same} of ${digits.length}`);
});
