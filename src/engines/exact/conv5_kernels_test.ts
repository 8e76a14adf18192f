/**
 * The convolution from 14x14x32 to 14x14x64 with its pooling, and its gradients, against loops in
 * float64 (tests/helpers/naive_conv.ts), which finite differences vouch for.
 *
 * Seen by them: a border on the wrong side, taps or channels in other places, another pixel of the
 * window, a gradient of the wrong sign or scale, a term that is left out or added twice.
 */
import assert from "node:assert/strict";
import { LEAKY_RELU, SLOPES } from "../../../tests/helpers/activations.ts";
import { type Border, withBorder, withoutBorder } from "../../../tests/helpers/borders.ts";
import { assertExactGradients, coarse } from "../../../tests/helpers/finite_differences.ts";
import { type KernelArena, openArena } from "../../../tests/helpers/kernel_arena.ts";
import {
  assertWinners,
  type ConvCase,
  convGradients,
  convolve,
  drawConv,
  maxPool,
  type Pooled,
} from "../../../tests/helpers/naive_conv.ts";
import {
  assertBeginningOf,
  assertSameBits,
  assertSameBitsInBothBuilds,
} from "../../../tests/helpers/same_bits.ts";
import {
  assertAllStated,
  assertSmallErrors,
  assertStated,
  relativeError,
} from "../../../tests/helpers/stated_error.ts";

const IN = 32, OUT = 64, TAPS = 25, SIDE = 14, POOLED = 7;
const POOLED_FLOATS = POOLED * POOLED * OUT;
const BORDER: Border = { side: SIDE, before: 2, after: 4 };
const FREQUENCIES = 64, PAIRS = IN * OUT, PARTIALS = 4;
/** Of one part: see kernels/conv5.c. */
const SCRATCH = FREQUENCIES * (2 * (32 * IN + 16) + 32 * OUT + 16);

/** Largest error over largest value, as kernels/conv5.c states them for a batch of 100. */
const STATED_POOLED = 6e-6;
const STATED_GRADIENTS = { dx: 5e-6, dw: 1.1e-5, db: 8e-7 };

function drawCase(count: number): ConvCase {
  return drawConv("conv5", { count, side: SIDE, from: IN, to: OUT });
}

function scratch(arena: KernelArena, parts: number) {
  return arena.floats(parts * SCRATCH, NaN);
}

function transformWeights(arena: KernelArena, w: Float32Array, parts: number) {
  const u = arena.floats(FREQUENCIES * PAIRS, NaN);
  arena.call("conv5_transform_weights", [arena.place(w), u], [], parts);
  return u;
}

function forward(
  arena: KernelArena,
  { shape: { count }, x, w, bias }: ConvCase,
  activation: number,
  parts: number,
) {
  arena.clear();
  const pooled = arena.floats(count * POOLED_FLOATS, NaN);
  const winner = arena.place(new Uint32Array(count * POOLED_FLOATS).fill(99));
  const u = transformWeights(arena, w, parts);
  arena.call(
    "conv5_forward",
    [
      arena.place(withBorder(x, BORDER, IN, 0)),
      u,
      arena.place(bias),
      pooled,
      winner,
      scratch(arena, parts),
    ],
    [count, activation],
    parts,
  );
  return { pooled: pooled.read(), winner: winner.read() };
}

function gradients(
  arena: KernelArena,
  { shape: { count }, x, w, pooled, winner, dpooled }: ConvCase,
  activation: number,
  parts: number,
) {
  arena.clear();
  const u = transformWeights(arena, w, parts), ut = arena.floats(FREQUENCIES * PAIRS, NaN);
  arena.call("conv5_transpose_weights", [u, ut], [], parts);
  const bordered = withBorder(x, BORDER, IN, 0);
  const dx = arena.floats(bordered.length, NaN);
  const partials = arena.floats(PARTIALS * (FREQUENCIES * PAIRS + OUT), NaN);
  arena.call(
    "conv5_gradient",
    [
      arena.place(bordered),
      ut,
      arena.place(pooled),
      arena.place(winner),
      arena.place(dpooled),
      dx,
      partials,
      scratch(arena, parts),
    ],
    [count, activation],
    parts,
  );
  const dw = arena.floats(TAPS * PAIRS, NaN), db = arena.floats(OUT, NaN);
  arena.call("conv5_weight_gradient", [partials, dw, db], [], parts);
  return { dx: withoutBorder(dx.read(), BORDER, IN, null), dw: dw.read(), db: db.read() };
}

function compute(arena: KernelArena, drawn: ConvCase, activation: number, parts: number) {
  return {
    ...forward(arena, drawn, activation, parts),
    ...gradients(arena, drawn, activation, parts),
  };
}

Deno.test("the naive convolution's gradients are its finite differences, exactly", () => {
  const drawn = drawCase(1), slope = 0.25;
  const { shape } = drawn;
  const x = coarse(drawn.x), w = coarse(drawn.w), bias = coarse(drawn.bias);
  const dpooled = coarse(drawn.dpooled);
  const pool = (): Pooled => maxPool(shape, convolve(shape, x, w, bias), slope);
  const loss = () => pool().pooled.reduce((sum, value, at) => sum + value * dpooled[at]!, 0);
  const { dx, dw, db } = convGradients(shape, x, w, pool(), dpooled, slope);
  assertExactGradients(loss, [["x", x, dx, 9], ["w", w, dw, 9], ["bias", bias, db, 3]]);
});

Deno.test("the convolution has the error that is stated, and keeps the largest pixels", async () => {
  const arena = await openArena("wasm");
  // An image's outputs depend on no other image.
  const drawn = drawCase(10);
  const { shape, x, w, bias } = drawn;
  const sums = convolve(shape, x, w, bias);
  const { pooled } = maxPool(shape, sums, SLOPES[LEAKY_RELU]!);
  const got = forward(arena, drawn, LEAKY_RELU, 3);
  assertStated("pooled", relativeError(got.pooled, pooled), STATED_POOLED);
  const largest = sums.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  assertWinners(shape, sums, got.winner, 2 * STATED_POOLED * largest);
});

Deno.test("the convolution's gradients have the errors that are stated", async () => {
  const arena = await openArena("wasm");
  const drawn = drawCase(100);
  const { shape, x, w, dpooled } = drawn;
  const expected = convGradients(shape, x, w, drawn, dpooled, SLOPES[LEAKY_RELU]!);
  assertAllStated(gradients(arena, drawn, LEAKY_RELU, 3), expected, STATED_GRADIENTS);
});

Deno.test("the convolution takes every activation and any number of images, in any number of parts", async () => {
  const arena = await openArena("wasm");
  const five = compute(arena, drawCase(5), LEAKY_RELU, 1);
  for (const count of [1, 2, 5]) {
    const drawn = drawCase(count);
    const { shape, x, w, bias, dpooled } = drawn;
    const sums = convolve(shape, x, w, bias);
    for (const [activation, slope] of SLOPES.entries()) {
      const whole = compute(arena, drawn, activation, 1);
      const { pooled } = maxPool(shape, sums, slope);
      const expected = { pooled, ...convGradients(shape, x, w, drawn, dpooled, slope) };
      const what = `${count} images, activation ${activation}`;
      assertSmallErrors(what, ["pooled", "dx", "dw", "db"], whole, expected);
      for (const parts of [2, 5]) {
        assertSameBits(`${parts} parts`, compute(arena, drawn, activation, parts), whole);
      }
      if (activation !== LEAKY_RELU) continue;
      // Images are on their own, whatever their number.
      assertBeginningOf(five, whole, ["pooled", "winner", "dx"]);
    }
  }
});

Deno.test("the convolution of an image has the same bits in both builds", async () => {
  const drawn = drawCase(1);
  await assertSameBitsInBothBuilds((arena, parts) => compute(arena, drawn, LEAKY_RELU, parts));
});

Deno.test("of equal pixels of a window the convolution keeps the first", async () => {
  const arena = await openArena("wasm");
  const drawn = drawCase(1);
  const { pooled, winner } = forward(arena, { ...drawn, w: drawn.w.map(() => 0) }, LEAKY_RELU, 1);
  assert.ok(winner.every((q) => q === 0));
  const expected = drawn.bias.map((value) => value > 0 ? value : value * SLOPES[LEAKY_RELU]!);
  for (const [at, value] of pooled.entries()) assert.equal(value, expected[at % OUT]);
});
