import assert from "node:assert/strict";
import { sha256Hex } from "../sha256.ts";
import { predictionsOf } from "./score.ts";
import { assertNonFinite } from "../../tests/helpers/non_finite.ts";
import { emptySplits, type Script, ScriptedSession } from "../../tests/helpers/scripted_session.ts";
import { drawStrokes } from "../data/strokes.ts";
import { readKernelBytes } from "../engines/exact/kernels.ts";
import { loadExactEngine } from "../engines/exact/load_exact_engine.ts";
import type { Session } from "../engines/engine.ts";
import { ae } from "../models/autoencoder.ts";
import { fc } from "../models/fc.ts";
import { permutation } from "../random/permutation.ts";
import { AdamRate } from "./adam_rate.ts";
import { digestOfOutputs, digestOfWeights } from "./digests.ts";
import {
  limitLabels,
  MAX_EPOCHS,
  train,
  type TrainingOptions,
  type TrainingState,
} from "./train.ts";

const SPEC = fc({ kind: "pixels", width: 784 });
const SEED = 4;

async function run(
  script: Script,
  { count = 64, ...options }: TrainingOptions & { count?: number } = {},
) {
  const session = new ScriptedSession(script);
  const splits = emptySplits(count, 100, 200);
  return { result: await train(SPEC, session, splits, SEED, options), session, splits };
}

Deno.test("train() stops after exactly 3 epochs in a row without a better score", async () => {
  const cases: { validation: number[]; epochs: number; bestEpoch: number }[] = [
    { validation: [50], epochs: 4, bestEpoch: 1 },
    { validation: [50, 60, 59, 58, 57, 99], epochs: 5, bestEpoch: 2 },
    { validation: [50, 40, 40, 60, 10, 10, 61, 0, 0, 0, 99], epochs: 10, bestEpoch: 7 },
    { validation: [0, 0, 0, 0, 99], epochs: 4, bestEpoch: 1 },
    { validation: [10, 20, 30, 30, 30, 31, 31, 31, 31, 99], epochs: 9, bestEpoch: 6 },
  ];
  for (const { validation, epochs, bestEpoch } of cases) {
    const { result } = await run({ validation });
    assert.equal(result.curve.length, epochs, `${validation}`);
    assert.equal(result.bestEpoch, bestEpoch, `${validation}`);
    assert.equal(result.validationScore, validation[bestEpoch - 1]! / 100);
    assert.deepEqual(
      result.curve.map(({ validationScore }) => validationScore),
      Array.from({ length: epochs }, (_, i) => (validation[i] ?? validation.at(-1)!) / 100),
    );
  }
});

Deno.test("train() counts an equal score as not better: the earlier weights are kept", async () => {
  const { result } = await run({ validation: [70, 80, 80, 80, 80, 80] });
  assert.equal(result.bestEpoch, 2);
  assert.equal(result.curve.length, 5);
  assert.equal(result.weights[0]!.values[0], 2);
});

Deno.test("train() of an autoencoder goes by its loss, of which less is better", async () => {
  const losses = [90, 70, 70, 58.5, 59, 58.5, 60, 1];
  const session = new ScriptedSession({
    validation: [0],
    scoredLoss: (split, epoch) => split === "validation" ? 100 * losses[epoch - 1]! - 99 : 401,
  });
  const splits = emptySplits(200, 100, 200);
  const result = await train(ae({ kind: "pixels", width: 784 }, 2), session, splits, SEED);
  // All losses but the last of a hundred are 1: their mean is the one above.
  assert.deepEqual(result.curve.map(({ validationScore }) => validationScore), losses.slice(0, 7));
  assert.deepEqual([result.metric, result.bestEpoch], ["loss", 4]);
  assert.equal(result.validationScore, 58.5);
  assert.equal(result.weights[0]!.values[0], 4);
  // 199 times 1 and once 401.
  assert.equal(result.score, 3);
  assert.deepEqual(session.steps.map(({ indices }) => indices.length), Array(14).fill(100));
});

Deno.test("train() of a classifier does not go by its loss, nor of an autoencoder by its outputs", async () => {
  const falling = (_: string, epoch: number) => 1000 - 10 * epoch;
  const { result } = await run({ validation: [50], scoredLoss: falling });
  assert.deepEqual([result.metric, result.curve.length], ["accuracy", 4]);
  const session = new ScriptedSession({ validation: [10, 20, 30, 40, 50, 60] });
  const spec = ae({ kind: "pixels", width: 784 }, 2);
  const trained = await train(spec, session, emptySplits(200, 100, 200), SEED);
  assert.deepEqual([trained.curve.length, trained.bestEpoch, trained.score], [4, 1, 1]);
});

Deno.test("train() cannot train for no epoch", async () => {
  for (const maxEpochs of [0, -1]) {
    await assert.rejects(run({ validation: [50] }, { maxEpochs }), {
      name: "RangeError",
      message: `Cannot train for ${maxEpochs} epochs`,
    });
  }
});

Deno.test("train() ends at epoch 200, and at maxEpochs", async () => {
  const validation = Array.from({ length: 300 }, (_, i) => i / 3);
  const { result } = await run({ validation });
  assert.equal(MAX_EPOCHS, 200);
  assert.equal(result.curve.length, 200);
  assert.equal(result.bestEpoch, 200);
  const short = await run({ validation }, { maxEpochs: 7 });
  assert.equal(short.result.curve.length, 7);
});

Deno.test("train() goes back to the best weights and scores the test set with them, once", async () => {
  const { result, session } = await run({
    validation: [50, 80, 79, 78, 77],
    test: (epoch) => 100 + epoch,
  });
  assert.equal(result.score, 102 / 200);
  assert.deepEqual(result.weights, session.weights());
  assert.equal(result.weights[0]!.values[0], 2);
  const last = session.evaluations.at(-1)!;
  assert.deepEqual(last, { split: "test", count: 200, epoch: 2 });
  assert.equal(session.evaluations.filter(({ split }) => split === "test").length, 1);
  assert.deepEqual(
    session.evaluations.slice(0, -1),
    [1, 2, 3, 4, 5].map((epoch) => ({ split: "validation", count: 100, epoch })),
  );
  const { outputs, width } = session.evaluate("test", 200, 2);
  const predictions = predictionsOf(outputs, width);
  assert.deepEqual(result.predictions, predictions);
  assert.deepEqual(result.digests, {
    weights: await digestOfWeights(result.weights),
    outputs: await digestOfOutputs(outputs),
    predictions: await sha256Hex(predictions),
  });
});

Deno.test("train() visits the shuffled samples in batches, and drops the last partial one", async () => {
  for (const [count, steps] of [[64, 2], [65, 2], [95, 2], [96, 3]] as const) {
    const { session } = await run({ validation: [50] }, { count, maxEpochs: 2 });
    assert.equal(session.steps.length, steps * 2);
    for (const [i, { indices, epoch }] of session.steps.entries()) {
      const step = i % steps;
      assert.equal(epoch, 1 + Math.floor(i / steps));
      const order = permutation(SEED, epoch, count);
      assert.deepEqual(indices, [...order.subarray(step * 32, (step + 1) * 32)]);
    }
    assert.notDeepEqual(session.steps[0]!.indices, session.steps[steps]!.indices);
  }
});

Deno.test("train() takes a training set smaller than the batch as one batch", async () => {
  for (const count of [1, 5, 31, 32]) {
    const { session } = await run({ validation: [50] }, { count, maxEpochs: 3 });
    assert.equal(session.steps.length, 3);
    for (const [i, { indices }] of session.steps.entries()) {
      assert.deepEqual(indices, [...permutation(SEED, i + 1, count)]);
    }
  }
});

Deno.test("train() gives every step the next rate of Adam, over the epochs", async () => {
  const { session } = await run({ validation: [50] });
  const rate = new AdamRate();
  assert.equal(session.steps.length, 8);
  for (const step of session.steps) assert.equal(step.rate, rate.next());
});

Deno.test("train() reports each epoch as it ends, with the mean of its steps' losses", async () => {
  const seen: unknown[] = [];
  const { result } = await run(
    { validation: [50, 51], loss: (_, step) => step * step },
    { onEpoch: (epoch) => seen.push(epoch), maxEpochs: 2 },
  );
  assert.deepEqual(seen, [
    { epoch: 1, trainLoss: 2.5, validationScore: 0.5 },
    { epoch: 2, trainLoss: 12.5, validationScore: 0.51 },
  ]);
  assert.deepEqual(result.curve, seen);
});

Deno.test("train() throws a NonFiniteError for a loss that is not finite, with epoch and step", async () => {
  for (const bad of [NaN, Infinity, -Infinity]) {
    const script: Script = {
      validation: [50, 60, 70],
      loss: (epoch, step) => epoch === 3 && step === 6 ? bad : 1,
    };
    await assertNonFinite(run(script), "the training loss", 3, 2);
  }
});

/** Answers a turn of the event loop later, as a device does, and counts the steps that wait. */
class LateSession extends ScriptedSession {
  most = 0;
  #waiting = 0;

  // @ts-expect-error a device answers later
  override step(indices: Uint32Array, rate: number, epoch: number): Promise<number> {
    const loss = super.step(indices, rate, epoch);
    this.most = Math.max(this.most, ++this.#waiting);
    return new Promise((resolve) =>
      setTimeout(() => {
        this.#waiting--;
        resolve(loss);
      })
    );
  }
}

Deno.test("train() keeps a device at work: up to 64 steps ahead, in order, with the same result", async () => {
  const splits = emptySplits(100 * SPEC.batchSize, 10, 10);
  const script: Script = { validation: [5], loss: (epoch, step) => epoch + step / 1000 };
  const [late, prompt] = [new LateSession(script), new ScriptedSession(script)];
  const options = { maxEpochs: 2 };
  const expected = await train(SPEC, prompt, splits, SEED, options);
  assert.deepEqual(await train(SPEC, late as unknown as Session, splits, SEED, options), expected);
  assert.deepEqual(late.steps, prompt.steps);
  assert.equal(late.most, 64);
});

Deno.test("train() names the step of a loss that is not finite, however late it comes", async () => {
  const late = new LateSession({ validation: [5], loss: (_, step) => step < 71 ? 1 : NaN });
  const splits = emptySplits(100 * SPEC.batchSize, 10, 10);
  const training = train(SPEC, late as unknown as Session, splits, SEED);
  await assertNonFinite(training, "the training loss", 1, 71);
});

Deno.test("train() throws a NonFiniteError for a scored loss that is not finite: it is no score", async () => {
  for (const [split, epoch] of [["validation", 2], ["test", 1]] as const) {
    const script: Script = {
      validation: [50],
      scoredLoss: (of, at) => of === split && at === epoch ? NaN : 1,
    };
    await assertNonFinite(run(script), `a ${split} loss`, epoch, null);
  }
});

Deno.test("limitLabels() keeps the first training samples and all others", () => {
  const splits = emptySplits(50, 20, 30);
  for (let i = 0; i < 50; i++) splits.train.values[i] = i;
  const limited = limitLabels(splits, 12);
  assert.equal(limited.train.count, 12);
  assert.deepEqual([...limited.train.values], Array.from({ length: 12 }, (_, i) => i));
  assert.deepEqual(limited.train.labels, splits.train.labels.subarray(0, 12));
  assert.equal(limited.validation, splits.validation);
  assert.equal(limited.test, splits.test);
  assert.equal(splits.train.count, 50);
  assert.throws(() => limitLabels(splits, 51), {
    name: "RangeError",
    message: "Cannot take samples 0 to 51: there are 50",
  });
});

Deno.test("train() resumed after any epoch ends with the bits of an unbroken run", async () => {
  const spec = fc({ kind: "pixels", width: 784 });
  const splits = limitLabels(drawStrokes(), 150);
  const engine = await loadExactEngine(await readKernelBytes(), null, () => {});
  const run = async (options: Parameters<typeof train>[4]) =>
    await train(spec, await engine.open(spec, splits, 2), splits, 2, options);
  const states: TrainingState[] = [];
  const unbroken = await run({
    onState: async (take) => void states.push(structuredClone(await take())),
  });
  // After the last epoch nothing is left to go on with.
  assert.equal(states.length, unbroken.curve.length - 1);
  for (const state of states) {
    const epochs: number[] = [];
    const resumed = await run({
      resume: () => Promise.resolve(state),
      onEpoch: ({ epoch }) => epochs.push(epoch),
    });
    assert.deepEqual(resumed, unbroken);
    assert.equal(epochs[0], state.curve.length + 1);
  }
});
