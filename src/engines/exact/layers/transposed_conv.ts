/**
 * The two transposed convolutions of the decoder: see kernels/conv_transpose.c and
 * kernels/conv_transpose_pixels.c, which know their shapes.
 * @module
 */
import type { TransposedConvLayer } from "../../../models/spec.ts";
import { ACTIVATION, type ProgramBuilder } from "../program_builder.ts";
import type { ForwardLayer, Value } from "./layer.ts";

/** From rows of 7x7x64 to 14x14x32. */
export function transposedConv(
  b: ProgramBuilder,
  layer: TransposedConvLayer,
  input: Value,
): ForwardLayer {
  const { name, channels, activation } = layer;
  const weights = b.parameter(`${name}/weights`);
  const u = b.buffer(`${name}/transformed`);
  b.call("conv_transpose_transform_weights", { w: weights, u }, {});
  const output = b.buffer(name);
  b.call("conv_transpose_forward", {
    x: input.pointer,
    u,
    bias: b.parameter(`${name}/bias`),
    y: output,
    scratch: b.buffer(`${name}/scratch`),
  }, { activation: ACTIVATION[activation] });
  const gradient = () => b.buffer(`${name}/gradient`);
  return {
    output: { pointer: output, width: 14 * 14 * channels, activation, gradient },
    embedding: output,
    backward: () => {
      const flipped = b.buffer(`${name}/flipped`);
      b.call("conv_transpose_flip", { w: weights, wt: flipped }, {});
      const ut = b.buffer(`${name}/flipped-transformed`);
      b.call("conv_transpose_transform_weights", { w: flipped, u: ut }, {});
      const partials = b.buffer(`${name}/partials`);
      b.call("conv_transpose_gradient", {
        x: input.pointer,
        ut,
        dy: gradient(),
        dx: input.gradient!(),
        partials,
        scratch: b.buffer(`${name}/gradient-scratch`),
      }, { activation: ACTIVATION[input.activation] });
      b.call("conv_transpose_weight_gradient", {
        partials,
        dw: b.parameterGradient(`${name}/weights`),
        db: b.parameterGradient(`${name}/bias`),
      }, {});
    },
  };
}

/** From 14x14x32 to the logits of 28x28 pixels. */
export function transposedConvPixels(
  b: ProgramBuilder,
  layer: TransposedConvLayer,
  input: Value,
): ForwardLayer {
  const { name, activation } = layer;
  const weights = b.parameter(`${name}/weights`);
  const output = b.buffer(name);
  b.call("conv_transpose_pixels_forward", {
    x: input.pointer,
    w: weights,
    bias: b.parameter(`${name}/bias`),
    y: output,
    scratch: b.buffer(`${name}/scratch`),
  }, {});
  const gradient = () => b.keptBuffer(`${name}/gradient`);
  return {
    output: { pointer: output, width: 28 * 28, activation, gradient },
    embedding: output,
    backward: () => {
      b.call("conv_transpose_pixels_input_gradient", {
        dy: gradient(),
        w: weights,
        x: input.pointer,
        dx: input.gradient!(),
      }, { activation: ACTIVATION[input.activation] });
      b.call("conv_transpose_pixels_weight_gradient", {
        x: input.pointer,
        dy: gradient(),
        dw: b.parameterGradient(`${name}/weights`),
        db: b.parameterGradient(`${name}/bias`),
      }, {});
    },
  };
}
