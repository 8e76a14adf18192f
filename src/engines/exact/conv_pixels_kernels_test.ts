/**
 * The convolution of the pixels, 28x28 to 14x14 after pooling, and its gradients, against loops in
 * float64 (tests/helpers/naive_conv.ts), which finite differences vouch for.
 *
 * Seen by them: a border on the wrong side, taps or channels in other places, another pixel of the
 * window, a gradient of the wrong sign or scale, a term that is left out or added twice. What lies in
 * the borders of the pooled values is NaN here, or compared.
 */
import assert from "node:assert/strict";
import {
  centralDifference,
  coarse,
  COARSE_STEP,
  places,
} from "../../../tests/helpers/finite_differences.ts";
import { type KernelArena, openArena } from "../../../tests/helpers/kernel_arena.ts";
import {
  assertWinners,
  convGradients,
  convolve,
  type ConvShape,
  maxPool,
  windowPixel,
} from "../../../tests/helpers/naive_conv.ts";
import { assertSameBits } from "../../../tests/helpers/same_bits.ts";
import { assertStated, relativeError } from "../../../tests/helpers/stated_error.ts";
import { Stream } from "../../random/stream.ts";

const SIDE = 28, TAPS = 25, POOLED = 14;
/** How many zeros (or pads) stand before and after a row, and above and below. */
interface Border {
  readonly side: number;
  readonly before: number;
  readonly after: number;
}
const IMAGE: Border = { side: SIDE, before: 2, after: 2 };
const OUTPUT: Border = { side: POOLED, before: 2, after: 4 };

/** What they multiply values below 0 by. */
const SLOPES = [1, 0, Math.fround(0.2)];
const LINEAR = 0, LEAKY_RELU = 2;

/** What memory holds where nothing is written. */
const KEPT = -123.5;

/** Largest error over largest value, as kernels/conv_pixels.c states them for a batch of 100. */
const STATED = { pooled: 2.5e-7, dw: 4e-6, db: 5e-6 };

interface Case {
  readonly shape: ConvShape;
  readonly x: Float32Array<ArrayBuffer>;
  readonly w: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
  readonly pooled: Float32Array<ArrayBuffer>;
  readonly winner: Uint32Array<ArrayBuffer>;
  readonly dpooled: Float32Array<ArrayBuffer>;
}

/** The gradients take pooled values and winners as they come: here they are drawn. */
function drawCase(count: number, channels: number): Case {
  const draw = (role: string, length: number) =>
    new Stream(7, `conv_pixels/${role}`).uniform(length, 1);
  const outputs = count * POOLED * POOLED * channels;
  return {
    shape: { count, side: SIDE, from: 1, to: channels },
    x: draw("x", count * SIDE * SIDE),
    w: draw("w", TAPS * channels),
    bias: draw("bias", channels),
    pooled: draw("pooled", outputs),
    winner: Uint32Array.from(draw("winner", outputs), (value) => Math.floor(value * 2) + 2),
    dpooled: draw("dpooled", outputs),
  };
}

/** Images of `channels` within borders that hold `fill`. */
function bordered(values: Float32Array, border: Border, channels: number, fill: number) {
  const width = border.side * channels, rows = values.length / width;
  const whole = border.before + border.side + border.after;
  const result = new Float32Array(rows / border.side * whole * whole * channels).fill(fill);
  for (let row = 0; row < rows; row++) {
    const image = Math.floor(row / border.side), i = row % border.side;
    const start = ((image * whole + border.before + i) * whole + border.before) * channels;
    result.set(values.subarray(row * width, (row + 1) * width), start);
  }
  return result;
}

/** What is within the borders, after asserting that they were left alone. */
function withoutKept(values: Float32Array, border: Border, channels: number): Float32Array {
  const whole = border.before + border.side + border.after;
  const images = values.length / (whole * whole * channels);
  const size = border.side * border.side * channels;
  const within = bordered(new Float32Array(images * size).fill(1), border, channels, 0);
  const result = new Float32Array(images * size);
  let at = 0;
  for (const [k, value] of values.entries()) {
    if (within[k]) result[at++] = value;
    else assert.equal(value, KEPT, `in the border, at ${k}`);
  }
  return result;
}

function forward(
  arena: KernelArena,
  { shape: { count, to }, x, w, bias }: Case,
  activation: number,
  parts: number,
) {
  arena.clear();
  const outputs = count * POOLED * POOLED * to;
  const pooled = arena.place(
    bordered(new Float32Array(outputs).fill(NaN), OUTPUT, to, KEPT),
  );
  const winner = arena.place(new Uint32Array(outputs).fill(99));
  arena.call(
    "conv_pixels_forward",
    [arena.place(bordered(x, IMAGE, 1, 0)), arena.place(w), arena.place(bias), pooled, winner],
    [count, to, activation],
    parts,
  );
  return { pooled: withoutKept(pooled.read(), OUTPUT, to), winner: winner.read() };
}

function gradients(
  arena: KernelArena,
  { shape: { count, to }, x, pooled, winner, dpooled }: Case,
  activation: number,
  parts: number,
) {
  arena.clear();
  const dw = arena.floats(TAPS * to, NaN), db = arena.floats(to, NaN);
  arena.call(
    "conv_pixels_gradient",
    [
      arena.place(bordered(x, IMAGE, 1, 0)),
      arena.place(bordered(pooled, OUTPUT, to, NaN)),
      arena.place(winner),
      arena.place(bordered(dpooled, OUTPUT, to, NaN)),
      dw,
      db,
      arena.floats(SIDE * SIDE * to, NaN), // scratch
    ],
    [count, to, activation],
    parts,
  );
  return { dw: dw.read(), db: db.read() };
}

function compute(arena: KernelArena, drawn: Case, activation: number, parts: number) {
  return {
    ...forward(arena, drawn, activation, parts),
    ...gradients(arena, drawn, activation, parts),
  };
}

Deno.test("gather_images gives f32(pixel / 255) of the batch and leaves the borders alone", async () => {
  const pixels = SIDE * SIDE, samples = 7;
  const words = Uint32Array.from(
    { length: samples * pixels },
    (_, k) => new Stream(7, "test/images").words(0, k, 0)[0]!,
  );
  const images = Uint8Array.from(words, (word) => word % 3 === 0 ? 0 : word >>> 24);
  for (const build of ["wasm", "wasm-emulated"] as const) {
    const arena = await openArena(build);
    for (const count of [1, 2, 5]) {
      const indices = Uint32Array.from({ length: count }, (_, i) => (i * 3 + 4) % samples);
      for (const parts of [1, 2, 5]) {
        arena.clear();
        const out = arena.floats(count * 32 * 32, KEPT);
        arena.call(
          "gather_images",
          [arena.place(images), arena.place(indices), out],
          [count],
          parts,
        );
        const got = withoutKept(out.read(), IMAGE, 1);
        for (const [k, value] of got.entries()) {
          const pixel = images[indices[Math.floor(k / pixels)]! * pixels + k % pixels]!;
          assert.equal(value, Math.fround(pixel / 255));
        }
      }
    }
  }
});

Deno.test("the naive convolution's gradients of pixels are its finite differences, exactly", () => {
  const drawn = drawCase(2, 32), slope = 0.25;
  const { shape } = drawn;
  const x = coarse(drawn.x), w = coarse(drawn.w), bias = coarse(drawn.bias);
  const dpooled = coarse(drawn.dpooled);
  const pool = () => maxPool(shape, convolve(shape, x, w, bias), slope);
  const loss = () => pool().pooled.reduce((sum, value, at) => sum + value * dpooled[at]!, 0);
  const { dw, db } = convGradients(shape, x, w, pool(), dpooled, slope);
  for (const [name, values, gradient] of [["w", w, dw], ["bias", bias, db]] as const) {
    for (const at of places(values.length, 9)) {
      const difference = centralDifference(values, at, COARSE_STEP, loss);
      assert.equal(difference, gradient[at], `${name}[${at}]`);
      assert.notEqual(difference, 0);
    }
  }
});

Deno.test("the convolution of pixels and its gradients have the errors that are stated", async () => {
  const arena = await openArena("wasm");
  const drawn = drawCase(100, 32), slope = SLOPES[LEAKY_RELU]!;
  const { shape, x, w, bias, dpooled } = drawn;
  const sums = convolve(shape, x, w, bias);
  const expected = {
    pooled: maxPool(shape, sums, slope).pooled,
    ...convGradients(shape, x, w, drawn, dpooled, slope),
  };
  const got = compute(arena, drawn, LEAKY_RELU, 3);
  for (const name of ["pooled", "dw", "db"] as const) {
    assertStated(name, relativeError(got[name], expected[name]), STATED[name]);
  }
  const largest = sums.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  assertWinners(shape, sums, got.winner, 2 * STATED.pooled * largest);
});

Deno.test("the convolution of pixels takes every activation, any number of images and channels, in any number of parts", async () => {
  const arena = await openArena("wasm");
  for (const channels of [16, 32, 48]) {
    const five = forward(arena, drawCase(5, channels), LEAKY_RELU, 1);
    for (const count of [1, 2, 5]) {
      const drawn = drawCase(count, channels);
      const { shape, x, w, bias, dpooled } = drawn;
      const sums = convolve(shape, x, w, bias);
      for (const [activation, slope] of SLOPES.entries()) {
        const whole = compute(arena, drawn, activation, 1);
        const { pooled } = maxPool(shape, sums, slope);
        const expected = { pooled, ...convGradients(shape, x, w, drawn, dpooled, slope) };
        for (const name of ["pooled", "dw", "db"] as const) {
          const error = relativeError(whole[name], expected[name]);
          const what = `${count} images, ${channels} channels, activation ${activation}, ${name}`;
          assert.ok(error <= 1e-5, `${what}: ${error}`);
        }
        for (const parts of [2, 5]) {
          assertSameBits(`${parts} parts`, compute(arena, drawn, activation, parts), whole);
        }
        if (activation !== LEAKY_RELU) continue;
        // Images are on their own, whatever their number.
        for (const name of ["pooled", "winner"] as const) {
          const { length } = whole[name];
          assertSameBits("fewer images", { [name]: whole[name] }, {
            [name]: five[name].subarray(0, length),
          });
        }
      }
    }
  }
});

Deno.test("the convolution of two images of pixels has the same bits in both builds", async () => {
  const drawn = drawCase(2, 32);
  const [fused, emulated] = [await openArena("wasm"), await openArena("wasm-emulated")];
  const expected = compute(fused, drawn, LEAKY_RELU, 1);
  assertSameBits("emulated", compute(emulated, drawn, LEAKY_RELU, 2), expected);
});

Deno.test("of equal pixels of a window the first is kept, in every order of four values", async () => {
  const channels = 16, window = (at: number) => Math.floor(at / channels) % 256;
  const drawn = drawCase(2, channels);
  // A filter of the middle tap alone hands the pixels on as they are.
  const w = new Float32Array(TAPS * channels).fill(0);
  w.fill(1, 12 * channels, 13 * channels);
  const value = (at: number, q: number) => (window(at) >> (2 * q)) & 3;
  const x = new Float32Array(drawn.x.length);
  for (let at = 0; at < drawn.pooled.length; at += channels) {
    for (let q = 0; q < 4; q++) {
      x[windowPixel({ ...drawn.shape, to: 1 }, at / channels, q)] = value(at, q);
    }
  }
  const exact = { ...drawn, x, w, bias: new Float32Array(channels).fill(2) };
  for (const build of ["wasm", "wasm-emulated"] as const) {
    const { pooled, winner } = forward(await openArena(build), exact, LINEAR, 1);
    for (const [at, q] of winner.entries()) {
      const values = [0, 1, 2, 3].map((k) => value(at, k));
      assert.equal(pooled[at], Math.max(...values) + 2);
      assert.equal(q, values.indexOf(pooled[at]! - 2));
    }
  }
});
