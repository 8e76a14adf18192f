import type { ModelSpec } from "./spec.ts";

/**
 * inputs-100 relu-10 with softmax cross-entropy, on pixels or on an embedding; batches of 32.
 *
 * @example What it learns
 * ```ts
 * import { fc, initialParameters } from "@latentbench/latentbench";
 * import assert from "node:assert/strict";
 *
 * const parameters = initialParameters(fc({ kind: "pixels", width: 784 }), 0);
 * assert.deepEqual(parameters.map(({ name, shape }) => `${name} [${shape}]`), [
 *   "dense1/weights [784,100]",
 *   "dense1/bias [100]",
 *   "dense2/weights [100,10]",
 *   "dense2/bias [10]",
 * ]);
 * ```
 */
export function fc(input: ModelSpec["input"]): ModelSpec {
  return {
    name: "fc",
    input,
    layers: [
      { kind: "dense", name: "dense1", units: 100, activation: "relu", initialBias: 0.1 },
      { kind: "dense", name: "dense2", units: 10, activation: "linear", initialBias: 0.1 },
    ],
    loss: "softmax-cross-entropy",
    output: "dense2",
    batchSize: 32,
  };
}
