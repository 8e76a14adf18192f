import assert from "node:assert/strict";
import fc from "fast-check";
import { decode } from "fast-png";
import { sha256Hex } from "../sha256.ts";
import { encodeDigitGrid, encodePairs } from "./digit_png.ts";

const PIXELS = 784;

/** `count` digits: pixel p of digit i is ((7 i + p) mod 256) / 255. */
function digits(count: number, start = 0): Float32Array<ArrayBuffer> {
  return Float32Array.from(
    { length: count * PIXELS },
    (_, k) => ((7 * (start + Math.floor(k / PIXELS)) + k % PIXELS) & 255) / 255,
  );
}

/** Width, height and bytes of an 8-bit greyscale picture. */
function pictureOf(png: Uint8Array) {
  const { width, height, data, channels, depth } = decode(png, { checkCrc: true });
  assert.deepEqual({ channels, depth }, { channels: 1, depth: 8 });
  assert.equal(data.length, width * height);
  return { width, height, data };
}

/** The picture of rows of digits, each pixel by the definition; null where no digit is. */
function expectedPicture(rows: readonly (readonly (Float32Array | null)[])[]) {
  const width = rows[0]!.length * 29 - 1;
  const height = rows.length * 29 - 1;
  const data = Uint8Array.from({ length: width * height }, (_, k) => {
    const [x, y] = [k % width, Math.floor(k / width)];
    if (x % 29 === 28 || y % 29 === 28) return 0;
    const digit = rows[Math.floor(y / 29)]![Math.floor(x / 29)]!;
    if (digit === null) return 0;
    return Math.round(255 * Math.min(1, Math.max(0, digit[y % 29 * 28 + x % 29]!)));
  });
  return { width, height, data };
}

/** Digits in rows of `columns`, the last filled with null unless it is the only one. */
function rowsOf(values: Float32Array, columns: number): (Float32Array | null)[][] {
  const count = values.length / PIXELS;
  const width = Math.min(columns, count);
  return Array.from(
    { length: Math.ceil(count / columns) },
    (_, row) =>
      Array.from({ length: width }, (_, column) => {
        const i = row * columns + column;
        return i < count ? values.subarray(i * PIXELS, (i + 1) * PIXELS) : null;
      }),
  );
}

Deno.test("encodeDigitGrid() draws one digit as 28 x 28 bytes", () => {
  const values = digits(1);
  const { width, height, data } = pictureOf(encodeDigitGrid(values, 1));
  assert.deepEqual({ width, height }, { width: 28, height: 28 });
  assert.deepEqual([...data], [...values].map((value) => Math.round(value * 255)));
});

Deno.test("encodeDigitGrid() fills rows from the left, with a black pixel between digits", () => {
  const values = new Float32Array(5 * PIXELS).fill(1);
  const { width, height, data } = pictureOf(encodeDigitGrid(values, 3));
  assert.deepEqual({ width, height }, { width: 3 * 28 + 2, height: 2 * 28 + 1 });
  const at = (x: number, y: number) => data[y * width + x];
  assert.deepEqual([27, 28, 29, 56, 57, 58, 85].map((x) => at(x, 0)), [
    255,
    0,
    255,
    255,
    0,
    255,
    255,
  ]);
  assert.deepEqual([27, 28, 29, 56].map((y) => at(0, y)), [255, 0, 255, 255]);
  assert.deepEqual([at(28, 29), at(56, 56), at(57, 56), at(58, 56), at(85, 29)], [0, 255, 0, 0, 0]);
});

Deno.test("encodeDigitGrid() draws no empty columns where there are fewer digits", () => {
  assert.equal(pictureOf(encodeDigitGrid(digits(2), 20)).width, 57);
  assert.equal(pictureOf(encodeDigitGrid(digits(2), Number.MAX_SAFE_INTEGER)).width, 57);
});

Deno.test("values are clamped and rounded to the nearest of 256 levels", () => {
  const values = new Float32Array(PIXELS);
  const tried: readonly (readonly [number, number])[] = [
    [-1, 0],
    [-Infinity, 0],
    [-0, 0],
    [1e-45, 0],
    [0.49 / 255, 0],
    [0.51 / 255, 1],
    [0.5, 128],
    [254.49 / 255, 254],
    [254.51 / 255, 255],
    [1.0000001, 255],
    [7, 255],
    [Infinity, 255],
  ];
  tried.forEach(([value], i) => values[i] = value);
  const { data } = pictureOf(encodeDigitGrid(values, 1));
  assert.deepEqual([...data.subarray(0, tried.length)], tried.map(([, level]) => level));
});

Deno.test("every byte of the data comes back as itself", () => {
  const values = new Float32Array(PIXELS);
  for (let byte = 0; byte < 256; byte++) values[byte] = byte / 255;
  const { data } = pictureOf(encodeDigitGrid(values, 1));
  assert.deepEqual([...data.subarray(0, 256)], Array.from({ length: 256 }, (_, byte) => byte));
});

Deno.test("encodePairs() draws each row of originals above its reconstructions", () => {
  const [originals, reconstructions] = [digits(5), digits(5, 100)];
  const above = rowsOf(originals, 2);
  const below = rowsOf(reconstructions, 2);
  assert.equal(above.length, 3);
  assert.deepEqual(
    pictureOf(encodePairs(originals, reconstructions, 2)),
    expectedPicture([above[0]!, below[0]!, above[1]!, below[1]!, above[2]!, below[2]!]),
  );
});

Deno.test("any number of digits in any columns is drawn pixel for pixel, twice the same", () => {
  const any = fc.integer({ min: 1, max: 7 }).chain((count) =>
    fc.tuple(
      fc.integer({ min: 1, max: 9 }),
      fc.array(fc.float({ min: -0.5, max: 1.5, noNaN: true }), { minLength: 40, maxLength: 40 }),
      fc.constant(count),
    )
  );
  fc.assert(
    fc.property(any, ([columns, some, count]) => {
      const values = Float32Array.from({ length: count * PIXELS }, (_, i) => some[i * 13 % 37]!);
      const others = values.map((_, i) => some[i * 11 % 39]!);
      const grid = encodeDigitGrid(values, columns);
      assert.deepEqual(pictureOf(grid), expectedPicture(rowsOf(values, columns)));
      assert.deepEqual(encodeDigitGrid(values.slice(), columns), grid);
      const pairs = encodePairs(values, others, columns);
      const below = rowsOf(others, columns);
      assert.deepEqual(
        pictureOf(pairs),
        expectedPicture(rowsOf(values, columns).flatMap((row, i) => [row, below[i]!])),
      );
      assert.deepEqual(encodePairs(values.slice(), others.slice(), columns), pairs);
    }),
    { seed: 1, numRuns: 100 },
  );
});

Deno.test("a picture is a plain greyscale PNG, read without the library that wrote it", async () => {
  const png = encodeDigitGrid(digits(3), 2);
  const view = new DataView(png.buffer);
  const chunks: { type: string; data: Uint8Array<ArrayBuffer> }[] = [];
  for (let at = 8; at < png.length;) {
    const length = view.getUint32(at);
    const type = new TextDecoder().decode(png.subarray(at + 4, at + 8));
    chunks.push({ type, data: png.subarray(at + 8, at + 8 + length) });
    at += 12 + length;
  }
  assert.deepEqual([...png.subarray(0, 8)], [0x89, 0x50, 0x4e, 0x47, 13, 10, 0x1a, 10]);
  assert.deepEqual(chunks.map(({ type }) => type), ["IHDR", "IDAT", "IEND"]);
  assert.deepEqual([...chunks[0]!.data], [0, 0, 0, 57, 0, 0, 0, 57, 8, 0, 0, 0, 0]);
  const unpacked = new Blob([chunks[1]!.data]).stream().pipeThrough(
    new DecompressionStream("deflate"),
  );
  const bytes = new Uint8Array(await new Response(unpacked).arrayBuffer());
  const { data } = expectedPicture(rowsOf(digits(3), 2));
  const lines = Array.from({ length: 57 }, (_, y) => [0, ...data.subarray(y * 57, (y + 1) * 57)]);
  assert.deepEqual([...bytes], lines.flat());
});

Deno.test("a picture's bytes are these: a golden digest", async () => {
  assert.equal(
    await sha256Hex(encodePairs(digits(5), digits(5, 100), 3)),
    "372aba57c66d17a5938d2e8877ae8ceeb6903188f2a2776cccce952cc2de8c40",
  );
});

const NO_DIGITS: readonly [what: string, draw: () => void, message: RegExp][] = [
  [
    "nothing",
    () => encodeDigitGrid(new Float32Array(), 3),
    /^Cannot draw 0 values: a digit has 784/,
  ],
  [
    "no pairs",
    () => encodePairs(new Float32Array(), new Float32Array(), 3),
    /^Cannot draw 0 values/,
  ],
  ["part of a digit", () => encodeDigitGrid(new Float32Array(785), 3), /^Cannot draw 785 values/],
  ["digits in 0 columns", () => encodeDigitGrid(digits(1), 0), /in 0 columns: give a whole number/],
  ["digits in -1 columns", () => encodePairs(digits(1), digits(1), -1), /in -1 columns/],
  ["digits in 1.5 columns", () => encodeDigitGrid(digits(1), 1.5), /in 1\.5 columns/],
  ["digits in NaN columns", () => encodeDigitGrid(digits(1), NaN), /in NaN columns/],
  [
    "originals without reconstructions",
    () => encodePairs(digits(2), digits(1), 3),
    /: 1568 values of originals, but 784 of reconstructions$/,
  ],
  [
    "what is not a number",
    () => encodeDigitGrid(new Float32Array(PIXELS).fill(NaN, 3, 4), 1),
    /^Cannot draw digits: value 3 is NaN$/,
  ],
];

for (const [what, draw, message] of NO_DIGITS) {
  Deno.test(`drawing ${what} is a RangeError`, () => {
    assert.throws(draw, { name: "RangeError", message });
  });
}
