/**
 * The transposed convolution from 14x14x32 to the logits of 28x28 pixels, and its gradients, against
 * its formula in float64, which finite differences vouch for.
 *
 * Seen by them: a tap that lands one pixel off, taps or channels in other places, a border on the
 * wrong side, a gradient of the wrong sign or scale, a term that is left out or added twice.
 */
import assert from "node:assert/strict";
import {
  centralDifference,
  coarse,
  COARSE_STEP,
  places,
} from "../../../tests/helpers/finite_differences.ts";
import { type KernelArena, openArena } from "../../../tests/helpers/kernel_arena.ts";
import { boundedSum } from "../../../tests/helpers/running_error.ts";
import { assertSameBits } from "../../../tests/helpers/same_bits.ts";
import { assertStated, relativeError } from "../../../tests/helpers/stated_error.ts";
import { Stream } from "../../random/stream.ts";

const CHANNELS = 32, TAPS = 5, X_SIDE = 14, Y_SIDE = 28, DY_SIDE = 31, DY_BEFORE = 1;
const X_FLOATS = X_SIDE * X_SIDE * CHANNELS, Y_FLOATS = Y_SIDE * Y_SIDE;
/** Of one part: see kernels/conv_transpose_pixels.c. */
const SCRATCH = (CHANNELS + X_SIDE * X_SIDE) * CHANNELS;

/** What activations multiply values below 0 by. */
const SLOPES = [1, 0, Math.fround(0.2)];
const LEAKY_RELU = 2;

/** Largest error over largest value, as kernels/conv_transpose_pixels.c states them for a batch of 100. */
const STATED = { y: 2e-7, dx: 3e-7, dw: 4.5e-6 };
const NAMES = ["y", "dx", "dw"] as const;

interface Case {
  readonly count: number;
  readonly x: Float32Array<ArrayBuffer>;
  readonly w: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
  readonly dy: Float32Array<ArrayBuffer>;
}

function drawCase(count: number): Case {
  const draw = (role: string, length: number) =>
    new Stream(7, `conv_transpose_pixels/${role}`).uniform(length, 1);
  return {
    count,
    x: draw("x", count * X_FLOATS),
    w: draw("w", TAPS * TAPS * CHANNELS),
    bias: draw("bias", 1),
    dy: draw("dy", count * Y_FLOATS),
  };
}

/** Calls `visit` for each input pixel and each of its taps that lands within the image. */
function forEachTap(count: number, visit: (input: number, output: number, tap: number) => void) {
  for (let input = 0; input < count * X_SIDE * X_SIDE; input++) {
    const j = input % X_SIDE, row = Math.floor(input / X_SIDE);
    const i = row % X_SIDE, image = Math.floor(row / X_SIDE);
    for (let tap = 0; tap < TAPS * TAPS; tap++) {
      // The whole output but its first row and column, and its last two.
      const y = 2 * i + Math.floor(tap / TAPS) - 1, x = 2 * j + tap % TAPS - 1;
      if (y < 0 || y >= Y_SIDE || x < 0 || x >= Y_SIDE) continue;
      visit(input, (image * Y_SIDE + y) * Y_SIDE + x, tap);
    }
  }
}

function transposedConv(
  count: number,
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  bias: ArrayLike<number>,
): Float64Array {
  const y = new Float64Array(count * Y_FLOATS).fill(bias[0]!);
  forEachTap(count, (input, output, tap) => {
    for (let c = 0; c < CHANNELS; c++) {
      y[output]! += x[input * CHANNELS + c]! * w[tap * CHANNELS + c]!;
    }
  });
  return y;
}

/** dx is that of what the activation made x from, whose sign is that of x. */
function naiveGradients(
  count: number,
  x: ArrayLike<number>,
  w: ArrayLike<number>,
  dy: ArrayLike<number>,
  slope: number,
) {
  const dx = new Float64Array(x.length), dw = new Float64Array(w.length), db = new Float64Array(1);
  for (let k = 0; k < dy.length; k++) db[0]! += dy[k]!;
  forEachTap(count, (input, output, tap) => {
    for (let c = 0; c < CHANNELS; c++) {
      dx[input * CHANNELS + c]! += dy[output]! * w[tap * CHANNELS + c]!;
      dw[tap * CHANNELS + c]! += dy[output]! * x[input * CHANNELS + c]!;
    }
  });
  return { dx: dx.map((value, k) => x[k]! > 0 ? value : value * slope), dw, db };
}

function expect({ count, x, w, bias, dy }: Case, slope: number) {
  return { y: transposedConv(count, x, w, bias), ...naiveGradients(count, x, w, dy, slope) };
}

/** One sum of random signs may be near 0: it is compared with the chain of its additions. */
function assertBiasGradient(got: Float32Array, dy: Float32Array): void {
  const { value, tolerance } = boundedSum(0, dy, 1);
  assert.ok(Math.abs(got[0]! - value) <= tolerance, `${got[0]}, not ${value}`);
  assert.equal(got[0], dy.reduce((sum, term) => Math.fround(sum + term), 0));
}

/** Within borders of zeros, 1 before and 2 after. */
function bordered(dy: Float32Array): Float32Array {
  const rows = dy.length / Y_SIDE;
  const result = new Float32Array(rows / Y_SIDE * DY_SIDE * DY_SIDE);
  for (let row = 0; row < rows; row++) {
    const image = Math.floor(row / Y_SIDE), i = row % Y_SIDE;
    const start = (image * DY_SIDE + i + DY_BEFORE) * DY_SIDE + DY_BEFORE;
    result.set(dy.subarray(row * Y_SIDE, (row + 1) * Y_SIDE), start);
  }
  return result;
}

function compute(arena: KernelArena, drawn: Case, activation: number, parts: number) {
  arena.clear();
  const { count } = drawn;
  const [x, w, bias] = [drawn.x, drawn.w, drawn.bias].map((values) => arena.place(values));
  const dy = arena.place(bordered(drawn.dy));
  const y = arena.floats(count * Y_FLOATS, NaN), dx = arena.floats(count * X_FLOATS, NaN);
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

Deno.test("the naive transposed convolution's gradients are its finite differences, exactly", () => {
  const drawn = drawCase(2), { count } = drawn, slope = 0.25;
  const below = coarse(drawn.x), w = coarse(drawn.w), bias = coarse(drawn.bias);
  const dy = coarse(drawn.dy);
  const activated = () => below.map((value) => value > 0 ? value : value * slope);
  const loss = () =>
    transposedConv(count, activated(), w, bias).reduce((sum, y, at) => sum + y * dy[at]!, 0);
  const { dx, dw, db } = naiveGradients(count, activated(), w, dy, slope);
  for (
    const [name, values, gradient, number] of [
      ["x", below, dx, 25],
      ["w", w, dw, 25],
      ["bias", bias, db, 2],
    ] as const
  ) {
    for (const at of places(values.length, number)) {
      const difference = centralDifference(values, at, COARSE_STEP, loss);
      assert.equal(difference, gradient[at], `${name}[${at}]`);
      assert.notEqual(difference, 0);
    }
  }
});

Deno.test("the transposed convolution to pixels and its gradients have the errors that are stated", async () => {
  const arena = await openArena("wasm");
  const drawn = drawCase(100);
  const expected = expect(drawn, SLOPES[LEAKY_RELU]!);
  const got = compute(arena, drawn, LEAKY_RELU, 3);
  for (const name of NAMES) {
    assertStated(name, relativeError(got[name], expected[name]), STATED[name]);
  }
  assertBiasGradient(got.db, drawn.dy);
});

Deno.test("the transposed convolution to pixels takes every activation and any number of images, in any number of parts", async () => {
  const arena = await openArena("wasm");
  const five = compute(arena, drawCase(5), LEAKY_RELU, 1);
  for (const count of [1, 2, 5]) {
    const drawn = drawCase(count);
    for (const [activation, slope] of SLOPES.entries()) {
      const expected = expect(drawn, slope), whole = compute(arena, drawn, activation, 1);
      for (const name of NAMES) {
        const error = relativeError(whole[name], expected[name]);
        assert.ok(error <= 1e-5, `${count} images, activation ${activation}, ${name}: ${error}`);
      }
      assertBiasGradient(whole.db, drawn.dy);
      for (const parts of [2, 5]) {
        assertSameBits(`${parts} parts`, compute(arena, drawn, activation, parts), whole);
      }
      if (activation !== LEAKY_RELU) continue;
      // Images are on their own, whatever their number.
      for (const name of ["y", "dx"] as const) {
        const { length } = whole[name];
        assertSameBits("fewer images", { [name]: whole[name] }, {
          [name]: five[name].subarray(0, length),
        });
      }
    }
  }
});

Deno.test("the transposed convolution of two images to pixels has the same bits in both builds", async () => {
  const drawn = drawCase(2);
  const [fused, emulated] = [await openArena("wasm"), await openArena("wasm-emulated")];
  const expected = compute(fused, drawn, LEAKY_RELU, 1);
  assertSameBits("emulated", compute(emulated, drawn, LEAKY_RELU, 2), expected);
});
