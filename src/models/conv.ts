import type { ModelSpec } from "./spec.ts";
import { trunk } from "./trunk.ts";

/**
 * The convolutional classifier of 28x28 pixels: 5x5x32, pool, 5x5x64, pool, dense 1024, all relu;
 * dense 10; with softmax cross-entropy, batches of 32.
 */
export function conv(input: ModelSpec["input"]): ModelSpec {
  return {
    name: "conv",
    input,
    layers: [
      ...trunk("relu"),
      { kind: "dense", name: "dense2", units: 10, activation: "linear", initialBias: 0 },
    ],
    loss: "softmax-cross-entropy",
    output: "dense2",
    batchSize: 32,
  };
}
