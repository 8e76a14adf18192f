import assert from "node:assert/strict";
import { fma } from "../../../tests/helpers/exact_fma.ts";
import { BUILDS, hex, type KernelArena, openArena } from "../../../tests/helpers/kernel_arena.ts";
import { UNIT_ROUNDOFF } from "../../../tests/helpers/running_error.ts";
import { Stream } from "../../random/stream.ts";
import { AdamRate } from "../../training/adam_rate.ts";

const PARTS = [1, 2, 3, 7];
const LENGTH = 336;
const STEPS = 20;

/** Gradients of many magnitudes; some always 0, some tiny, some of changing sign. */
function gradients(step: number): Float32Array {
  const uniform = new Stream(step, "test/gradients").uniform(LENGTH, 1);
  return uniform.map((value, i) => i % 16 === 0 ? 0 : value * 2 ** (-2 * (i % 16)));
}

const WEIGHTS = new Stream(0, "test/weights").uniform(LENGTH, 0.1);

interface State {
  readonly w: Float32Array;
  readonly m: Float32Array;
  readonly v: Float32Array;
}

function runSteps(arena: KernelArena, parts: number): State {
  arena.clear();
  const w = arena.place(WEIGHTS), m = arena.floats(LENGTH, 0), v = arena.floats(LENGTH, 0);
  const rates = new AdamRate();
  for (let step = 1; step <= STEPS; step++) {
    const g = arena.place(gradients(step)), rate = arena.floats(1, rates.next());
    arena.call("adam", [w, g, m, v, rate], [LENGTH], parts);
  }
  return { w: w.read(), m: m.read(), v: v.read() };
}

Deno.test("adam() matches an independent float64 Adam over 20 steps", async () => {
  // As TensorFlow writes it, all in float64, with the decimal constants of the paper.
  const zeros = () => new Float64Array(LENGTH);
  const w = Float64Array.from(WEIGHTS), m = zeros(), v = zeros();
  // The same sum as m without its cancellation, and what rounding may add up to.
  const magnitude = zeros(), moved = zeros(), tolerance = zeros();
  for (let step = 1; step <= STEPS; step++) {
    const rate = 1e-3 * Math.sqrt(1 - 0.999 ** step) / (1 - 0.9 ** step);
    for (const [i, g] of gradients(step).entries()) {
      m[i] = 0.9 * m[i]! + 0.1 * g;
      magnitude[i] = 0.9 * magnitude[i]! + 0.1 * Math.abs(g);
      v[i] = 0.999 * v[i]! + 0.001 * g * g;
      const denominator = Math.sqrt(v[i]!) + 1e-8;
      w[i]! -= rate * m[i]! / denominator;
      moved[i]! += rate * Math.abs(m[i]!) / denominator;
      // A step rounds a sum and uses a rounded constant: 2 roundings, 2 or 3 more for the gradient's
      // term. The root halves those of v; root, epsilon, sum, rate, product and quotient add 6; then
      // comes the difference.
      const roundings = (2 * step + 2) * magnitude[i]! + (step + 2 + 6) * Math.abs(m[i]!);
      tolerance[i]! += 1.01 * UNIT_ROUNDOFF * (rate * roundings / denominator + Math.abs(w[i]!));
    }
  }
  // Largest moves and tolerances, for each magnitude of the gradients.
  for (let size = 1; size < 16; size++) {
    const largest = (values: Float64Array) => Math.max(...values.filter((_, i) => i % 16 === size));
    const [widest, farthest] = [largest(tolerance), largest(moved)];
    assert.ok(widest < farthest / 200, `tolerance ${widest} of ${farthest} at size ${size}`);
  }
  for (const build of BUILDS) {
    const got = runSteps(await openArena(build), 1);
    for (let i = 0; i < LENGTH; i++) {
      const error = Math.abs(got.w[i]! - w[i]!);
      assert.ok(error <= tolerance[i]!, `weight ${i}: ${got.w[i]}, not ${w[i]}`);
      const relative = 1.01 * UNIT_ROUNDOFF * (2 * STEPS + 3);
      assert.ok(Math.abs(got.m[i]! - m[i]!) <= relative * magnitude[i]!, `first moment ${i}`);
      assert.ok(Math.abs(got.v[i]! - v[i]!) <= relative * v[i]!, `second moment ${i}`);
    }
  }
});

Deno.test("adam() is the documented roundings, bit for bit, over 20 steps", async () => {
  const w = WEIGHTS.slice(), m = new Float32Array(LENGTH), v = new Float32Array(LENGTH);
  const [b1, c1, b2, c2, epsilon] = [0.9, 0.1, 0.999, 0.001, 1e-8].map(Math.fround) as [
    number,
    number,
    number,
    number,
    number,
  ];
  const rates = new AdamRate();
  for (let step = 1; step <= STEPS; step++) {
    const rate = rates.next();
    for (const [i, g] of gradients(step).entries()) {
      m[i] = fma(b1, m[i]!, Math.fround(c1 * g));
      v[i] = fma(b2, v[i]!, Math.fround(c2 * Math.fround(g * g)));
      const denominator = Math.fround(Math.fround(Math.sqrt(v[i]!)) + epsilon);
      w[i] = w[i]! - Math.fround(Math.fround(rate * m[i]!) / denominator);
    }
  }
  for (const build of BUILDS) {
    const arena = await openArena(build);
    for (const parts of PARTS) {
      const got = runSteps(arena, parts);
      for (const [name, values] of Object.entries({ w, m, v })) {
        const what = `${name}, ${build}, ${parts} parts`;
        assert.equal(hex(got[name as keyof State]), hex(values), what);
      }
    }
  }
});

Deno.test("adam() moves a weight by the rate where the gradient is large, by g / 1e-8 where it is tiny", async () => {
  const arena = await openArena("wasm");
  // At step 1, m / sqrt(v) = 0.1 g / sqrt(0.001 g g) = sqrt(10), less where epsilon counts.
  const g = new Float32Array(16);
  g.set([1e3, -1e3, 1e-10, 1e-7]);
  const w = arena.floats(16, 0);
  arena.call(
    "adam",
    [
      w,
      arena.place(g),
      arena.floats(16, 0),
      arena.floats(16, 0),
      arena.floats(1, 1),
    ],
    [16],
    1,
  );
  const expected = [...g].slice(0, 4).map((x) =>
    -0.1 * x / (Math.sqrt(0.001) * Math.abs(x) + 1e-8)
  );
  for (const [i, value] of expected.entries()) {
    const error = Math.abs(w.read()[i]! - value);
    assert.ok(error <= 12 * UNIT_ROUNDOFF * Math.abs(value), `${w.read()[i]}, not ${value}`);
  }
  assert.ok(expected[3]! > 1.5 * expected[0]! && expected[3]! < 0.8 * expected[2]!);
});

Deno.test("adam() flushes moments below 2^-100 to 0, keeps those at it, and passes NaN on", async () => {
  const bound = 2 ** -100;
  for (const build of BUILDS) {
    const arena = await openArena(build);
    const moments = new Float32Array(16);
    moments.set([bound, -bound, bound * 1.2, -bound * 1.2, 1e-40, 1, NaN, Infinity]);
    const m = arena.place(moments), v = arena.place(moments.map(Math.abs));
    const w = arena.floats(16, 0.5);
    arena.call("adam", [w, arena.floats(16, 0), m, v, arena.floats(1, 0.001)], [16], 1);
    const [m0, m1, m2, m3, m4, m5, m6, m7] = m.read();
    assert.deepEqual([m0, m1, m4], [0, 0, 0]);
    assert.ok(m2! >= bound && m3! <= -bound);
    assert.equal(m5, Math.fround(0.9));
    assert.deepEqual([m6, m7], [NaN, Infinity]);
    const variances = v.read();
    assert.deepEqual([...variances.subarray(0, 2)], [0, 0]); // 0.999 of the bound is below it
    assert.ok(variances[2]! >= bound);
    assert.ok(Number.isNaN(variances[6]) && variances[7] === Infinity);
    assert.ok(Number.isNaN(w.read()[6]));
    // No gradient and no moments: the weight stays, bit for bit.
    assert.ok(w.read().subarray(8).every((value) => value === 0.5));
  }
});
