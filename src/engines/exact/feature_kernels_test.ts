/** The kernels around features: moving columns of rows, and the sigmoid of a decoder's outputs. */
import assert from "node:assert/strict";
import { BUILDS, hex, openArena } from "../../../tests/helpers/kernel_arena.ts";
import { padRows } from "../../../tests/helpers/padded_rows.ts";
import { UNIT_ROUNDOFF } from "../../../tests/helpers/running_error.ts";
import { Stream } from "../../random/stream.ts";
import type { WasmBuild } from "./kernels.ts";
import { padded } from "./kernel_table.ts";

const PARTS = [1, 2, 3, 7];

interface Copy {
  readonly count: number;
  readonly fromWidth: number;
  readonly fromFirst: number;
  readonly toWidth: number;
  readonly toFirst: number;
  readonly columns: number;
}

const COPIES: readonly Copy[] = [
  // What the wide head does: its pixels, its latents, its units, and the units' gradients.
  { count: 5, fromWidth: 804, fromFirst: 0, toWidth: 784, toFirst: 0, columns: 784 },
  { count: 5, fromWidth: 804, fromFirst: 784, toWidth: 120, toFirst: 100, columns: 20 },
  { count: 5, fromWidth: 100, fromFirst: 0, toWidth: 120, toFirst: 0, columns: 100 },
  { count: 5, fromWidth: 120, fromFirst: 0, toWidth: 100, toFirst: 0, columns: 100 },
  // Widths that are padded and that are not, ends of rows that are reached and that are not.
  { count: 1, fromWidth: 1, fromFirst: 0, toWidth: 1, toFirst: 0, columns: 1 },
  { count: 7, fromWidth: 17, fromFirst: 15, toWidth: 33, toFirst: 31, columns: 2 },
  { count: 7, fromWidth: 17, fromFirst: 1, toWidth: 33, toFirst: 16, columns: 16 },
  { count: 3, fromWidth: 16, fromFirst: 3, toWidth: 32, toFirst: 19, columns: 13 },
  { count: 3, fromWidth: 48, fromFirst: 16, toWidth: 48, toFirst: 0, columns: 5 },
];

/** What `to` holds where nothing is written. */
const KEPT = -123.5;

async function copier(build: WasmBuild) {
  const arena = await openArena(build);
  return (copy: Copy, parts: number) => {
    arena.clear();
    const { count, fromWidth, fromFirst, toWidth, toFirst, columns } = copy;
    const row = padded(fromWidth);
    const source = new Stream(8, "test/rows").uniform(count * row, 3);
    // What stands in the padding of `from` is never copied.
    for (let i = 0; i < count; i++) source.fill(NaN, i * row + fromWidth, (i + 1) * row);
    const to = arena.floats(count * padded(toWidth), KEPT);
    const sizes = [count, fromWidth, fromFirst, toWidth, toFirst, columns];
    arena.call("copy_columns", [arena.place(source), to], sizes, parts);
    return { source, target: to.read() };
  };
}

for (const build of BUILDS) {
  Deno.test(`copy_columns of the ${build} build moves its columns, ends rows with 0 and touches nothing else`, async () => {
    const run = await copier(build);
    for (const copy of COPIES) {
      const { count, fromWidth, fromFirst, toWidth, toFirst, columns } = copy;
      for (const parts of PARTS) {
        const { source, target } = run(copy, parts);
        for (let i = 0; i < count; i++) {
          for (let j = 0; j < padded(toWidth); j++) {
            const from = source[i * padded(fromWidth) + fromFirst + j - toFirst];
            const end = toFirst + columns;
            const expected = j >= toFirst && j < end
              ? from
              : end === toWidth && j >= toWidth
              ? 0
              : KEPT;
            const got = target[i * padded(toWidth) + j];
            assert.ok(Object.is(got, expected), `${got}, not ${expected}, at ${i}, ${j}`);
          }
        }
      }
    }
  });
}

/** Over the whole range, around 0, and where exp(-z) leaves the range of float32. */
function drawLogits(count: number, width: number): Float32Array {
  const values = new Stream(9, "test/logits").uniform(count * width, 20);
  const special = [0, -0, 1e-30, -1e-30, 87, -87, 88, -88, 90, -90, 104, -104, 1e30, -1e30];
  for (const [i, z] of special.entries()) if (i * 3 < values.length) values[i * 3] = z;
  return values;
}

async function sigmoidRunner(build: WasmBuild) {
  const arena = await openArena(build);
  return (logits: Float32Array, count: number, width: number, parts: number) => {
    arena.clear();
    const z = padRows(logits, width), p = arena.floats(z.length, NaN);
    arena.call("sigmoid", [arena.place(z), p], [count, width], parts);
    return p.read();
  };
}

const SHAPES = [[1, 1], [1, 16], [3, 17], [2, 784], [7, 33]] as const;

Deno.test("sigmoid is 1 / (1 + exp(-z)) within its roundings", async () => {
  for (const build of BUILDS) {
    const run = await sigmoidRunner(build);
    for (const [count, width] of SHAPES) {
      const logits = drawLogits(count, width);
      const p = run(logits, count, width, 1);
      for (const [at, z] of logits.entries()) {
        const got = p[Math.floor(at / width) * padded(width) + at % width]!;
        const expected = 1 / (1 + Math.exp(-z));
        // v_exp is within 1.1 ulp = 2.2 roundoffs; then an addition and a division. Where exp(-z) is
        // infinite, p is 0, and the true one below the normal numbers.
        const tolerance = 1.01 * UNIT_ROUNDOFF * 4.2 * expected + 2 ** -126;
        assert.ok(Math.abs(got - expected) <= tolerance, `${z}: ${got}, not ${expected}`);
        assert.ok(got >= 0 && got <= 1);
      }
    }
  }
});

Deno.test("sigmoid gives the same bytes in any number of parts and in both builds", async () => {
  const [fused, emulated] = [await sigmoidRunner("wasm"), await sigmoidRunner("wasm-emulated")];
  for (const [count, width] of SHAPES) {
    const logits = drawLogits(count, width);
    const whole = hex(fused(logits, count, width, 1));
    for (const parts of PARTS) assert.equal(hex(fused(logits, count, width, parts)), whole);
    assert.equal(hex(emulated(logits, count, width, 2)), whole);
  }
});

Deno.test("sigmoid of 0 is a half, of the infinities 0 and 1, of NaN NaN", async () => {
  for (const build of BUILDS) {
    const run = await sigmoidRunner(build);
    const p = run(Float32Array.of(0, -0, Infinity, -Infinity, NaN), 1, 5, 1);
    assert.deepEqual([...p.subarray(0, 5)], [0.5, 0.5, 1, 0, NaN]);
  }
});
