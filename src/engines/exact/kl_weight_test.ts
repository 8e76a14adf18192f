/** The weight of a KL term in a whole model: its loss is reconstruction + weight KL, its gradient that loss's. */
import assert from "node:assert/strict";
import { BUILDS } from "../../../tests/helpers/kernel_arena.ts";
import { UNIT_ROUNDOFF } from "../../../tests/helpers/running_error.ts";
import { assertSameBits } from "../../../tests/helpers/same_bits.ts";
import { relativeError } from "../../../tests/helpers/stated_error.ts";
import { drawStrokes } from "../../data/strokes.ts";
import { vae } from "../../models/autoencoder.ts";
import { initialParameters, type Tensor } from "../../models/parameters.ts";
import type { ModelSpec } from "../../models/spec.ts";
import { ExactEngine } from "./exact_engine.ts";
import { compileKernels, readKernelBytes, type WasmBuild } from "./kernels.ts";

const SEED = 4, STROKES = drawStrokes(), INDICES = Uint32Array.of(3, 14, 15, 92, 65);
const WHOLE = vae({ kind: "pixels", width: 784 }, 3);

/** Without the large dense layers. A weight of undefined is left out, as `vae` leaves it out. */
function small(klWeight?: number): ModelSpec {
  const layers = WHOLE.layers.filter(({ name }) => name !== "dense1" && name !== "dense2")
    .map((layer) =>
      layer.kind === "sampled-latent" && klWeight !== undefined ? { ...layer, klWeight } : layer
    );
  return { ...WHOLE, layers, batchSize: INDICES.length };
}

/** Means and standard deviations away from 0, where the KL term is smooth and pulls at both. */
const WEIGHTS = initialParameters(small(), SEED).map((tensor): Tensor => {
  const bias = { "latent/mean/bias": 1.5, "latent/stddev/bias": 0.5 }[tensor.name];
  return bias === undefined ? tensor : { ...tensor, values: new Float32Array(3).fill(bias) };
});

async function openModel(build: WasmBuild, klWeight?: number) {
  const kernels = await compileKernels(build, await readKernelBytes());
  const session = await new ExactEngine(kernels!).open(small(klWeight), STROKES, SEED);
  const zeros = WEIGHTS.map((t) => ({ ...t, values: new Float32Array(t.values.length) }));
  const lossAt = (weights: readonly Tensor[]) => {
    session.setState({ weights, firstMoments: zeros, secondMoments: zeros });
    return session.step(INDICES, 0.001, 1);
  };
  const loss = lossAt(WEIGHTS);
  // From moments of 0, Adam's first moment is 0.1 of the gradient.
  const gradients = session.state().firstMoments.map(({ name, values }) => ({ name, values }));
  session.setWeights(WEIGHTS);
  const { losses, divergences, outputs } = session.evaluate("test", 130, 1);
  return { loss, lossAt, gradients, losses, divergences: divergences!, outputs };
}

type Model = Awaited<ReturnType<typeof openModel>>;

/** The values of all tensors of the encoder, or of the decoder, in one. */
function joined(tensors: readonly Pick<Tensor, "name" | "values">[], encoder: boolean) {
  const isEncoders = (name: string) => /^(conv|latent)/.test(name);
  return Float64Array.from(
    tensors.filter(({ name }) => isEncoders(name) === encoder).flatMap(({ values }) => [...values]),
  );
}

function norm(values: Float64Array): number {
  return Math.sqrt(values.reduce((sum, value) => sum + value * value, 0));
}

/** Slope of the loss along the gradient of the encoder, by a central difference. */
function slope({ lossAt, gradients }: Model): number {
  const length = norm(joined(gradients, true)), step = 2 ** -8;
  const moved = (sign: number) =>
    WEIGHTS.map((tensor, t) => {
      if (!/^(conv|latent)/.test(tensor.name)) return tensor;
      const along = gradients[t]!.values;
      return {
        ...tensor,
        values: tensor.values.map((w, i) => w + sign * step * along[i]! / length),
      };
    });
  return (lossAt(moved(1)) - lossAt(moved(-1))) / (2 * step);
}

for (const build of BUILDS) {
  Deno.test(`the ${build} build's loss and gradient are those of reconstruction + weight KL`, async () => {
    const plain = await openModel(build);
    const weights = [1 / 4, 1, 4] as const;
    const models = new Map<number, Model>();
    for (const weight of weights) models.set(weight, await openModel(build, weight));
    for (const [weight, model] of models) {
      const what = `weight ${weight}`;
      const { losses, divergences, outputs, gradients } = model;
      assertSameBits(what, { divergences, outputs }, {
        divergences: plain.divergences,
        outputs: plain.outputs,
      });
      for (const [i, loss] of losses.entries()) {
        const expected = plain.losses[i]! + (weight - 1) * divergences[i]!;
        const error = Math.abs(loss - expected);
        assert.ok(error <= 3 * UNIT_ROUNDOFF * expected, `${what}: ${loss}, not ${expected}`);
        assert.ok(divergences[i]! > 1, `${divergences[i]}`);
      }
      const decoders = [gradients, plain.gradients].map((g) => joined(g, false));
      assert.deepEqual(decoders[0], decoders[1], `${what}: the decoder knows of no KL term`);
      const length = norm(joined(gradients, true)) * 10, found = slope(model);
      assert.ok(Math.abs(found / length - 1) < 0.01, `${what}: ${found}, not ${length}`);
    }
    const [mild, one, strict] = weights.map((weight) =>
      joined(models.get(weight)!.gradients, true)
    );
    assert.deepEqual(one, joined(plain.gradients, true));
    // Its part of the gradient grows with the weight: 3 / (3 / 4) of one difference is the other.
    const upper = strict!.map((value, i) => value - one![i]!);
    const lower = one!.map((value, i) => 4 * (value - mild![i]!));
    assert.ok(relativeError(upper, lower) < 1e-4, `${relativeError(upper, lower)}`);
    // A weight that the gradient left out would be seen above.
    assert.ok(norm(lower) > 0.2 * norm(one!), `${norm(lower)} of ${norm(one!)}`);
  });
}
