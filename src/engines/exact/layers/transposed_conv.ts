/**
 * The two transposed convolutions of the decoder: see kernels/conv_transpose.c and
 * kernels/conv_transpose_pixels.c, which know their shapes.
 * @module
 */
import type { TransposedConvLayer } from "../../../models/spec.ts";
import { MAX_PARTS } from "../plan.ts";
import { ACTIVATION, type ProgramBuilder } from "../program_builder.ts";
import type { ForwardLayer, Value } from "./layer.ts";

const DECONV1 = { in: 64, out: 32, bordered: 9 * 9, side: 14, gradient: 17 * 17 };
const DECONV2 = { in: 32, inputs: 14 * 14, side: 28, gradient: 31 * 31 };

/** From rows of 7x7x64 to 14x14x32. */
export function transposedConv(
  b: ProgramBuilder,
  layer: TransposedConvLayer,
  input: Value,
): ForwardLayer {
  const { name, activation } = layer;
  const weights = b.parameter(`${name}/weights`);
  const floats = 25 * DECONV1.in * DECONV1.out;
  const bordered = b.keptBuffer(`${name}/input`, b.batchSize * DECONV1.bordered * DECONV1.in);
  b.call("conv_transpose_border", [input.pointer, bordered], ["count"]);
  const packed = b.buffer(`${name}/packed`, floats);
  b.call("conv_transpose_pack", [weights, packed], []);
  const width = DECONV1.side * DECONV1.side * DECONV1.out;
  const output = b.rows(name, width);
  b.call("conv_transpose_forward", [bordered, packed, b.parameter(`${name}/bias`), output], [
    "count",
    ACTIVATION[activation],
  ]);
  const gradient = () =>
    b.keptBuffer(`${name}/gradient`, b.batchSize * DECONV1.gradient * DECONV1.out);
  return {
    output: { pointer: output, width, activation, gradient },
    embedding: output,
    backward: () => {
      const flipped = b.buffer(`${name}/flipped`, floats);
      b.call("conv_transpose_flip", [weights, flipped], []);
      b.call("conv_transpose_input_gradient", [
        gradient(),
        flipped,
        input.pointer,
        input.gradient!(),
      ], ["count", ACTIVATION[input.activation]]);
      b.call("conv_transpose_weight_gradient", [
        bordered,
        gradient(),
        b.parameterGradient(`${name}/weights`),
        b.parameterGradient(`${name}/bias`),
      ], ["count"]);
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
  const width = DECONV2.side * DECONV2.side;
  const output = b.rows(name, width);
  b.call("conv_transpose_pixels_forward", [
    input.pointer,
    weights,
    b.parameter(`${name}/bias`),
    output,
    b.buffer(`${name}/scratch`, MAX_PARTS * (DECONV2.in + DECONV2.inputs) * DECONV2.in),
  ], ["count"]);
  const gradient = () => b.keptBuffer(`${name}/gradient`, b.batchSize * DECONV2.gradient);
  return {
    output: { pointer: output, width, activation, gradient },
    embedding: output,
    backward: () => {
      b.call("conv_transpose_pixels_input_gradient", [
        gradient(),
        weights,
        input.pointer,
        input.gradient!(),
      ], ["count", ACTIVATION[input.activation]]);
      b.call("conv_transpose_pixels_weight_gradient", [
        input.pointer,
        gradient(),
        b.parameterGradient(`${name}/weights`),
        b.parameterGradient(`${name}/bias`),
      ], ["count"]);
    },
  };
}
