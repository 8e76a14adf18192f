import type { ProgramBuilder } from "../program_builder.ts";
import type { ForwardLayer, Value } from "./layer.ts";

/** p = 1 / (1 + exp(-x)): see kernels/sigmoid_cross_entropy.c. Of models that are only evaluated. */
export function sigmoid(b: ProgramBuilder, { pointer, width }: Value): ForwardLayer {
  const output = b.buffer("probabilities");
  b.call("sigmoid", { z: pointer, p: output }, { width });
  return {
    output: { pointer: output, width, activation: "linear", gradient: null },
    embedding: output,
    backward: () => {},
  };
}
