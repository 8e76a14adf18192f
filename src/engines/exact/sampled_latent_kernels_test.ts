/**
 * The sampled latent, its KL term, their gradients and the normal draw, against their formulas in
 * float64, which finite differences vouch for.
 *
 * Seen by them: mean and stddev in each other's place, a sign, a term or the 1e-8 that is left out, a
 * sum over pads, a mean over the batch where a sum belongs and the reverse; in the draw u and v in
 * each other's place, a quadrant of the cosine, a polynomial that is a little off.
 */
import assert from "node:assert/strict";
import { centralDifference, places } from "../../../tests/helpers/finite_differences.ts";
import { BUILDS, type KernelArena, openArena } from "../../../tests/helpers/kernel_arena.ts";
import { padRows, unpadRows } from "../../../tests/helpers/padded_rows.ts";
import { UNIT_ROUNDOFF } from "../../../tests/helpers/running_error.ts";
import { assertBeginningOf, assertSameBits } from "../../../tests/helpers/same_bits.ts";
import {
  assertAllStated,
  assertStated,
  largestError,
  relativeError,
} from "../../../tests/helpers/stated_error.ts";
import { Stream } from "../../random/stream.ts";
import { padded } from "./kernel_table.ts";

const COUNTS = [1, 2, 5], PARTS = [1, 2, 5], WIDTHS = [1, 2, 5, 16, 17, 20, 33];
const TINY = 1e-8;

/**
 * As kernels/sampled_latent.c states them: largest error over largest value for a batch of 100 and
 * 20 latents; of the cosine and of the draw the largest error.
 */
const STATED = { z: 6e-8, divergence: 9e-8, dmean: 7e-8, dstddev: 9e-8 };
const STATED_COSINE = 1.1e-7, STATED_EPS = 1e-6;

/** All [count][width]. */
interface Case {
  readonly count: number;
  readonly width: number;
  readonly mean: Float32Array;
  readonly stddev: Float32Array;
  readonly eps: Float32Array;
  readonly dz: Float32Array;
  /** k, where the loss holds 2^k times the KL term. */
  readonly exponent: number;
}

/** stddev of both signs, away from 0, where the logarithm's derivative has no bound. */
function drawCase(count: number, width: number, exponent = 0): Case {
  const draw = (role: string, limit: number) =>
    new Stream(7, `sampled_latent/${role}`).uniform(count * width, limit);
  return {
    count,
    width,
    mean: draw("mean", 2),
    stddev: draw("stddev", 1).map((value) => value + (value < 0 ? -0.1 : 0.1)),
    eps: draw("eps", 3),
    dz: draw("dz", 1),
    exponent,
  };
}

type Values = ArrayLike<number>;

function sample(mean: Values, stddev: Values, eps: Values): Float64Array {
  return Float64Array.from(mean, (m, k) => m + eps[k]! * stddev[k]!);
}

/** 0.5 * sum(mean^2 + stddev^2 - log(1e-8 + stddev^2) - 1) of each sample. */
function divergences(count: number, mean: Values, stddev: Values): Float64Array {
  const width = mean.length / count;
  const result = new Float64Array(count);
  for (let k = 0; k < mean.length; k++) {
    const m = mean[k]!, s = stddev[k]!;
    result[Math.floor(k / width)]! += 0.5 * (m * m + s * s - Math.log(TINY + s * s) - 1);
  }
  return result;
}

/** Of a loss with dz that adds the mean of the divergences, times a weight. */
function gradients(
  count: number,
  mean: Values,
  stddev: Values,
  eps: Values,
  dz: Values,
  weight: number,
) {
  const dmean = Float64Array.from(mean, (m, k) => dz[k]! + weight * m / count);
  const dstddev = Float64Array.from(
    stddev,
    (s, k) => dz[k]! * eps[k]! + weight * (s - s / (TINY + s * s)) / count,
  );
  return { dmean, dstddev };
}

function expect({ count, mean, stddev, eps, dz, exponent }: Case) {
  return {
    z: sample(mean, stddev, eps),
    divergence: divergences(count, mean, stddev),
    ...gradients(count, mean, stddev, eps, dz, 2 ** exponent),
  };
}

/**
 * What a plan makes of a case: it scales around the gradient if the KL term has a weight.
 *
 * @param pad what the pads of the inputs hold
 */
function compute(arena: KernelArena, drawn: Case, parts: number, pad = 0) {
  arena.clear();
  const { count, width, exponent } = drawn;
  const [mean, stddev, eps, dz] = [drawn.mean, drawn.stddev, drawn.eps, drawn.dz].map((values) =>
    arena.place(padRows(values, width, pad))
  );
  const unset = () => arena.floats(count * padded(width), NaN);
  const z = unset(), dmean = unset(), dstddev = unset();
  const divergence = arena.floats(count, NaN);
  const sizes = [count, width];
  const scale = (gradient: { address: number }, by: number) => {
    if (by !== 0) arena.call("scale", [gradient, gradient], [count, padded(width), by], parts);
  };
  arena.call("sampled_latent_forward", [mean!, stddev!, eps!, z, divergence], sizes, parts);
  scale(dz!, -exponent);
  arena.call(
    "sampled_latent_gradient",
    [mean!, stddev!, eps!, dz!, dmean, dstddev],
    sizes,
    parts,
  );
  scale(dmean, exponent);
  scale(dstddev, exponent);
  return {
    z: unpadRows(z.read(), width, 0),
    divergence: divergence.read(),
    dmean: unpadRows(dmean.read(), width, pad === 0 ? 0 : null),
    dstddev: unpadRows(dstddev.read(), width, pad === 0 ? 0 : null),
  };
}

const NAMES = ["z", "divergence", "dmean", "dstddev"] as const;

Deno.test("the formula's gradients are its finite differences, for each weight of the KL term", () => {
  const drawn = drawCase(2, 20), { count } = drawn;
  const [mean, stddev, eps, dz] = [drawn.mean, drawn.stddev, drawn.eps, drawn.dz].map((values) =>
    Float64Array.from(values)
  ) as [Float64Array, Float64Array, Float64Array, Float64Array];
  // Where the 1e-8 decides, and where it begins to.
  const small = [0, 1e-4, -1e-4, 3e-5, -1e-3, 1e-6];
  stddev.set(small);
  for (const weight of [1 / 4, 1, 4]) {
    const loss = () =>
      sample(mean, stddev, eps).reduce((sum, z, k) => sum + z * dz[k]!, 0) +
      weight * divergences(count, mean, stddev).reduce((sum, value) => sum + value, 0) / count;
    const { dmean, dstddev } = gradients(count, mean, stddev, eps, dz, weight);
    // Of 40 latents each sum has at most four terms below 20, some of them times the weight; a logarithm
    // is off by a few roundings.
    const scale = Math.max(1, weight), rounding = scale * 4 * 40 * 40 * 20 * 2 ** -53;
    for (const at of places(mean.length, 9)) {
      // The third derivative is 0.
      const step = 1e-3, difference = centralDifference(mean, at, step, loss);
      assert.ok(Math.abs(difference - dmean[at]!) <= rounding / step, `mean[${at}]`);
    }
    for (const at of [...small.keys(), ...places(stddev.length, 12).slice(1)]) {
      const s = Math.abs(stddev[at]!), step = 1e-3 * Math.max(s, 1e-4);
      const difference = centralDifference(stddev, at, step, loss);
      // The third derivative of log(e + s^2) / 2 is (with a = s / sqrt(e)) 2 a (3 - a^2) / (1 + a^2)^3
      // over e sqrt(e): below 1.5 over that, and below 2 / s^3.
      const bound = Math.min(1.5 / (TINY * Math.sqrt(TINY)), 2 / Math.max(0, s - step) ** 3);
      const third = weight * bound / count;
      const tolerance = 1.01 * step * step / 6 * third + rounding / step;
      const error = Math.abs(difference - dstddev[at]!);
      assert.ok(error <= tolerance, `stddev[${at}]: ${difference}, not ${dstddev[at]}`);
      const small = 1e-4 * scale * Math.max(1, 1 / (s + 1e-3));
      assert.ok(tolerance < small, `stddev[${at}]: ${tolerance}`);
    }
  }
});

Deno.test("the sampled latent and its gradients have the errors that are stated", async () => {
  const arena = await openArena("wasm");
  const drawn = drawCase(100, 20);
  assertAllStated(compute(arena, drawn, 3), expect(drawn), STATED);
});

Deno.test("with a weight of the KL term the gradients have that error too, and z and KL term the same bits", async () => {
  const arena = await openArena("wasm");
  const plain = compute(arena, drawCase(100, 20), 1);
  for (const exponent of [-2, 2]) {
    const drawn = drawCase(100, 20, exponent);
    const { z, divergence, ...found } = compute(arena, drawn, 3), expected = expect(drawn);
    const same = { z: plain.z, divergence: plain.divergence };
    assertSameBits(`2^${exponent}`, { z, divergence }, same);
    for (const name of ["dmean", "dstddev"] as const) {
      const error = relativeError(found[name], expected[name]);
      assert.ok(error <= STATED[name], `2^${exponent}, ${name}: ${error}`);
    }
  }
});

Deno.test("the sampled latent takes any width and number of samples, in any number of parts, in both builds", async () => {
  const [fused, emulated] = [await openArena("wasm"), await openArena("wasm-emulated")];
  for (const width of WIDTHS) {
    const five = compute(fused, drawCase(5, width), 1);
    for (const count of COUNTS) {
      const drawn = drawCase(count, width);
      const expected = expect(drawn), whole = compute(fused, drawn, 1);
      for (const name of NAMES) {
        const error = largestError(whole[name], expected[name]);
        // Few values may all be small: their parts are not, and are below 10 each.
        assert.ok(error <= 1e-5, `${count} x ${width}, ${name}: ${error}`);
      }
      for (const parts of PARTS) {
        assertSameBits(`${parts} parts`, compute(fused, drawn, parts), whole);
      }
      assertSameBits("emulated", compute(emulated, drawn, 2), whole);
      // Whatever pads hold, they are in no sum.
      assertSameBits("other pads", compute(fused, drawn, 2, 7), whole);
      // Samples are on their own, whatever their number.
      assertBeginningOf(five, whole, ["z", "divergence"]);
    }
  }
});

Deno.test("for a stddev near 0 the 1e-8 bounds the KL term and its gradient", async () => {
  const stddev = Float32Array.of(0, -0, 1e-30, 1e-6, -1e-5, 1e-4, -1e-4, 2e-4, 1e-3, -1e-2);
  for (const build of BUILDS) {
    const arena = await openArena(build);
    for (const s of stddev) {
      const drawn: Case = {
        count: 1,
        width: 1,
        mean: Float32Array.of(0),
        stddev: Float32Array.of(s),
        eps: Float32Array.of(0.5),
        dz: Float32Array.of(0),
        exponent: 0,
      };
      const got = compute(arena, drawn, 1), expected = expect(drawn);
      // Six operations, of which the sum within the logarithm is no longer relative to it.
      for (const name of ["divergence", "dstddev"] as const) {
        const value = expected[name][0]!, error = Math.abs(got[name][0]! - value);
        const tolerance = 6 * UNIT_ROUNDOFF * (Math.abs(value) + (name === "divergence" ? 1 : 0));
        assert.ok(error <= tolerance, `${name} for ${s}: ${got[name][0]}, not ${value}`);
      }
      assert.equal(got.z[0]! + 0, Math.fround(0.5 * s) + 0); // 0 for -0
    }
  }
});

/** u in (0, 1] and v in [0, 1) as the engine hands them on: 24 random bits each. */
function drawUniform(length: number) {
  const u = new Float32Array(length), v = new Float32Array(length);
  const stream = new Stream(7, "test/noise");
  for (let i = 0; i < length; i++) {
    const words = stream.words(0, i, 0);
    u[i] = ((words[0]! >>> 8) + 1) / 2 ** 24;
    v[i] = (words[1]! >>> 8) / 2 ** 24;
  }
  // The ends, and where the cosine's pieces meet.
  u.set([1, 2 ** -24, 2 ** -24, 1 - 2 ** -24]);
  v.set([0.25, 0, 0.5, 1 - 2 ** -24]);
  for (let k = 0; k <= 16; k++) {
    v[4 + k * 3] = Math.max(0, k / 16 - 2 ** -24);
    v[5 + k * 3] = k / 16;
    v[6 + k * 3] = k === 16 ? 1 : k / 16 + 2 ** -24;
  }
  return { u, v };
}

function drawNormal(
  arena: KernelArena,
  { u, v }: { u: Float32Array; v: Float32Array },
  width: number,
  parts: number,
): Float32Array {
  arena.clear();
  const count = u.length / width;
  const eps = arena.floats(count * padded(width), NaN);
  // What the pads hold is not drawn from.
  const from = [u, v].map((values) => arena.place(padRows(values, width, NaN)));
  arena.call("draw_normal", [...from, eps], [count, width], parts);
  return unpadRows(eps.read(), width, 0);
}

Deno.test("draw_normal is sqrt(-2 ln u) cos(2 pi v), with the error that is stated", async () => {
  const arena = await openArena("wasm");
  const length = 2 ** 19, drawn = drawUniform(length);
  // For half of them the smallest u, where radius and error are largest.
  for (let i = length / 2; i < length; i++) drawn.u[i] = (i % 8 + 1) / 2 ** 24;
  const got = drawNormal(arena, drawn, 16, 3);
  const expected = new Float64Array(length);
  for (let i = 0; i < length; i++) {
    const radius = Math.sqrt(-2 * Math.log(drawn.u[i]!));
    const value = radius * Math.cos(2 * Math.PI * drawn.v[i]!);
    expected[i] = value;
    // Half an ulp of the logarithm remains under the root, and half an ulp for the root and for the
    // product each, all beside the cosine's error.
    const tolerance = 1.01 * (radius * STATED_COSINE + 3 * UNIT_ROUNDOFF * Math.abs(value));
    const error = Math.abs(got[i]! - value);
    assert.ok(error <= tolerance, `${drawn.u[i]}, ${drawn.v[i]}: ${got[i]}, not ${value}`);
  }
  assertStated("eps", largestError(got, expected), STATED_EPS);
});

Deno.test("draw_normal's cosine has the error that is stated, for every 16th angle", async () => {
  const arena = await openArena("wasm");
  const length = 2 ** 20;
  const v = Float32Array.from({ length }, (_, i) => (i * 16 + i % 16) / 2 ** 24);
  // Where the logarithm rounds to -1/2 the radius is 1, without an error.
  const u = new Float32Array(length).fill(Math.exp(-0.5));
  const got = drawNormal(arena, { u, v }, 16, 1);
  assert.equal(got[0], 1);
  const expected = Float64Array.from(v, (turns) => Math.cos(2 * Math.PI * turns));
  assertStated("cosine", largestError(got, expected), STATED_COSINE);
});

Deno.test("draw_normal gives the same bits in any number of parts and in both builds", async () => {
  const [fused, emulated] = [await openArena("wasm"), await openArena("wasm-emulated")];
  for (const width of WIDTHS) {
    const drawn = drawUniform(100 * width);
    for (const count of COUNTS) {
      const batch = {
        u: drawn.u.subarray(0, count * width),
        v: drawn.v.subarray(0, count * width),
      };
      const whole = drawNormal(fused, batch, width, 1);
      for (const parts of PARTS) {
        assertSameBits(`${parts} parts`, { eps: drawNormal(fused, batch, width, parts) }, {
          eps: whole,
        });
      }
      assertSameBits("emulated", { eps: drawNormal(emulated, batch, width, 2) }, { eps: whole });
    }
  }
});
