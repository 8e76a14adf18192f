/**
 * The transposed convolution from 14x14x32 to the logits of 28x28 pixels, and its gradients, against
 * its formula in float64, which finite differences vouch for.
 *
 * Seen by them: a tap that lands one pixel off, taps or channels in other places, a border on the
 * wrong side, a gradient of the wrong sign or scale, a term that is left out or added twice.
 */
import assert from "node:assert/strict";
import { LEAKY_RELU, SLOPES } from "../../../tests/helpers/activations.ts";
import { type Border, withBorder } from "../../../tests/helpers/borders.ts";
import { assertExactGradients, coarse } from "../../../tests/helpers/finite_differences.ts";
import { type KernelArena, openArena } from "../../../tests/helpers/kernel_arena.ts";
import {
  drawTransposedConv,
  transposedConv,
  type TransposedConvCase,
  transposedConvGradients,
} from "../../../tests/helpers/naive_transposed_conv.ts";
import { boundedSum } from "../../../tests/helpers/running_error.ts";
import {
  assertBeginningOf,
  assertSameBits,
  assertSameBitsInBothBuilds,
} from "../../../tests/helpers/same_bits.ts";
import { assertAllStated, assertSmallErrors } from "../../../tests/helpers/stated_error.ts";

const CHANNELS = 32, X_SIDE = 14, Y_SIDE = 28;
/** Of dy. */
const BORDER: Border = { side: Y_SIDE, before: 1, after: 2 };
/** Of one part: see kernels/conv_transpose_pixels.c. */
const SCRATCH = (CHANNELS + X_SIDE * X_SIDE) * CHANNELS;

/** Largest error over largest value, as kernels/conv_transpose_pixels.c states them for a batch of 100. */
const STATED = { y: 2e-7, dx: 3e-7, dw: 4.5e-6 };

function drawCase(count: number): TransposedConvCase {
  const shape = { count, side: X_SIDE, from: CHANNELS, to: 1 };
  return drawTransposedConv("conv_transpose_pixels", shape);
}

function expect({ shape, x, w, bias, dy }: TransposedConvCase, slope: number) {
  return {
    y: transposedConv(shape, x, w, bias),
    ...transposedConvGradients(shape, x, w, dy, slope),
  };
}

/** One sum of random signs may be near 0: it is compared with the chain of its additions. */
function assertBiasGradient(got: Float32Array, dy: Float32Array): void {
  const { value, tolerance } = boundedSum(0, dy, 1);
  assert.ok(Math.abs(got[0]! - value) <= tolerance, `${got[0]}, not ${value}`);
  assert.equal(got[0], dy.reduce((sum, term) => Math.fround(sum + term), 0));
}

function compute(arena: KernelArena, drawn: TransposedConvCase, activation: number, parts: number) {
  arena.clear();
  const { count } = drawn.shape;
  const [x, w, bias] = [drawn.x, drawn.w, drawn.bias].map((values) => arena.place(values));
  const dy = arena.place(withBorder(drawn.dy, BORDER, 1, 0));
  const y = arena.floats(count * Y_SIDE * Y_SIDE, NaN), dx = arena.floats(drawn.x.length, NaN);
  const dw = arena.floats(drawn.w.length, NaN), db = arena.floats(1, NaN);
  const scratch = arena.floats(parts * SCRATCH, NaN);
  arena.call("conv_transpose_pixels_forward", [x!, w!, bias!, y, scratch], [count], parts);
  arena.call(
    "conv_transpose_pixels_input_gradient",
    [dy, w!, x!, dx],
    [count, activation],
    parts,
  );
  arena.call("conv_transpose_pixels_weight_gradient", [x!, dy, dw, db], [count], parts);
  return { y: y.read(), dx: dx.read(), dw: dw.read(), db: db.read() };
}

for (const shape of [drawCase(2).shape, { count: 2, side: 7, from: 3, to: 2 }]) {
  const { side, from, to } = shape;
  Deno.test(`the naive transposed convolution's gradients are its finite differences, exactly, for ${side} x ${side} x ${from} to ${to}`, () => {
    const drawn = drawTransposedConv("conv_transpose_pixels", shape), slope = 0.25;
    const below = coarse(drawn.x), w = coarse(drawn.w), bias = coarse(drawn.bias);
    const dy = coarse(drawn.dy);
    const activated = () => below.map((value) => value > 0 ? value : value * slope);
    const loss = () =>
      transposedConv(shape, activated(), w, bias).reduce((sum, y, at) => sum + y * dy[at]!, 0);
    const { dx, dw, db } = transposedConvGradients(shape, activated(), w, dy, slope);
    assertExactGradients(loss, [["x", below, dx, 25], ["w", w, dw, 25], ["bias", bias, db, 2]]);
  });
}

Deno.test("the transposed convolution to pixels and its gradients have the errors that are stated", async () => {
  const arena = await openArena("wasm");
  const drawn = drawCase(100);
  const expected = expect(drawn, SLOPES[LEAKY_RELU]!);
  const got = compute(arena, drawn, LEAKY_RELU, 3);
  assertAllStated(got, expected, STATED);
  assertBiasGradient(got.db, drawn.dy);
});

Deno.test("the transposed convolution to pixels takes every activation and any number of images, in any number of parts", async () => {
  const arena = await openArena("wasm");
  const five = compute(arena, drawCase(5), LEAKY_RELU, 1);
  for (const count of [1, 2, 5]) {
    const drawn = drawCase(count);
    for (const [activation, slope] of SLOPES.entries()) {
      const expected = expect(drawn, slope), whole = compute(arena, drawn, activation, 1);
      const what = `${count} images, activation ${activation}`;
      assertSmallErrors(what, ["y", "dx", "dw"], whole, expected);
      assertBiasGradient(whole.db, drawn.dy);
      for (const parts of [2, 5]) {
        assertSameBits(`${parts} parts`, compute(arena, drawn, activation, parts), whole);
      }
      if (activation !== LEAKY_RELU) continue;
      // Images are on their own, whatever their number.
      assertBeginningOf(five, whole, ["y", "dx"]);
    }
  }
});

Deno.test("the transposed convolution of two images to pixels has the same bits in both builds", async () => {
  const drawn = drawCase(2);
  await assertSameBitsInBothBuilds((arena, parts) => compute(arena, drawn, LEAKY_RELU, parts));
});
