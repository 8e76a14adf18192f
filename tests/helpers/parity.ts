/**
 * Parity of two engines: the same models on the same samples, number by number. Both compute in
 * float32, each in an order of its own, so they may differ by roundings, and by nothing else.
 * @module
 */
import assert from "node:assert/strict";
import type { Splits } from "../../src/data/dataset.ts";
import type { Engine, ModelState, Session } from "../../src/engines/engine.ts";
import { initialParameters, type Tensor } from "../../src/models/parameters.ts";
import type { ModelSpec } from "../../src/models/spec.ts";
import { Stream } from "../../src/random/stream.ts";
import { AdamRate } from "../../src/training/adam_rate.ts";

const SEED = 5;

/** The longest chain of roundings between an input and a gradient, generously: its length in terms. */
const LONGEST_CHAIN = 3136 + 1024 + 3136 + 1600 + 800;
/** Half an ulp of 1, and how much Winograd's transforms amplify it (see kernels/conv5.c). */
const ROUNDOFF = 2 ** -24, AMPLIFICATION = 20;

/** Of a loss, relative to it; of an output or a gradient, relative to the tensor's largest value. */
const LOSS_TOLERANCE = LONGEST_CHAIN * ROUNDOFF;
const TENSOR_TOLERANCE = LOSS_TOLERANCE * AMPLIFICATION / 2;

/** Of Adam's new weights: eight roundings of a step, and one of the weight. */
const ADAM_ROUNDINGS = 8;

export interface ParityOptions {
  /** Samples a step. */
  readonly samples: number;
  readonly steps: number;
}

/**
 * Asserts, step by step from the weights that the first engine goes through, that both have the same
 * loss and gradients, and that what each makes of its gradients is Adam's step; then that both
 * evaluate to the same outputs and losses. A model without a loss is only evaluated.
 */
export async function assertParity(
  exact: Engine,
  other: Engine,
  spec: ModelSpec,
  splits: Splits,
  { samples, steps }: ParityOptions,
): Promise<void> {
  const [a, b] = [await exact.open(spec, splits, SEED), await other.open(spec, splits, SEED)];
  try {
    assertSameInitialWeights(await a.weights(), await b.weights());
    await a.setWeights(drawWeights(spec));
    const rate = new AdamRate();
    for (let step = 0; step < steps && spec.loss !== null; step++) {
      const state = structuredClone(await a.state());
      const { indices, result: fromA } = await clearOfKinks(
        a,
        state.weights,
        splits.train.count,
        samples,
      );
      const fromB = await stepFrom(b, state.weights, indices);
      assertClose(`${spec.name}, loss of step ${step}`, [fromB.loss], [fromA.loss], LOSS_TOLERANCE);
      for (const part of ["firstMoments", "secondMoments"] as const) {
        for (const [t, { name, values }] of fromA.state[part].entries()) {
          const what = `${spec.name}, ${part} of ${name} in step ${step}`;
          // The second moment is a gradient's square.
          const tolerance = part === "firstMoments" ? TENSOR_TOLERANCE : 2 * TENSOR_TOLERANCE;
          assertClose(what, fromB.state[part][t]!.values, values, tolerance);
        }
      }
      assertAdam(`${exact.name} on ${spec.name}`, state.weights, fromA.state);
      assertAdam(`${other.name} on ${spec.name}`, state.weights, fromB.state);
      await a.setState(state);
      await a.step(indices, rate.next(), 1);
    }
    await b.setWeights(await a.weights());
    for (const split of ["validation", "test"] as const) {
      const count = Math.min(samples, splits[split].count);
      if (count === 0) continue;
      const [expected, got] = [
        await a.evaluate(split, count, 2),
        await b.evaluate(split, count, 2),
      ];
      assert.equal(got.width, expected.width);
      const what = `${spec.name}, ${split}`;
      assertClose(`${what} outputs`, got.outputs, expected.outputs, TENSOR_TOLERANCE);
      if (spec.loss === null) continue;
      assertClose(`${what} losses`, got.losses, expected.losses, TENSOR_TOLERANCE);
      assert.equal(got.divergences === undefined, expected.divergences === undefined);
      if (!expected.divergences) continue;
      const { divergences } = expected;
      assertClose(`${what} KL terms`, got.divergences!, divergences, TENSOR_TOLERANCE);
    }
  } finally {
    await a.close();
    await b.close();
  }
}

/** Relative change of each weight that must leave the gradients as they are. */
const NUDGE = 2 ** -19;

/**
 * Samples whose activations all stay on their side of every kink (of a relu, of a maximum) when the
 * weights move by more than engines differ. The exact engine decides, so these are the same
 * everywhere.
 */
async function clearOfKinks(
  exact: Session,
  weights: readonly Tensor[],
  available: number,
  count: number,
): Promise<{ indices: Uint32Array; result: Awaited<ReturnType<typeof stepFrom>> }> {
  for (let first = 0; first < 50; first++) {
    const indices = Uint32Array.from({ length: count }, (_, i) => (first + 11 * i) % available);
    const result = await stepFrom(exact, weights, indices);
    const moved: boolean[] = [];
    for (const role of ["test/nudge/1", "test/nudge/2"]) {
      const nudged = weights.map((tensor) => nudge(tensor, role));
      const { state } = await stepFrom(exact, nudged, indices);
      moved.push(
        result.state.firstMoments.some(({ values }, t) =>
          furthest(state.firstMoments[t]!.values, values).error > TENSOR_TOLERANCE / 2
        ),
      );
    }
    if (!moved.includes(true)) return { indices, result };
  }
  assert.fail("no samples are clear of kinks");
}

function nudge(tensor: Tensor, role: string): Tensor {
  const moves = new Stream(SEED, `${role}/${tensor.name}`).uniform(tensor.values.length, NUDGE);
  return { ...tensor, values: tensor.values.map((value, i) => value * (1 + moves[i]!)) };
}

/** Initial weights, with biases that differ so that no two are mixed up unseen. */
function drawWeights(spec: ModelSpec): Tensor[] {
  return initialParameters(spec, SEED).map((tensor) =>
    tensor.shape.length > 1 ? tensor : {
      ...tensor,
      values: new Stream(SEED, `test/${tensor.name}`).uniform(tensor.shape[0]!, 0.05),
    }
  );
}

/** A step of Adam from moments of 0, at rate 1: so large that the weights before it hardly count. */
async function stepFrom(
  session: Session,
  weights: readonly Tensor[],
  indices: Uint32Array,
): Promise<{ loss: number; state: ModelState }> {
  const zeros = weights.map((tensor) => ({
    ...tensor,
    values: new Float32Array(tensor.values.length),
  }));
  await session.setState({ weights, firstMoments: zeros, secondMoments: zeros });
  const loss = await session.step(indices, 1, 1);
  return { loss, state: structuredClone(await session.state()) };
}

/** Asserts w - m / (sqrt(v) + 1e-8), of the engine's own m and v. */
function assertAdam(who: string, before: readonly Tensor[], after: ModelState): void {
  for (const [t, { name, values }] of before.entries()) {
    const [m, v] = [after.firstMoments[t]!.values, after.secondMoments[t]!.values];
    const got = after.weights[t]!.values;
    for (let i = 0; i < values.length; i++) {
      const update = m[i]! / (Math.sqrt(v[i]!) + 1e-8);
      const expected = values[i]! - update;
      const tolerance = ROUNDOFF * (ADAM_ROUNDINGS * Math.abs(update) + 2 * Math.abs(values[i]!));
      if (Math.abs(got[i]! - expected) <= tolerance) continue;
      assert.fail(`${who}: Adam makes ${name}[${i}] ${got[i]}, not ${expected}`);
    }
  }
}

function assertSameInitialWeights(got: readonly Tensor[], expected: readonly Tensor[]): void {
  assert.deepEqual(got.map(({ name }) => name), expected.map(({ name }) => name));
  for (const [t, { values }] of expected.entries()) assert.deepEqual(got[t]!.values, values);
}

/** Asserts that no value is further off than the tolerance times the largest one. */
function assertClose(
  what: string,
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
  relative: number,
): void {
  assert.equal(got.length, expected.length, what);
  const { at, error, largest } = furthest(got, expected);
  assert.ok(largest > 0, `${what} is not all zero`);
  const values = `value ${at} is ${got[at]}, not ${expected[at]} (the largest is ${largest})`;
  assert.ok(error <= relative, `${what}: ${values}`);
}

/** The largest difference, relative to the largest value expected; NaN counts as the largest. */
function furthest(
  got: ArrayLike<number>,
  expected: ArrayLike<number>,
): { at: number; error: number; largest: number } {
  let at = 0, difference = 0, largest = 0;
  for (let i = 0; i < expected.length; i++) {
    largest = Math.max(largest, Math.abs(expected[i]!));
    const here = Math.abs(got[i]! - expected[i]!);
    if (!(here <= difference)) [at, difference] = [i, here];
  }
  return { at, error: difference / largest, largest };
}
