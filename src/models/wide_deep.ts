import type { ModelSpec } from "./spec.ts";

/**
 * pixels-100 relu, joined with the latents as they are, then dense 10 with softmax cross-entropy, on
 * rows of features, pixels (from 0 to 1) before latents; batches of 32.
 */
export function wideDeep(pixels: number, latents: number): ModelSpec {
  return {
    name: "wide-deep",
    input: { kind: "features", width: pixels + latents },
    layers: [
      {
        kind: "partial-dense",
        name: "dense1",
        inputs: pixels,
        units: 100,
        activation: "relu",
        initialBias: 0.1,
      },
      { kind: "dense", name: "dense2", units: 10, activation: "linear", initialBias: 0.1 },
    ],
    loss: "softmax-cross-entropy",
    output: "dense2",
    batchSize: 32,
  };
}
