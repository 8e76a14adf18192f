import type { ModelSpec } from "./spec.ts";

/** inputs-100 relu-10 with softmax cross-entropy, on pixels or on an embedding. */
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
