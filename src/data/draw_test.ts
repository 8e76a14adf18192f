import assert from "node:assert/strict";
import type { Samples } from "./dataset.ts";
import { drawLabels, POOL, seedOfDraw } from "./draw.ts";

/** Samples of two values, each of which says which sample it is of. */
function samples(count: number): Samples {
  return {
    count,
    width: 2,
    values: Float32Array.from({ length: count * 2 }, (_, i) => Math.floor(i / 2) + (i % 2) / 2),
    labels: Uint8Array.from({ length: count }, (_, i) => i % 10),
  };
}

/** Which samples were taken. */
function rowsOf({ count, values }: Samples): number[] {
  return Array.from({ length: count }, (_, i) => values[2 * i]!);
}

Deno.test("drawLabels() takes whole samples with their labels, none twice", () => {
  const drawn = drawLabels(samples(500), 100, 0, 1);
  assert.equal(drawn.count, 100);
  assert.equal(drawn.values.length, 200);
  const rows = rowsOf(drawn);
  assert.equal(new Set(rows).size, 100);
  for (const [i, row] of rows.entries()) {
    assert.equal(drawn.values[2 * i + 1], row + 0.5);
    assert.equal(drawn.labels[i], row % 10);
  }
});

Deno.test("drawLabels() takes from the first 10,000 samples, all of them if so many are asked for", () => {
  assert.equal(POOL, 10_000);
  const rows = rowsOf(drawLabels(samples(10_500), 10_000, 3, 2));
  assert.deepEqual([...rows].sort((a, b) => a - b), Array.from({ length: 10_000 }, (_, i) => i));
  assert.notDeepEqual(rows.slice(0, 20), Array.from({ length: 20 }, (_, i) => i));
});

Deno.test("drawLabels() with fewer labels takes a part of what it takes with more", () => {
  const [few, many] = [100, 250].map((labels) => rowsOf(drawLabels(samples(600), labels, 4, 5)));
  assert.deepEqual(many!.slice(0, 100), few);
});

Deno.test("a draw follows from seed and draw alone, and differs with either", () => {
  const draws = [[0, 1], [0, 2], [1, 1], [1, 2]] as const;
  const rows = draws.map(([seed, draw]) => rowsOf(drawLabels(samples(900), 50, seed, draw)).join());
  assert.equal(new Set(rows).size, draws.length);
  assert.equal(rowsOf(drawLabels(samples(900), 50, 0, 1)).join(), rows[0]);
  const seeds = draws.map(([seed, draw]) => seedOfDraw(seed, draw));
  assert.equal(new Set(seeds).size, draws.length);
  assert.deepEqual(seeds, draws.map(([seed, draw]) => seedOfDraw(seed, draw)));
  for (const seed of seeds) assert.ok(Number.isInteger(seed) && seed >= 0 && seed < 2 ** 32);
});

Deno.test("drawLabels() refuses more labels than there are images to draw from", () => {
  for (const [count, labels, pool] of [[300, 301, 300], [20_000, 10_001, 10_000]] as const) {
    assert.throws(() => drawLabels(samples(count), labels, 0, 1), {
      name: "RangeError",
      message: `Cannot draw ${labels} labels from ${pool} images`,
    });
  }
});
