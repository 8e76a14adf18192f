/**
 * The convolution from 14x14x32 to 14x14x64 with its pooling, and its gradients, against loops in
 * float64 (tests/helpers/naive_conv.ts), which finite differences vouch for.
 *
 * Seen by them: a border on the wrong side, taps or channels in other places, another pixel of the
 * window, a gradient of the wrong sign or scale, a term that is left out or added twice.
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
  type Pooled,
} from "../../../tests/helpers/naive_conv.ts";
import { assertSameBits } from "../../../tests/helpers/same_bits.ts";
import { assertStated, relativeError } from "../../../tests/helpers/stated_error.ts";
import { Stream } from "../../random/stream.ts";

const IN = 32, OUT = 64, TAPS = 25, SIDE = 14, POOLED = 7, BORDERED = 20, BORDER = 2;
const X_FLOATS = SIDE * SIDE * IN, POOLED_FLOATS = POOLED * POOLED * OUT;
const FREQUENCIES = 64, PAIRS = IN * OUT, PARTIALS = 4;
/** Of one part: see kernels/conv5.c. */
const SCRATCH = FREQUENCIES * (2 * (32 * IN + 16) + 32 * OUT + 16);

/** What they multiply values below 0 by. */
const SLOPES = [1, 0, Math.fround(0.2)];
const LEAKY_RELU = 2;

/** Largest error over largest value, as kernels/conv5.c states them for a batch of 100. */
const STATED = { pooled: 6e-6, dx: 5e-6, dw: 1.1e-5, db: 8e-7 };

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
function drawCase(count: number): Case {
  const draw = (role: string, length: number) => new Stream(7, `conv5/${role}`).uniform(length, 1);
  return {
    shape: { count, side: SIDE, from: IN, to: OUT },
    x: draw("x", count * X_FLOATS),
    w: draw("w", TAPS * PAIRS),
    bias: draw("bias", OUT),
    pooled: draw("pooled", count * POOLED_FLOATS),
    winner: Uint32Array.from(
      draw("winner", count * POOLED_FLOATS),
      (value) => Math.floor(value * 2) + 2,
    ),
    dpooled: draw("dpooled", count * POOLED_FLOATS),
  };
}

/** Images within borders of zeros, 2 before and 4 after. */
function bordered(x: Float32Array): Float32Array {
  const rows = x.length / (SIDE * IN);
  const result = new Float32Array(rows / SIDE * BORDERED * BORDERED * IN);
  for (let row = 0; row < rows; row++) {
    result.set(x.subarray(row * SIDE * IN, (row + 1) * SIDE * IN), rowStart(row));
  }
  return result;
}

function inner(x: Float32Array): Float32Array {
  const result = new Float32Array(x.length / (BORDERED * BORDERED) * SIDE * SIDE);
  for (let row = 0; row < result.length / (SIDE * IN); row++) {
    const start = rowStart(row);
    result.set(x.subarray(start, start + SIDE * IN), row * SIDE * IN);
  }
  return result;
}

/** Where a row of 14 pixels begins within the borders; rows count on through the images. */
function rowStart(row: number): number {
  const image = Math.floor(row / SIDE), i = row % SIDE;
  return ((image * BORDERED + i + BORDER) * BORDERED + BORDER) * IN;
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
  { shape: { count }, x, w, bias }: Case,
  activation: number,
  parts: number,
) {
  arena.clear();
  const pooled = arena.floats(count * POOLED_FLOATS, NaN);
  const winner = arena.place(new Uint32Array(count * POOLED_FLOATS).fill(99));
  const u = transformWeights(arena, w, parts);
  arena.call(
    "conv5_forward",
    [arena.place(bordered(x)), u, arena.place(bias), pooled, winner, scratch(arena, parts)],
    [count, activation],
    parts,
  );
  return { pooled: pooled.read(), winner: winner.read() };
}

function gradients(
  arena: KernelArena,
  { shape: { count }, x, w, pooled, winner, dpooled }: Case,
  activation: number,
  parts: number,
) {
  arena.clear();
  const u = transformWeights(arena, w, parts), ut = arena.floats(FREQUENCIES * PAIRS, NaN);
  arena.call("conv5_transpose_weights", [u, ut], [], parts);
  const dx = arena.floats(count * BORDERED * BORDERED * IN, NaN);
  const partials = arena.floats(PARTIALS * (FREQUENCIES * PAIRS + OUT), NaN);
  arena.call(
    "conv5_gradient",
    [
      arena.place(bordered(x)),
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
  return { dx: inner(dx.read()), dw: dw.read(), db: db.read() };
}

function compute(arena: KernelArena, drawn: Case, activation: number, parts: number) {
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
  for (
    const [name, values, gradient, count] of [
      ["x", x, dx, 9],
      ["w", w, dw, 9],
      ["bias", bias, db, 3],
    ] as const
  ) {
    for (const at of places(values.length, count)) {
      const difference = centralDifference(values, at, COARSE_STEP, loss);
      assert.equal(difference, gradient[at], `${name}[${at}]`);
      assert.notEqual(difference, 0);
    }
  }
});

Deno.test("the convolution has the error that is stated, and keeps the largest pixels", async () => {
  const arena = await openArena("wasm");
  // An image's outputs depend on no other image.
  const drawn = drawCase(10);
  const { shape, x, w, bias } = drawn;
  const sums = convolve(shape, x, w, bias);
  const { pooled } = maxPool(shape, sums, SLOPES[LEAKY_RELU]!);
  const got = forward(arena, drawn, LEAKY_RELU, 3);
  assertStated("pooled", relativeError(got.pooled, pooled), STATED.pooled);
  const largest = sums.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
  assertWinners(shape, sums, got.winner, 2 * STATED.pooled * largest);
});

Deno.test("the convolution's gradients have the errors that are stated", async () => {
  const arena = await openArena("wasm");
  const drawn = drawCase(100);
  const { shape, x, w, dpooled } = drawn;
  const expected = convGradients(shape, x, w, drawn, dpooled, SLOPES[LEAKY_RELU]!);
  const got = gradients(arena, drawn, LEAKY_RELU, 3);
  for (const name of ["dx", "dw", "db"] as const) {
    assertStated(name, relativeError(got[name], expected[name]), STATED[name]);
  }
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
      for (const name of ["pooled", "dx", "dw", "db"] as const) {
        const error = relativeError(whole[name], expected[name]);
        assert.ok(error <= 1e-5, `${count} images, activation ${activation}, ${name}: ${error}`);
      }
      for (const parts of [2, 5]) {
        assertSameBits(`${parts} parts`, compute(arena, drawn, activation, parts), whole);
      }
      if (activation !== LEAKY_RELU) continue;
      // Images are on their own, whatever their number.
      for (const name of ["pooled", "winner", "dx"] as const) {
        const { length } = whole[name];
        assertSameBits("fewer images", { [name]: whole[name] }, {
          [name]: five[name].subarray(0, length),
        });
      }
    }
  }
});

Deno.test("the convolution of an image has the same bits in both builds", async () => {
  const drawn = drawCase(1);
  const [fused, emulated] = [await openArena("wasm"), await openArena("wasm-emulated")];
  const expected = compute(fused, drawn, LEAKY_RELU, 1);
  assertSameBits("emulated", compute(emulated, drawn, LEAKY_RELU, 2), expected);
});

Deno.test("of equal pixels of a window the convolution keeps the first", async () => {
  const arena = await openArena("wasm");
  const drawn = drawCase(1);
  const { pooled, winner } = forward(arena, { ...drawn, w: drawn.w.map(() => 0) }, LEAKY_RELU, 1);
  assert.ok(winner.every((q) => q === 0));
  const expected = drawn.bias.map((value) => value > 0 ? value : value * SLOPES[LEAKY_RELU]!);
  for (const [at, value] of pooled.entries()) assert.equal(value, expected[at % OUT]);
});
