import type { DenseLayer } from "../../../models/spec.ts";
import { ACTIVATION, type ProgramBuilder } from "../program_builder.ts";
import type { ForwardLayer } from "./layer.ts";

/** A dense layer on the pixels that are not 0: see kernels/pixel_dense.c. */
export function pixelDense(b: ProgramBuilder, layer: DenseLayer, inputs: number): ForwardLayer {
  const { name, units, activation } = layer;
  const bySample = {
    by_sample: b.buffer("pixels-by-sample"),
    sample_counts: b.buffer("sample-counts"),
  };
  b.call("gather_pixels", {
    images: { buffer: "samples", offset: 0 },
    indices: { buffer: "indices", offset: 0 },
    ...bySample,
  }, { inputs });
  const output = b.buffer(name);
  b.call("pixel_dense_forward", {
    ...bySample,
    w: b.parameter(`${name}/weights`),
    bias: b.parameter(`${name}/bias`),
    y: output,
  }, { inputs, outputs: units, activation: ACTIVATION[activation] });
  const gradient = () => b.buffer(`${name}/gradient`);
  return {
    output: { pointer: output, width: units, activation, gradient },
    embedding: output,
    backward: () => {
      const byInput = {
        by_input: b.buffer("pixels-by-input"),
        input_counts: b.buffer("input-counts"),
      };
      b.call("transpose_pixels", { ...bySample, ...byInput }, { inputs, batch: b.batchSize });
      const db = b.parameterGradient(`${name}/bias`);
      b.call("dense_bias_gradient", { dy: gradient(), db }, { outputs: units });
      // Updates the weights as well: nobody reads them any more in this step.
      b.call("pixel_dense_adam", {
        ...byInput,
        dy: gradient(),
        ...b.parameterState(`${name}/weights`),
        rate: { buffer: "rate", offset: 0 },
      }, { inputs, outputs: units, batch: b.batchSize });
    },
  };
}
