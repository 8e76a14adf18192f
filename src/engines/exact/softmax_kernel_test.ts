import assert from "node:assert/strict";
import { BUILDS, hex, openArena } from "../../../tests/helpers/kernel_arena.ts";
import { padRows } from "../../../tests/helpers/padded_rows.ts";
import { UNIT_ROUNDOFF } from "../../../tests/helpers/running_error.ts";
import { Stream } from "../../random/stream.ts";
import type { WasmBuild } from "./kernels.ts";
import { padded } from "./kernel_table.ts";

const PARTS = [1, 2, 3, 7];
const COUNTS = [1, 2, 3, 4, 5, 6, 7, 32, 33];
const CLASSES = [1, 3, 4, 10, 16, 17, 100];

interface Batch {
  readonly count: number;
  readonly classes: number;
  /** [count][classes] */
  readonly logits: Float32Array;
  readonly labels: Uint8Array;
  readonly indices: Uint32Array;
}

/** Logits in [-limit, limit); sample i has its label at place count - 1 - i. */
function drawBatch(count: number, classes: number, limit: number): Batch {
  return {
    count,
    classes,
    logits: new Stream(4, "test/logits").uniform(count * classes, limit),
    labels: Uint8Array.from({ length: count }, (_, i) => (i * 3) % classes),
    indices: Uint32Array.from({ length: count }, (_, i) => count - 1 - i),
  };
}

async function opener(build: WasmBuild) {
  const arena = await openArena(build);
  return ({ count, classes, logits, labels, indices }: Batch, parts: number, pad: number) => {
    arena.clear();
    const row = padded(classes);
    const rows = padRows(logits, classes, pad);
    const losses = arena.floats(count, NaN), gradient = arena.floats(count * row, NaN);
    arena.call(
      "softmax_cross_entropy",
      [
        arena.place(rows),
        arena.place(labels),
        arena.place(indices),
        losses,
        gradient,
      ],
      [count, classes],
      parts,
    );
    return { losses: losses.read(), gradient: gradient.read() };
  };
}

Deno.test("softmax_cross_entropy gives loss and gradient of the formula, within its roundings", async () => {
  for (const build of BUILDS) {
    const run = await opener(build);
    for (const limit of [1, 30]) {
      for (const count of COUNTS) {
        for (const classes of CLASSES) {
          const batch = drawBatch(count, classes, limit);
          const { losses, gradient } = run(batch, 1, 0);
          let widest = 0, largest = 0;
          for (let i = 0; i < count; i++) {
            const z = [...batch.logits.subarray(i * classes, (i + 1) * classes)];
            const label = batch.labels[batch.indices[i]!]!;
            const max = Math.max(...z);
            const exps = z.map((value) => Math.exp(value - max));
            const sum = exps.reduce((a, b) => a + b);
            // z - max is rounded once; v_exp is within 1.1 ulp = 2.2 roundoffs of a value; each
            // value passes ceil(classes / 16) + 4 additions; below the normal numbers exp is 0.
            const additions = Math.ceil(classes / 16) + 4;
            const relative = (value: number) =>
              UNIT_ROUNDOFF * (Math.abs(value - max) + 2.2 + additions);
            const sumError = z.reduce((error, value, c) => error + exps[c]! * relative(value), 0) +
              classes * 2 ** -126;
            const loss = Math.log(sum) - (z[label]! - max);
            // v_log is within 1 ulp; the difference z - max and the final one are rounded.
            const lossTolerance = 1.01 * (sumError / sum +
              UNIT_ROUNDOFF * (2 * Math.log(sum) + Math.abs(z[label]! - max) + Math.abs(loss)));
            const lossError = Math.abs(losses[i]! - loss);
            assert.ok(lossError <= lossTolerance, `loss ${losses[i]}, not ${loss}`);
            for (let c = 0; c < classes; c++) {
              const p = exps[c]! / sum, target = c === label ? 1 : 0;
              const expected = (p - target) / count;
              const got = gradient[i * padded(classes) + c]!;
              // Of p: exp, sum, division; then minus 1, times 1 / count (itself rounded).
              const tolerance = 1.01 / count * (p * (relative(z[c]!) + sumError / sum) +
                UNIT_ROUNDOFF * (p + 3 * Math.abs(p - target)) + 2 ** -126);
              assert.ok(Math.abs(got - expected) <= tolerance, `${got}, not ${expected}`);
              largest = Math.max(largest, Math.abs(expected));
              widest = Math.max(widest, tolerance);
            }
            for (let c = classes; c < padded(classes); c++) {
              assert.ok(Object.is(gradient[i * padded(classes) + c]!, 0), "a pad is not 0");
            }
          }
          // Few samples may all be right, and then nothing is left of their gradient.
          if (classes > 1 && count * classes >= 30) {
            assert.ok(widest < 1e-4 * largest, `${widest} of ${largest}`);
          }
        }
      }
    }
  }
});

Deno.test("softmax_cross_entropy gives the same bytes in any number of parts, in both builds, whatever pads hold", async () => {
  const [fused, emulated] = [await opener("wasm"), await opener("wasm-emulated")];
  let compared = 0;
  for (const count of COUNTS) {
    for (const classes of CLASSES) {
      const batch = drawBatch(count, classes, 5);
      const whole = fused(batch, 1, 0);
      const others = [
        ...PARTS.map((parts) => fused(batch, parts, 0)),
        emulated(batch, 1, 0),
        fused(batch, 1, 7),
        fused(batch, 1, NaN),
      ];
      for (const { losses, gradient } of others) {
        assert.equal(hex(losses), hex(whole.losses));
        assert.equal(hex(gradient), hex(whole.gradient));
        compared++;
      }
    }
  }
  assert.equal(compared, COUNTS.length * CLASSES.length * 7);
});

Deno.test("softmax_cross_entropy of equal logits is ln 10, their gradient 0.1, at the label -0.9", async () => {
  const run = await opener("wasm");
  const logits = new Float32Array(10).fill(123.5);
  const { losses, gradient } = run(
    { ...drawBatch(1, 10, 1), logits, labels: Uint8Array.of(4), indices: Uint32Array.of(0) },
    1,
    0,
  );
  assert.equal(losses[0], Math.fround(Math.LN10));
  assert.equal(gradient[0], Math.fround(0.1));
  assert.equal(gradient[4], Math.fround(Math.fround(0.1) - 1));
});

Deno.test("softmax_cross_entropy gives a loss that is not finite for NaN, and for an infinite largest", async () => {
  for (const build of BUILDS) {
    const run = await opener(build);
    for (const bad of [NaN, Infinity]) {
      for (let place = 0; place < 10; place++) {
        const batch = drawBatch(1, 10, 1);
        batch.logits[place] = bad;
        const { losses } = run(batch, 1, 0);
        assert.ok(!Number.isFinite(losses[0]!), `${bad} at ${place}: ${losses[0]}`);
      }
    }
    const batch = drawBatch(1, 10, 1);
    batch.logits.fill(-Infinity);
    assert.ok(!Number.isFinite(run(batch, 1, 0).losses[0]!));
  }
});
