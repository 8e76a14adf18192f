import assert from "node:assert/strict";
import { sha256Hex } from "../sha256.ts";
import { permutation } from "./permutation.ts";
import { Stream } from "./stream.ts";

Deno.test("permutation() visits each sample once", () => {
  for (const count of [0, 1, 2, 3, 32, 250, 6_000]) {
    const order = permutation(1, 1, count);
    assert.deepEqual([...order].sort((a, b) => a - b), Array.from({ length: count }, (_, i) => i));
  }
});

Deno.test("permutation() of an epoch depends on no epoch before it", () => {
  const third = permutation(7, 3, 500);
  permutation(7, 1, 500);
  permutation(7, 2, 500);
  assert.deepEqual(permutation(7, 3, 500), third);
});

Deno.test("permutation() starts from the identity: a Fisher-Yates shuffle from the end", () => {
  for (const epoch of [1, 2, 9]) {
    const stream = new Stream(3, "shuffle");
    const order = Array.from({ length: 100 }, (_, i) => i);
    for (let i = 99; i > 0; i--) {
      const j = stream.below(i + 1, epoch, i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    assert.deepEqual([...permutation(3, epoch, 100)], order);
  }
});

Deno.test("permutation() differs between epochs and between seeds", () => {
  const orders = [[0, 1], [0, 2], [0, 3], [1, 1], [1, 2], [4294967295, 1]]
    .map(([seed, epoch]) => permutation(seed!, epoch!, 200));
  assert.equal(new Set(orders.map((order) => order.join())).size, orders.length);
  // Two independent orders agree in one place on average, in more than 10 by a chance below 1e-7.
  for (const [i, one] of orders.entries()) {
    for (const other of orders.slice(i + 1)) {
      assert.ok(one.filter((sample, place) => sample === other[place]).length <= 10);
    }
  }
});

Deno.test("permutation() gives the orders of 4 samples equally often (chi-square below 49.7)", () => {
  const counts = new Map<string, number>();
  for (let epoch = 1; epoch <= 24_000; epoch++) {
    const order = permutation(2, epoch, 4).join();
    counts.set(order, (counts.get(order) ?? 0) + 1);
  }
  assert.equal(counts.size, 24);
  const chiSquare = [...counts.values()].reduce((sum, n) => sum + (n - 1_000) ** 2 / 1_000, 0);
  assert.ok(chiSquare < 49.73, `chi-square ${chiSquare}`); // 23 degrees of freedom, 99.9 %
});

Deno.test("permutation() has the values of numeric version 1", async () => {
  assert.deepEqual([...permutation(0, 1, 10)], [2, 6, 3, 4, 1, 8, 0, 7, 5, 9]);
  const bytes = new Uint8Array(permutation(0, 1, 55_000).buffer as ArrayBuffer);
  assert.equal(
    await sha256Hex(bytes),
    "6cb70bbc6f59d6db8e0a5d7e0d31a598c4fb8dd115d22f799fba336d1a7e76f2",
  );
});
