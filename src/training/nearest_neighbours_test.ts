import assert from "node:assert/strict";
import type { Samples } from "../data/dataset.ts";
import { nearestNeighbourAccuracy } from "./nearest_neighbours.ts";

/** Points on a line with their labels. */
function line(points: readonly (readonly [place: number, label: number])[]): Samples {
  return {
    count: points.length,
    width: 1,
    values: Float32Array.from(points, ([place]) => place),
    labels: Uint8Array.from(points, ([, label]) => label),
  };
}

/** The label that the neighbours among `train` elect at 0. */
function elected(train: Samples): number {
  for (let label = 0; label < 10; label++) {
    if (nearestNeighbourAccuracy(train, line([[0, label]])) === 1) return label;
  }
  assert.fail("no label was elected");
}

Deno.test("the five nearest neighbours vote, and no other", () => {
  const nearest = [[1, 3], [2, 3], [3, 3], [4, 7], [-5, 7]] as const;
  const far = [[6, 7], [7, 7], [-8, 7]] as const;
  assert.equal(elected(line([...far, ...nearest])), 3);
  assert.equal(elected(line([...nearest, ...far])), 3);
  assert.equal(elected(line([[2, 3], [3, 3], [4, 7], [-5, 7], [5.5, 7]])), 7);
});

Deno.test("of classes with equally many votes, the one with the nearest sample wins", () => {
  assert.equal(elected(line([[5, 4], [4, 9], [3, 9], [2, 4], [1, 8]])), 4);
  assert.equal(elected(line([[5, 4], [4, 9], [3, 4], [2, 9], [1, 8]])), 9);
});

Deno.test("of samples at the same distance, the first one is nearer", () => {
  assert.equal(elected(line([[1, 2], [-1, 5]])), 2);
  assert.equal(elected(line([[-1, 5], [1, 2]])), 5);
});

Deno.test("fewer than five samples vote all", () => {
  assert.equal(elected(line([[9, 6]])), 6);
  assert.equal(elected(line([[1, 6], [9, 2], [8, 2]])), 2);
});

Deno.test("nearestNeighbourAccuracy() is the fraction of test samples whose label is elected", () => {
  const train = line([[0, 1], [0, 1], [0, 1], [10, 2], [10, 2], [10, 2]]);
  const test = line([[1, 1], [-1, 1], [9, 2], [9, 1]]);
  assert.equal(nearestNeighbourAccuracy(train, test), 0.75);
});

Deno.test("neither a shift nor a common scale of all values changes the vote", () => {
  const places = [3, -1, 4, 1, -5, 9, 2, 6, 5, 8, 7, -9];
  const samples = (scale: number, shift: number, offset: number) =>
    line(places.map((place, i) => [(place + offset) * scale + shift, i % 3] as const));
  const accuracy = (scale: number, shift: number) =>
    nearestNeighbourAccuracy(samples(scale, shift, 0), samples(scale, shift, 0.25));
  assert.equal(accuracy(4, 64), accuracy(1, 0));
  assert.ok(accuracy(1, 0) > 0 && accuracy(1, 0) < 1);
});
