/** The transposed convolution from 7x7x64 to 14x14x32 against its formula in float64. */
import assert from "node:assert/strict";
import { type KernelArena, openArena, type Placed } from "../../../tests/helpers/kernel_arena.ts";
import { assertStated, relativeError } from "../../../tests/helpers/stated_error.ts";
import { Stream } from "../../random/stream.ts";

const IN = 64, OUT = 32, TAPS = 5, X_SIDE = 7, Y_SIDE = 14;
const X_FLOATS = X_SIDE * X_SIDE * IN, Y_FLOATS = Y_SIDE * Y_SIDE * OUT;
const PRODUCTS = 121, PARTIALS = 4;
/** Of one part: see kernels/conv_transpose.c. */
const SCRATCH = 36 * (24 * IN + 16) + PRODUCTS * (24 * OUT + 16);
const LEAKY_RELU = 2;
const SLOPE = Math.fround(0.2);

/** Largest error over largest value, as kernels/conv_transpose.c states them for a batch of 100. */
const STATED = { y: 2e-6, dx: 2.5e-6, dw: 1.5e-6, db: 2.5e-6 };

interface Case {
  readonly count: number;
  readonly x: Float32Array<ArrayBuffer>;
  readonly w: Float32Array<ArrayBuffer>;
  readonly bias: Float32Array<ArrayBuffer>;
  readonly dy: Float32Array<ArrayBuffer>;
}

type Results = { readonly [name in keyof typeof STATED]: Float32Array | Float64Array };

function drawCase(count: number): Case {
  const draw = (role: string, length: number) =>
    new Stream(7, `conv_transpose/${role}`).uniform(length, 1);
  return {
    count,
    x: draw("x", count * X_FLOATS),
    w: draw("w", TAPS * TAPS * IN * OUT),
    bias: draw("bias", OUT),
    dy: draw("dy", count * Y_FLOATS),
  };
}

/** y[2 i + k - 1] += x[i] w[k] along both axes, and what follows for the gradients. */
function reference({ count, x, w, bias, dy }: Case): Results {
  const y = new Float64Array(dy.length), dx = new Float64Array(x.length);
  const dw = new Float64Array(w.length), db = new Float64Array(OUT);
  for (let k = 0; k < dy.length; k++) {
    y[k] = bias[k % OUT]!;
    db[k % OUT]! += dy[k]!;
  }
  for (let row = 0; row < count * X_SIDE; row++) {
    const image = Math.floor(row / X_SIDE), i = row % X_SIDE;
    for (let j = 0; j < X_SIDE; j++) {
      for (let t = 0; t < TAPS * TAPS; t++) {
        const yi = 2 * i + Math.floor(t / TAPS) - 1, yj = 2 * j + t % TAPS - 1;
        if (yi < 0 || yi >= Y_SIDE || yj < 0 || yj >= Y_SIDE) continue;
        const to = ((image * Y_SIDE + yi) * Y_SIDE + yj) * OUT;
        for (let c = 0; c < IN; c++) {
          const from = (row * X_SIDE + j) * IN + c, tap = (t * IN + c) * OUT, value = x[from]!;
          let gradient = 0;
          for (let o = 0; o < OUT; o++) {
            y[to + o]! += value * w[tap + o]!;
            dw[tap + o]! += value * dy[to + o]!;
            gradient += w[tap + o]! * dy[to + o]!;
          }
          dx[from]! += gradient;
        }
      }
    }
  }
  return {
    y: y.map((value) => value > 0 ? value : value * SLOPE),
    dx: dx.map((value, k) => x[k]! > 0 ? value : value * SLOPE),
    dw,
    db,
  };
}

function compute(arena: KernelArena, { count, x, w, bias, dy }: Case, parts: number): Results {
  const unset = (length: number) => arena.floats(length, NaN);
  const transformed = (weights: { address: number }) => {
    const u = unset(PRODUCTS * IN * OUT);
    arena.call("conv_transpose_transform_weights", [weights, u], [], parts);
    return u;
  };
  arena.clear();
  const y = unset(dy.length);
  arena.call(
    "conv_transpose_forward",
    [
      arena.place(x),
      transformed(arena.place(w)),
      arena.place(bias),
      y,
      unset(parts * SCRATCH),
    ],
    [count, LEAKY_RELU],
    parts,
  );
  const outputs = y.read();

  arena.clear();
  const [flipped, dx, dw, db, partials] = [
    w.length,
    x.length,
    w.length,
    OUT,
    PARTIALS * (PRODUCTS * IN * OUT + OUT),
  ].map(unset) as [Placed<Float32Array>, ...Placed<Float32Array>[]];
  arena.call("conv_transpose_flip", [arena.place(w), flipped], [], parts);
  arena.call(
    "conv_transpose_gradient",
    [
      arena.place(x),
      transformed(flipped),
      arena.place(dy),
      dx!,
      partials!,
      unset(parts * SCRATCH),
    ],
    [count, LEAKY_RELU],
    parts,
  );
  arena.call("conv_transpose_weight_gradient", [partials!, dw!, db!], [], parts);
  return { y: outputs, dx: dx!.read(), dw: dw!.read(), db: db!.read() };
}

Deno.test("the transposed convolution and its gradients have the errors that are stated", async () => {
  const arena = await openArena("wasm");
  const drawn = drawCase(100);
  const expected = reference(drawn), got = compute(arena, drawn, 3);
  for (const name of Object.keys(STATED) as (keyof Results)[]) {
    assertStated(name, relativeError(got[name], expected[name]), STATED[name]);
  }
});

Deno.test("the transposed convolution takes any number of images, in any number of parts", async () => {
  const arena = await openArena("wasm");
  for (const count of [1, 5, 6, 7, 13, 26]) {
    const drawn = drawCase(count);
    const expected = reference(drawn), whole = compute(arena, drawn, 1);
    for (const name of Object.keys(STATED) as (keyof Results)[]) {
      const error = relativeError(whole[name], expected[name]);
      assert.ok(error <= 1e-5, `${count} images, ${name}: ${error}`);
    }
    for (const parts of [2, 5]) assert.deepEqual(compute(arena, drawn, parts), whole);
  }
});
