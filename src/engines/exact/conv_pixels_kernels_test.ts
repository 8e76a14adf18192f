/**
 * The convolution of the pixels, 28x28 to 14x14 after pooling, and its gradients, against loops in
 * float64 (tests/helpers/naive_conv.ts), which finite differences vouch for.
 *
 * Seen by them: a border on the wrong side, taps or channels in other places, another pixel of the
 * window, a gradient of the wrong sign or scale, a term that is left out or added twice. What lies in
 * the borders of the pooled values is NaN here, or compared.
 */
import assert from "node:assert/strict";
import { LEAKY_RELU, LINEAR, SLOPES } from "../../../tests/helpers/activations.ts";
import { type Border, withBorder, withoutBorder } from "../../../tests/helpers/borders.ts";
import { assertExactGradients, coarse } from "../../../tests/helpers/finite_differences.ts";
import { BUILDS, type KernelArena, openArena } from "../../../tests/helpers/kernel_arena.ts";
import {
  assertWinners,
  type ConvCase,
  convGradients,
  convolve,
  drawConv,
  maxPool,
  windowPixel,
} from "../../../tests/helpers/naive_conv.ts";
import {
  assertBeginningOf,
  assertSameBits,
  assertSameBitsInBothBuilds,
} from "../../../tests/helpers/same_bits.ts";
import { assertAllStated, assertSmallErrors } from "../../../tests/helpers/stated_error.ts";
import { Stream } from "../../random/stream.ts";

const SIDE = 28, TAPS = 25, POOLED = 14;
const IMAGE: Border = { side: SIDE, before: 2, after: 2 };
const OUTPUT: Border = { side: POOLED, before: 2, after: 4 };

/** What memory holds where nothing is written. */
const KEPT = -123.5;

/** Largest error over largest value, as kernels/conv_pixels.c states them for a batch of 100. */
const STATED = { pooled: 2.5e-7, dw: 4e-6, db: 5e-6 };

function drawCase(count: number, channels: number): ConvCase {
  return drawConv("conv_pixels", { count, side: SIDE, from: 1, to: channels });
}

function forward(
  arena: KernelArena,
  { shape: { count, to }, x, w, bias }: ConvCase,
  activation: number,
  parts: number,
) {
  arena.clear();
  const outputs = count * POOLED * POOLED * to;
  const pooled = arena.place(
    withBorder(new Float32Array(outputs).fill(NaN), OUTPUT, to, KEPT),
  );
  const winner = arena.place(new Uint32Array(outputs).fill(99));
  arena.call(
    "conv_pixels_forward",
    [arena.place(withBorder(x, IMAGE, 1, 0)), arena.place(w), arena.place(bias), pooled, winner],
    [count, to, activation],
    parts,
  );
  return { pooled: withoutBorder(pooled.read(), OUTPUT, to, KEPT), winner: winner.read() };
}

function gradients(
  arena: KernelArena,
  { shape: { count, to }, x, pooled, winner, dpooled }: ConvCase,
  activation: number,
  parts: number,
) {
  arena.clear();
  const dw = arena.floats(TAPS * to, NaN), db = arena.floats(to, NaN);
  arena.call(
    "conv_pixels_gradient",
    [
      arena.place(withBorder(x, IMAGE, 1, 0)),
      arena.place(withBorder(pooled, OUTPUT, to, NaN)),
      arena.place(winner),
      arena.place(withBorder(dpooled, OUTPUT, to, NaN)),
      dw,
      db,
      arena.floats(SIDE * SIDE * to, NaN), // scratch
    ],
    [count, to, activation],
    parts,
  );
  return { dw: dw.read(), db: db.read() };
}

function compute(arena: KernelArena, drawn: ConvCase, activation: number, parts: number) {
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
  for (const build of BUILDS) {
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
        const got = withoutBorder(out.read(), IMAGE, 1, KEPT);
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
  assertExactGradients(loss, [["w", w, dw, 9], ["bias", bias, db, 9]]);
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
  assertAllStated(got, expected, STATED);
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
        const what = `${count} images, ${channels} channels, activation ${activation}`;
        assertSmallErrors(what, ["pooled", "dw", "db"], whole, expected);
        for (const parts of [2, 5]) {
          assertSameBits(`${parts} parts`, compute(arena, drawn, activation, parts), whole);
        }
        if (activation !== LEAKY_RELU) continue;
        // Images are on their own, whatever their number.
        assertBeginningOf(five, whole, ["pooled", "winner"]);
      }
    }
  }
});

Deno.test("the convolution of two images of pixels has the same bits in both builds", async () => {
  const drawn = drawCase(2, 32);
  await assertSameBitsInBothBuilds((arena, parts) => compute(arena, drawn, LEAKY_RELU, parts));
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
  for (const build of BUILDS) {
    const { pooled, winner } = forward(await openArena(build), exact, LINEAR, 1);
    for (const [at, q] of winner.entries()) {
      const values = [0, 1, 2, 3].map((k) => value(at, k));
      assert.equal(pooled[at], Math.max(...values) + 2);
      assert.equal(q, values.indexOf(pooled[at]! - 2));
    }
  }
});
