import type { DenseLayer } from "../../../models/spec.ts";
import type { Pointer } from "../plan.ts";
import { ACTIVATION, type ProgramBuilder } from "../program_builder.ts";
import type { ForwardLayer } from "./layer.ts";

/** A dense layer on the pixels that are not 0: see kernels/pixel_dense.c. */
export function pixelDense(b: ProgramBuilder, layer: DenseLayer, inputs: number): ForwardLayer {
  const { name, units, activation } = layer;
  // A listed pixel is two values: where it is, and what.
  const bySample: Pointer[] = [
    b.buffer("pixels-by-sample", b.batchSize * inputs * 2),
    b.buffer("sample-counts", b.batchSize),
  ];
  b.call("gather_pixels", [
    { buffer: "samples", offset: 0 },
    { buffer: "indices", offset: 0 },
    ...bySample,
  ], ["count", inputs]);
  const output = b.rows(name, units);
  b.call("pixel_dense_forward", [
    ...bySample,
    b.parameter(`${name}/weights`),
    b.parameter(`${name}/bias`),
    output,
  ], ["count", inputs, units, ACTIVATION[activation]]);
  const gradient = () => b.rows(`${name}/gradient`, units);
  return {
    output: { pointer: output, width: units, activation, gradient },
    embedding: output,
    backward: () => {
      const byInput: Pointer[] = [
        b.buffer("pixels-by-input", b.batchSize * inputs * 2),
        b.buffer("input-counts", inputs),
      ];
      b.call("transpose_pixels", [...bySample, ...byInput], ["count", inputs, b.batchSize]);
      b.call("dense_bias_gradient", [gradient(), b.parameterGradient(`${name}/bias`)], [
        "count",
        units,
      ]);
      // Updates the weights as well: nobody reads them any more in this step.
      b.call("pixel_dense_adam", [
        ...byInput,
        gradient(),
        ...b.parameterState(`${name}/weights`),
        { buffer: "rate", offset: 0 },
      ], [inputs, units, b.batchSize]);
    },
  };
}
