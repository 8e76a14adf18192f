import assert from "node:assert/strict";
import type { Samples, Splits } from "../data/dataset.ts";
import { fc } from "../models/fc.ts";
import { costOf, makespan, secondsOf } from "./cost.ts";

function samples(count: number): Samples {
  return { count, width: 784, values: new Uint8Array(0), labels: new Uint8Array(0) };
}

const SPLITS: Splits = { train: samples(55_000), validation: samples(5000), test: samples(10_000) };
const FC = fc({ kind: "pixels", width: 784 });

function cost(labels: number, epochs: number | null) {
  return costOf(FC, { model: "fc", latents: null, labels, seed: 0 }, SPLITS, epochs);
}

Deno.test("costOf() counts whole batches of 32, and an evaluation after each epoch and at the end", () => {
  const { epochs, steps, evaluatedSamples } = cost(250, 20);
  assert.deepEqual({ epochs, steps, evaluatedSamples }, {
    epochs: 20,
    steps: 20 * 7,
    evaluatedSamples: 20 * 5000 + 10_000,
  });
});

Deno.test("costOf() takes a training set smaller than the batch for one batch", () => {
  assert.equal(cost(10, 3).steps, 3);
  assert.equal(cost(32, 3).steps, 3);
  assert.equal(cost(63, 3).steps, 3);
  assert.equal(cost(64, 3).steps, 6);
});

Deno.test("costOf() expects 16 epochs where no band says how many", () => {
  assert.equal(cost(32, null).epochs, 16);
  assert.equal(cost(32, null).steps, 16);
});

Deno.test("costOf() counts the arithmetic of 784-100-10 as worked out by hand", () => {
  // Forward: 2 (784 * 100 + 100 * 10) = 158,800 a sample. A step adds as much for the weight
  // gradients, and 2 * 100 * 10 = 2,000 for the one input gradient: 319,600 a sample.
  const { gigaflop } = cost(64, 1);
  assert.equal(gigaflop, (2 * 32 * 319_600 + 15_000 * 158_800) / 1e9);
  assert.equal(gigaflop, 2.4024544);
  assert.equal(cost(10, 1).gigaflop, (10 * 319_600 + 15_000 * 158_800) / 1e9);
});

Deno.test("secondsOf() adds the time of steps and of evaluated samples", () => {
  const seconds = secondsOf(
    { epochs: 1, steps: 8, evaluatedSamples: 100, gigaflop: 1 },
    { stepSeconds: 0.25, evaluatedSampleSeconds: 0.5 },
  );
  assert.equal(seconds, 52);
});

Deno.test("makespan() gives each case, in order, to the first worker that is free", () => {
  // Worker 1 takes 3, then 2; worker 2 takes 1, then 4: 5 each.
  assert.equal(makespan([3, 1, 4, 2], 2), 5);
  assert.equal(makespan([1, 2, 3, 4], 2), 6);
  assert.equal(makespan([4, 3, 2, 1], 2), 5);
  assert.equal(makespan([1, 2, 3], 1), 6);
  assert.equal(makespan([1, 2, 3], 8), 3);
  assert.equal(makespan([], 2), 0);
});
