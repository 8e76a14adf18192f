import assert from "node:assert/strict";
import { ORIGINAL } from "./case.ts";
import { caseOf } from "../../tests/helpers/case_of.ts";
import type { Samples, Splits } from "../data/dataset.ts";
import { fc } from "../models/fc.ts";
import { costOf, makespan, secondsOf } from "./cost.ts";
import { modelOf } from "./model_of.ts";

function samples(count: number): Samples {
  return { count, width: 784, values: new Uint8Array(0), labels: new Uint8Array(0) };
}

const SPLITS: Splits = { train: samples(55_000), validation: samples(5000), test: samples(10_000) };
const FC = fc({ kind: "pixels", width: 784 });

function cost(labels: number, epochs: number | null) {
  return costOf(FC, { ...ORIGINAL, model: "fc", latents: null, labels, seed: 0 }, SPLITS, epochs);
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

/** The cost of a case by its name. */
function costOfCase(name: string, epochs: number, splits = SPLITS) {
  const c = caseOf(name);
  return costOf(modelOf(c, 784), c, splits, epochs);
}

Deno.test("costOf() trains an encoder on all images in batches of 100, and embeds everything in the end", () => {
  const { steps, evaluatedSamples } = costOfCase("vae20", 25);
  assert.equal(steps, 25 * 550);
  assert.equal(evaluatedSamples, 25 * 5000 + 10_000 + (55_000 + 5000 + 10_000));
});

Deno.test("costOf() counts the first 1,000 validation samples for a head, or all where there are fewer", () => {
  for (const name of ["ae20@2000", "wide-vae20@2000"]) {
    const { steps, evaluatedSamples } = costOfCase(name, 20);
    assert.equal(steps, 20 * 62);
    assert.equal(evaluatedSamples, 20 * 1000 + 10_000);
    const few = { ...SPLITS, validation: samples(300) };
    assert.equal(costOfCase(name, 20, few).evaluatedSamples, 20 * 300 + 10_000);
  }
  assert.equal(costOfCase("conv@2000", 20).evaluatedSamples, 20 * 5000 + 10_000);
});

Deno.test("costOf() counts the arithmetic of heads as worked out by hand", () => {
  // 20-100-10: 2 (2,000 + 1,000) = 6,000 forward; a step adds 6,000 and 2,000.
  const one = costOfCase("vae20@32", 1).gigaflop;
  assert.equal(one, (32 * (3 * 6000 - 4000) + 11_000 * 6000) / 1e9);
  // 784-100, joined with 20, then 120-10: 2 (78,400 + 1,200) = 159,200 forward.
  const wide = costOfCase("wide-vae20@32", 1).gigaflop;
  assert.equal(wide, (32 * (3 * 159_200 - 156_800) + 11_000 * 159_200) / 1e9);
});

Deno.test("costOf() counts the arithmetic of autoencoders as worked out by hand", () => {
  // conv1 2 * 25 * 32 * 784, conv2 2 * 25 * 32 * 64 * 196, dense 2 * 3136 * 1024; latent; dense 2 *
  // (1024 * 3136 + 1024 K); transposed 2 * 25 * 64 * 32 * 49 and 2 * 25 * 32 * 196.
  const conv1 = 1_254_400;
  const around = conv1 + 20_070_400 + 6_422_528 + 6_422_528 + 5_017_600 + 313_600;
  // Mean and standard deviation are two layers; a weight of the KL term costs next to nothing.
  const plain = 2 * 2 * 1024 * 5, sampled = 3 * 2 * 1024 * 5;
  for (
    const [name, latent] of [
      ...[["ae5", plain], ["lae5", plain], ["vae5", sampled]] as const,
      ...[["mild-vae5", sampled], ["strict-vae5", sampled]] as const,
    ]
  ) {
    const forward = around + latent;
    const { gigaflop, steps, evaluatedSamples } = costOfCase(name, 1);
    const expected = (steps * 100 * (3 * forward - conv1) + evaluatedSamples * forward) / 1e9;
    assert.ok(Math.abs(gigaflop - expected) <= 1e-12 * expected, `${name}: ${gigaflop}`);
  }
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
