/** Products with a power of two, against those that float64 holds exactly. */
import assert from "node:assert/strict";
import { BUILDS, openArena } from "../../../tests/helpers/kernel_arena.ts";
import { assertSameBits } from "../../../tests/helpers/same_bits.ts";
import { Stream } from "../../random/stream.ts";

const PARTS = [1, 2, 3, 7], EXPONENTS = [-126, -30, -2, -1, 0, 1, 2, 30, 127];
const SMALLEST_NORMAL = 2 ** -126, LARGEST = (2 - 2 ** -23) * 2 ** 127;

/** Of both signs and of every size, with what is at the ends of float32. */
function drawValues(length: number): Float32Array {
  const values = new Stream(9, "test/scale").uniform(length, 4);
  values.forEach((value, i) => values[i] = value * 2 ** (i % 250 - 124));
  const ends = [0, -0, 1, -1, SMALLEST_NORMAL, 2 ** -149, -(2 ** -148), LARGEST, -Infinity];
  values.set(ends.slice(0, length));
  return values;
}

for (const build of BUILDS) {
  Deno.test(`scale of the ${build} build is the product with 2^k, rounded only below 2^-126`, async () => {
    const arena = await openArena(build);
    let rounded = 0;
    for (const [count, width] of [[1, 1], [5, 1], [7, 20], [100, 32]] as const) {
      const drawn = drawValues(count * width);
      for (const exponent of EXPONENTS) {
        // Both are exact in float64, so that this rounds once.
        const expected = drawn.map((value) => value * 2 ** exponent);
        for (const [i, value] of expected.entries()) {
          if (value * 2 ** -exponent === drawn[i]) continue;
          rounded++;
          assert.ok(Math.abs(value) <= SMALLEST_NORMAL || Math.abs(value) === Infinity, `${value}`);
        }
        for (const parts of PARTS) {
          arena.clear();
          const values = arena.place(drawn), out = arena.floats(drawn.length, NaN);
          const behind = arena.floats(16, 7);
          arena.call("scale", [values, out], [count, width, exponent], parts);
          const what = `${count} x ${width}, 2^${exponent}, ${parts} parts`;
          assertSameBits(what, { out: out.read() }, { out: expected });
          assertSameBits(what, { values: values.read() }, { values: drawn });
          arena.call("scale", [values, values], [count, width, exponent], parts);
          assertSameBits(`${what}, in place`, { out: values.read() }, { out: expected });
          assert.deepEqual(behind.read(), new Float32Array(16).fill(7));
        }
      }
    }
    assert.ok(rounded > 100);
  });
}
