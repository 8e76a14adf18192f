/** The transposed convolution from 7x7x64 to 14x14x32 against its formula in float64. */
import { LEAKY_RELU, SLOPES } from "../../../tests/helpers/activations.ts";
import { type KernelArena, openArena, type Placed } from "../../../tests/helpers/kernel_arena.ts";
import {
  drawTransposedConv,
  transposedConv,
  type TransposedConvCase,
  transposedConvGradients,
} from "../../../tests/helpers/naive_transposed_conv.ts";
import { assertSameBits } from "../../../tests/helpers/same_bits.ts";
import { assertAllStated, assertSmallErrors } from "../../../tests/helpers/stated_error.ts";

const IN = 64, OUT = 32, SIDE = 7;
const PRODUCTS = 121, PARTIALS = 4;
/** Of one part: see kernels/conv_transpose.c. */
const SCRATCH = 36 * (24 * IN + 16) + PRODUCTS * (24 * OUT + 16);

/** Largest error over largest value, as kernels/conv_transpose.c states them for a batch of 100. */
const STATED = { y: 2e-6, dx: 2.5e-6, dw: 1.5e-6, db: 2.5e-6 };

type Results = { readonly [name in keyof typeof STATED]: Float32Array };

function drawCase(count: number): TransposedConvCase {
  return drawTransposedConv("conv_transpose", { count, side: SIDE, from: IN, to: OUT });
}

function expect({ shape, x, w, bias, dy }: TransposedConvCase) {
  const slope = SLOPES[LEAKY_RELU]!;
  return {
    y: transposedConv(shape, x, w, bias).map((value) => value > 0 ? value : value * slope),
    ...transposedConvGradients(shape, x, w, dy, slope),
  };
}

function compute(
  arena: KernelArena,
  { shape: { count }, x, w, bias, dy }: TransposedConvCase,
  parts: number,
): Results {
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
  assertAllStated(compute(arena, drawn, 3), expect(drawn), STATED);
});

Deno.test("the transposed convolution takes any number of images, in any number of parts", async () => {
  const arena = await openArena("wasm");
  for (const count of [1, 5, 6, 7, 13, 26]) {
    const drawn = drawCase(count);
    const whole = compute(arena, drawn, 1);
    assertSmallErrors(`${count} images`, Object.keys(STATED), whole, expect(drawn));
    for (const parts of [2, 5]) {
      assertSameBits(`${parts} parts`, compute(arena, drawn, parts), whole);
    }
  }
});
