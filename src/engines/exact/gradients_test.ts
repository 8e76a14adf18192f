/** Gradients of fc as a whole, against finite differences. */
import assert from "node:assert/strict";
import {
  distanceToKink,
  type NaiveGradients,
  naiveGradients,
  naiveLoss,
  toNaive,
  toNaiveBatch,
} from "../../../tests/helpers/naive_fc.ts";
import { BUILDS } from "../../../tests/helpers/kernel_arena.ts";
import { UNIT_ROUNDOFF } from "../../../tests/helpers/running_error.ts";
import type { Samples, Splits } from "../../data/dataset.ts";
import { drawStrokes } from "../../data/strokes.ts";
import { fc } from "../../models/fc.ts";
import { initialParameters, type Tensor } from "../../models/parameters.ts";
import type { ModelSpec } from "../../models/spec.ts";
import { Stream } from "../../random/stream.ts";
import { compileKernels, readKernelBytes, type WasmBuild } from "./kernels.ts";
import { ExactEngine } from "./exact_engine.ts";

const SEED = 3;

interface Case {
  readonly name: string;
  readonly spec: ModelSpec;
  readonly samples: Samples;
  readonly indices: Uint32Array;
  readonly weights: readonly Tensor[];
}

/** Initial weights with biases that differ, so that no two are mixed up unseen. */
function drawWeights(spec: ModelSpec): Tensor[] {
  return initialParameters(spec, SEED).map((tensor) =>
    tensor.shape.length === 2 ? tensor : {
      ...tensor,
      values: new Stream(SEED, `test/${tensor.name}`).uniform(tensor.shape[0]!, 0.3),
    }
  );
}

function makeCase(spec: ModelSpec, samples: Samples): Case {
  const indices = Uint32Array.of(3, 14, 1, 5, 9, 2, 6, 11);
  return {
    name: `fc on ${spec.input.width} ${spec.input.kind}`,
    spec,
    samples,
    indices,
    weights: drawWeights(spec),
  };
}

function cases(): Case[] {
  const pixels = drawStrokes().train;
  const features: Samples = {
    count: 20,
    width: 21,
    values: new Stream(SEED, "test/features").uniform(20 * 21, 2),
    labels: Uint8Array.from({ length: 20 }, (_, i) => (i * 7) % 10),
  };
  return [
    makeCase(fc({ kind: "pixels", width: 784 }), pixels),
    makeCase(fc({ kind: "features", width: 21 }), features),
  ];
}

/** The engine's gradients, read from Adam: from moments of 0, the first moment is 0.1 g. */
async function engineGradients(
  build: WasmBuild,
  { spec, samples, indices, weights }: Case,
): Promise<{ loss: number; gradients: Tensor[] }> {
  const kernels = await compileKernels(build, await readKernelBytes());
  const splits: Splits = { train: samples, validation: samples, test: samples };
  const session = await new ExactEngine(kernels!).open(spec, splits, SEED);
  session.setWeights(weights);
  const loss = session.step(indices, 0.001, 1);
  const gradients = session.state().firstMoments.map((tensor) => ({
    ...tensor,
    values: tensor.values.map((value) => value / Math.fround(0.1)),
  }));
  return { loss, gradients };
}

/** The largest of the values and of the tolerances. */
function largest(values: Float64Array): number {
  return values.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
}

/** Asserts that gradients are the naive ones, within tolerances that are small beside them. */
function assertGradients(
  what: string,
  got: readonly Tensor[],
  { gradients, tolerances }: NaiveGradients,
): void {
  assert.equal(got.length, 4);
  for (const [t, { name, values }] of got.entries()) {
    const expected = gradients[t]!;
    assert.equal(values.length, expected.length);
    const scale = largest(expected), widest = largest(tolerances[t]!);
    assert.ok(widest < 2e-3 * scale, `${what}, ${name}: tolerance ${widest} of ${scale}`);
    for (const [i, value] of values.entries()) {
      // Two more roundings: times 0.1 in the engine, divided by it above.
      const tolerance = tolerances[t]![i]! + 3 * UNIT_ROUNDOFF * Math.abs(expected[i]!);
      const error = Math.abs(value - expected[i]!);
      assert.ok(error <= tolerance, `${what}, ${name}[${i}]: ${value}, not ${expected[i]}`);
    }
  }
}

Deno.test("the float64 model's gradients are its finite differences", () => {
  for (const { name, samples, indices, weights } of cases()) {
    const parameters = toNaive(weights), batch = toNaiveBatch(samples, indices);
    const { gradients } = naiveGradients(parameters, batch);
    const step = 1e-5;
    // Stepping one weight moves no relu input by more than the step times the largest input.
    assert.ok(distanceToKink(parameters, batch) > 2 * step * Math.max(1, largest(batch.x)), name);
    let compared = 0;
    for (const [t, values] of parameters.entries()) {
      // All of the small tensors, a sample of the large one.
      const stride = values.length > 10_000 ? 211 : 1;
      const scale = largest(gradients[t]!);
      for (let i = 0; i < values.length; i += stride) {
        const kept = values[i]!;
        values[i] = kept + step;
        const above = naiveLoss(parameters, batch);
        values[i] = kept - step;
        const below = naiveLoss(parameters, batch);
        values[i] = kept;
        const difference = (above - below) / (2 * step);
        // Third derivatives of a mean of softmax losses are below the cube of what a logit moves
        // per step, here 4; a loss below 10 is off by a few of its roundings.
        const tolerance = 4 ** 3 * step ** 2 / 6 + 8 * 10 * 2 ** -53 / step;
        assert.ok(tolerance < 1e-5 * scale || scale === 0, `${tolerance} of ${scale}`);
        const error = Math.abs(difference - gradients[t]![i]!);
        assert.ok(error <= tolerance, `${name}: ${gradients[t]![i]}, not ${difference}`);
        compared++;
      }
    }
    assert.ok(compared > 1_400);
  }
});

for (const build of BUILDS) {
  Deno.test(`the ${build} build's loss and gradients of fc are the float64 model's`, async () => {
    for (const test of cases()) {
      const naive = naiveGradients(
        toNaive(test.weights),
        toNaiveBatch(test.samples, test.indices),
      );
      assert.ok(naive.clearOfKinks, test.name);
      const { loss, gradients } = await engineGradients(build, test);
      assert.ok(Math.abs(loss - naive.loss) <= naive.lossTolerance, `${loss}, not ${naive.loss}`);
      assert.ok(naive.lossTolerance < 1e-4 * naive.loss, `${naive.lossTolerance}`);
      assertGradients(test.name, gradients, naive);
    }
  });
}
