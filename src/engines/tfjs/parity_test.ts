/** TensorFlow.js against the exact engine, number by number, and engines that lie against both. */
import assert from "node:assert/strict";
import { assertParity } from "../../../tests/helpers/parity.ts";
import { MODELS, samplesOf } from "../../../tests/helpers/short_steps.ts";
import { testInstalled, testSlowly } from "../../../tests/needs.ts";
import type { Tensor } from "../../models/parameters.ts";
import type { ModelSpec } from "../../models/spec.ts";
import type { Engine, ModelState } from "../engine.ts";
import type { TfjsEngineName } from "../engine_name.ts";
import { readKernelBytes } from "../exact/kernels.ts";
import { loadExactEngine } from "../exact/load_exact_engine.ts";
import { loadBackend } from "./load_backend.ts";
import { TfjsEngine } from "./tfjs_engine.ts";

const EXACT = await loadExactEngine(await readKernelBytes(), null, () => {});

/** A step of a convolution takes seconds in plain JavaScript, and on a GPU that is none. */
const SHORT = { samples: 2, steps: 1 }, LONG = { samples: 7, steps: 3 };
const isSmall = ({ layers }: ModelSpec) => layers.every(({ kind }) => !kind.includes("conv"));

async function openTfjs(name: TfjsEngineName, folder: string): Promise<Engine> {
  return new TfjsEngine(await loadBackend(name, folder, 1));
}

for (const spec of MODELS) {
  await testInstalled(
    "tfjs-cpu",
    `tfjs-cpu agrees with the exact engine on ${spec.name}`,
    async (folder) => {
      const options = isSmall(spec) ? LONG : SHORT;
      await assertParity(EXACT, await openTfjs("tfjs-cpu", folder), spec, samplesOf(spec), options);
    },
  );
}

for (const name of ["tfjs-node", "tfjs-webgpu"] as const) {
  for (const spec of MODELS) {
    await testSlowly(
      `${name} agrees with the exact engine on ${spec.name}`,
      (title) =>
        testInstalled(name, title, async (folder) => {
          await assertParity(EXACT, await openTfjs(name, folder), spec, samplesOf(spec), LONG);
        }),
    );
  }
}

/** An engine that changes what another one is told to start from, or what it says it ended with. */
function lying(
  engine: Engine,
  lies: {
    readonly weights?: (weights: Tensor) => Tensor;
    readonly result?: (before: ModelState, after: ModelState) => ModelState;
  },
): Engine {
  const { weights: twist = (tensor: Tensor) => tensor, result = (_, after) => after } = lies;
  return {
    name: engine.name,
    open: async (spec, splits, seed) => {
      const session = await engine.open(spec, splits, seed);
      let before: ModelState;
      return {
        backend: session.backend,
        threads: session.threads,
        digests: session.digests,
        step: session.step.bind(session),
        evaluate: session.evaluate.bind(session),
        weights: session.weights.bind(session),
        setWeights: (weights) => session.setWeights(weights.map(twist)),
        state: async () => result(before, await session.state()),
        setState: (state) => {
          before = state;
          return session.setState({ ...state, weights: state.weights.map(twist) });
        },
        close: session.close.bind(session),
      };
    },
  };
}

/** A lie, and a model that is small and tells. */
const LIES: {
  readonly [name: string]: { readonly model: string; readonly how: Parameters<typeof lying>[1] };
} = {
  "no bias": {
    model: "fc",
    how: {
      weights: (tensor) =>
        tensor.shape.length > 1
          ? tensor
          : { ...tensor, values: new Float32Array(tensor.values.length) },
    },
  },
  "a transposed kernel": {
    model: "conv",
    how: {
      weights: (tensor) => {
        const [rows, columns, inputs, outputs] = tensor.shape;
        if (outputs === undefined) return tensor;
        const size = inputs! * outputs;
        const values = tensor.values.map((_, i) => {
          const [tap, rest] = [Math.floor(i / size), i % size];
          const [row, column] = [Math.floor(tap / columns!), tap % columns!];
          return tensor.values[(column * rows! + row) * size + rest]!;
        });
        return { ...tensor, values };
      },
    },
  },
  "Keras's epsilon in Adam, 1e-7": {
    model: "fc",
    how: {
      result: (before, after) => ({
        ...after,
        weights: after.weights.map((tensor, t) => ({
          ...tensor,
          values: before.weights[t]!.values.map((w, i) =>
            w - after.firstMoments[t]!.values[i]! /
              (Math.sqrt(after.secondMoments[t]!.values[i]!) + 1e-7)
          ),
        })),
      }),
    },
  },
};

for (const [lie, { model, how }] of Object.entries(LIES)) {
  Deno.test(`an engine with ${lie} has no parity`, async () => {
    const spec = MODELS.find(({ name }) => name === model)!;
    const check = (engine: Engine) => assertParity(EXACT, engine, spec, samplesOf(spec), SHORT);
    await check(lying(EXACT, {}));
    await assert.rejects(check(lying(EXACT, how)), { name: "AssertionError" });
  });
}
