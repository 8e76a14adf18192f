/**
 * The cross-entropy of reconstructed pixels and its gradient against their formula in float64, which
 * finite differences vouch for.
 *
 * Where 1 - p has few bits left in float32, the loss is that of the p that was handed out: there
 * outputs are compared with the sigmoid, loss and gradient with the formula of those outputs.
 *
 * Seen by them: targets and their complements in each other's place, a sign, a 1e-8 that is left out,
 * targets that are read one pixel off, a missing division by the batch.
 */
import assert from "node:assert/strict";
import { type Border, withBorder, withoutBorder } from "../../../tests/helpers/borders.ts";
import { centralDifference } from "../../../tests/helpers/finite_differences.ts";
import { BUILDS, type KernelArena, openArena } from "../../../tests/helpers/kernel_arena.ts";
import { UNIT_ROUNDOFF } from "../../../tests/helpers/running_error.ts";
import { assertBeginningOf, assertSameBits } from "../../../tests/helpers/same_bits.ts";
import { assertAllStated } from "../../../tests/helpers/stated_error.ts";
import { Stream } from "../../random/stream.ts";

const COUNTS = [1, 2, 5], PARTS = [1, 2, 5];
const SIDE = 28, PIXELS = SIDE * SIDE, TINY = 1e-8;
const TARGETS: Border = { side: SIDE, before: 2, after: 2 };
const DZ: Border = { side: SIDE, before: 1, after: 2 };

/** What the border of dz holds before and after. */
const KEPT = -123.5;

/**
 * Largest error over largest value for logits in [-4, 4) and a batch of 100, as
 * kernels/sigmoid_cross_entropy.c states them.
 */
const STATED = { outputs: 1e-7, losses: 1.2e-7, dz: 3e-7 };

interface Case {
  readonly count: number;
  /** [count][28][28] */
  readonly z: Float32Array;
  readonly targets: Float32Array;
}

function drawCase(count: number, limit: number): Case {
  const draw = (role: string, limit: number) =>
    new Stream(7, `sigmoid_cross_entropy/${role}`).uniform(count * PIXELS, limit);
  return {
    count,
    z: draw("z", limit),
    // Of digits: many 0, some 1, the rest between.
    targets: draw("targets", 1).map((value) => Math.min(1, Math.max(0, 2 * value))),
  };
}

/** Of one pixel with the target y: the loss, and its derivative by the logit. q is 1 - p. */
function pixel(p: number, q: number, y: number) {
  return {
    loss: -(y * Math.log(TINY + p) + (1 - y) * Math.log(TINY + q)),
    slope: -(y / (TINY + p) - (1 - y) / (TINY + q)) * p * q,
  };
}

/** The pixel of a logit, with no cancellation in 1 - p. */
function pixelOfLogit(z: number, y: number) {
  return pixel(1 / (1 + Math.exp(-z)), 1 / (1 + Math.exp(z)), y);
}

function expect({ count, z, targets }: Case) {
  const losses = new Float64Array(count), dz = new Float64Array(z.length);
  const outputs = Float64Array.from(z, (value) => 1 / (1 + Math.exp(-value)));
  for (let k = 0; k < z.length; k++) {
    const { loss, slope } = pixelOfLogit(z[k]!, targets[k]!);
    losses[Math.floor(k / PIXELS)]! += loss;
    dz[k] = slope / count;
  }
  return { outputs, losses, dz };
}

function compute(arena: KernelArena, { count, z, targets }: Case, parts: number) {
  arena.clear();
  // The border of the targets is not read.
  const bordered = withBorder(targets, TARGETS, 1, NaN);
  const outputs = arena.floats(count * PIXELS, NaN), losses = arena.floats(count, NaN);
  const dz = arena.place(withBorder(new Float32Array(z.length).fill(NaN), DZ, 1, KEPT));
  arena.call(
    "sigmoid_cross_entropy",
    [arena.place(z), arena.place(bordered), outputs, losses, dz],
    [count],
    parts,
  );
  return {
    outputs: outputs.read(),
    losses: losses.read(),
    dz: withoutBorder(dz.read(), DZ, 1, KEPT),
  };
}

/** Where the formula bends, where float32 has 1 - p = 0, where exp leaves its range. */
const SPECIAL = [0, 1, 4, 8, 12, 16, 17, 18, 18.42, 20, 25, 50, 87, 88, 89, 100, 1e30]
  .flatMap((z) => [z, -z]);

/** An image of special logits, each with targets 0, 1 and between, and of drawn ones. */
function drawSpecial(count: number): Case {
  const drawn = drawCase(count, 30);
  for (let image = 0; image < count; image++) {
    for (const [k, z] of SPECIAL.entries()) {
      for (const [t, target] of [0, 1, 0.25].entries()) {
        drawn.z[image * PIXELS + k * 20 + t * 7] = z;
        drawn.targets[image * PIXELS + k * 20 + t * 7] = target;
      }
    }
  }
  return drawn;
}

Deno.test("the formula's derivative is its finite difference", () => {
  const z = new Float64Array(1), step = 1e-4;
  let compared = 0;
  for (const at of SPECIAL.filter((value) => Math.abs(value) < 700)) {
    for (const y of [0, 1, 0.25, 0.7]) {
      z[0] = at;
      const { loss, slope } = pixelOfLogit(at, y);
      const difference = centralDifference(z, 0, step, () => pixelOfLogit(z[0]!, y).loss);
      // p, q, p / (e + p) and q / (e + q) are logistic curves, and the slope a sum of products of
      // two: its second derivative is below 2 * 0.0963 + 2 / 16. A loss has four roundings, and z
      // +- step one.
      const tolerance = 0.32 * step * step / 6 +
        (4 * Math.abs(loss) + 4 + Math.abs(slope * at)) * 2 ** -53 / step;
      assert.ok(Math.abs(difference - slope) <= tolerance, `${at}, ${y}: ${difference}, ${slope}`);
      assert.ok(tolerance < 1e-8);
      compared++;
    }
  }
  assert.ok(compared > 100);
});

Deno.test("sigmoid_cross_entropy has the errors that are stated", async () => {
  const arena = await openArena("wasm");
  const drawn = drawCase(100, 4);
  assertAllStated(compute(arena, drawn, 3), expect(drawn), STATED);
});

Deno.test("sigmoid_cross_entropy of any logits is the formula of its outputs, within its roundings", async () => {
  for (const build of BUILDS) {
    const arena = await openArena(build);
    for (const count of COUNTS) {
      const drawn = drawSpecial(count), { z, targets } = drawn;
      const { outputs, losses, dz } = compute(arena, drawn, 1);
      for (let image = 0; image < count; image++) {
        let loss = 0, terms = 0, roundings = 0;
        for (let k = image * PIXELS; k < (image + 1) * PIXELS; k++) {
          const p = outputs[k]!, y = targets[k]!, q = 1 - p;
          const sigmoid = 1 / (1 + Math.exp(-z[k]!));
          // exp is within 1.1 ulp, then an addition and a division; below the normal numbers 0.
          const off = 1.01 * UNIT_ROUNDOFF * 4.2 * sigmoid + 2 ** -126;
          assert.ok(Math.abs(p - sigmoid) <= off, `${z[k]}: ${p}, not ${sigmoid}`);

          const expected = pixel(p, q, y), what = `logit ${z[k]}, target ${y}`;
          const [a, b] = [Math.abs(Math.log(TINY + p)), Math.abs(Math.log(TINY + q))];
          loss += expected.loss;
          terms += y * a + (1 - y) * b;
          // What is within a logarithm is rounded once or twice, the logarithm is within an ulp,
          // 1 - y is rounded.
          roundings += y * (1 + 2 * a) + (1 - y) * (2 + 3 * b);

          const [plus, minus] = [(1 - y) / (TINY + q), y / (TINY + p)];
          // Both quotients with what is in them, their difference, p (1 - p), the products, the
          // scale.
          const slopeRoundings = (10 * plus + 8 * minus) * p * q;
          const tolerance = 1.01 * UNIT_ROUNDOFF * slopeRoundings / count + 2 ** -120;
          const error = Math.abs(dz[k]! - expected.slope / count);
          assert.ok(error <= tolerance, `${what}: ${dz[k]}, not ${expected.slope / count}`);
        }
        // Each of 16 lanes adds two terms of 49 pixels, then four sums.
        const tolerance = 1.01 * UNIT_ROUNDOFF * (roundings + (2 * 49 + 4) * terms);
        const error = Math.abs(losses[image]! - loss);
        assert.ok(error <= tolerance, `${losses[image]}, not ${loss}`);
        assert.ok(tolerance < 1e-4 * loss);
      }
    }
  }
});

Deno.test("for logits of 100 and -100 the 1e-8 bounds the loss, and nothing is left of the gradient", async () => {
  const most = -Math.log(TINY);
  for (const build of BUILDS) {
    const arena = await openArena(build);
    for (const z of [100, -100]) {
      for (const target of [0, 1, 0.25]) {
        const filled = (value: number) => new Float32Array(PIXELS).fill(value);
        const { outputs, losses, dz } = compute(
          arena,
          { count: 1, z: filled(z), targets: filled(target) },
          1,
        );
        const p = z > 0 ? 1 : 0, expected = PIXELS * Math.abs(p - target) * most;
        assert.ok(outputs.every((value) => value === p));
        assert.ok(
          Math.abs(losses[0]! - expected) <= 110 * UNIT_ROUNDOFF * expected,
          `${losses[0]}`,
        );
        assert.ok(dz.every((value) => value === 0));
      }
    }
  }
});

Deno.test("sigmoid_cross_entropy gives the same bits in any number of parts and in both builds", async () => {
  const [fused, emulated] = [await openArena("wasm"), await openArena("wasm-emulated")];
  const five = compute(fused, drawSpecial(5), 1);
  for (const count of COUNTS) {
    const drawn = drawSpecial(count), whole = compute(fused, drawn, 1);
    for (const parts of PARTS) {
      assertSameBits(`${parts} parts`, compute(fused, drawn, parts), whole);
    }
    assertSameBits("emulated", compute(emulated, drawn, 2), whole);
    // Images are on their own, whatever their number.
    assertBeginningOf(five, whole, ["outputs", "losses"]);
  }
});
