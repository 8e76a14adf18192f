import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { digestOfOutputs, digestOfWeights } from "./digests.ts";

/** 1, -2.5, the smallest subnormal, -0, the largest float32. */
const VALUES = Float32Array.of(1, -2.5, 2 ** -149, -0, (2 - 2 ** -23) * 2 ** 127);
/** Their bytes, little-endian, by hand. */
const BYTES = "0000803f 000020c0 01000000 00000080 ffff7f7f";

function sha256(hex: string): string {
  return createHash("sha256").update(hex.replaceAll(" ", ""), "hex").digest("hex");
}

Deno.test("digestOfOutputs() is SHA-256 over little-endian float32", async () => {
  assert.equal(await digestOfOutputs(VALUES), sha256(BYTES));
  assert.equal(
    await digestOfOutputs(VALUES),
    "f23c78b88dfcf1d254c0e5ce7392528930a563b71a2bb64f40f8268842176276",
  );
  // Of a view, only the view.
  assert.equal(await digestOfOutputs(VALUES.subarray(1, 3)), sha256("000020c0 01000000"));
});

Deno.test("digestOfWeights() goes over the tensors' values, in their order", async () => {
  const tensor = (name: string, from: number, to: number) => ({
    name,
    shape: [to - from],
    values: VALUES.slice(from, to),
  });
  const whole = await digestOfWeights([tensor("w", 0, 2), tensor("b", 2, 5)]);
  assert.equal(whole, sha256(BYTES));
  assert.notEqual(await digestOfWeights([tensor("b", 2, 5), tensor("w", 0, 2)]), whole);
});

Deno.test("a digest tells 0 from -0, and one unit of the last place", async () => {
  const digests = await Promise.all(
    [0, -0, 1, 1 + 2 ** -23].map((value) => digestOfOutputs(Float32Array.of(value))),
  );
  assert.equal(new Set(digests).size, 4);
});

Deno.test("no digest is taken of a value that is not finite", async () => {
  for (const value of [NaN, Infinity, -Infinity]) {
    const values = Float32Array.of(1, 2, value, 3);
    await assert.rejects(async () => await digestOfOutputs(values), {
      name: "RangeError",
      message: `Cannot take a digest of the test outputs: value 2 is ${value}`,
    });
    await assert.rejects(
      async () => await digestOfWeights([{ name: "dense1/bias", shape: [4], values }]),
      {
        name: "RangeError",
        message: `Cannot take a digest of dense1/bias: value 2 is ${value}`,
      },
    );
  }
});
