import assert from "node:assert/strict";
import { Stream } from "../random/stream.ts";
import { naturalLog } from "./natural_log.ts";

Deno.test("naturalLog() agrees with Math.log to 1e-15, from the smallest number to the largest", () => {
  const draws = new Stream(0, "test/log").uniform(2000, 1);
  const numbers = [...draws].flatMap((u, i) => [
    (1 + Math.abs(u)) * 2 ** (i % 2000 - 1000),
    1 + u * 2 ** -(i % 50),
    1e-8 + u * u,
  ]).filter((x) => x > 0);
  assert.ok(numbers.length > 5000);
  for (const x of [...numbers, Number.MIN_VALUE, Number.MAX_VALUE, 0.5, 2, Math.E]) {
    const [found, expected] = [naturalLog(x), Math.log(x)];
    assert.ok(Math.abs(found - expected) <= 1e-15 * Math.max(1, Math.abs(expected)), `${x}`);
  }
  assert.equal(naturalLog(1), 0);
});

Deno.test("naturalLog() has known bits", () => {
  const known = [[2, 0.6931471805599453], [10, 2.3025850929940455], [1e-8, -18.420680743952367]];
  for (const [x, expected] of known) assert.equal(naturalLog(x!), expected);
});

Deno.test("naturalLog() refuses what has no finite logarithm", () => {
  for (const x of [0, -1, NaN, Infinity]) {
    assert.throws(() => naturalLog(x), {
      name: "RangeError",
      message: `Cannot take the logarithm of ${x}`,
    });
  }
});
