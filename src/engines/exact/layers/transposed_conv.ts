/**
 * The two transposed convolutions of the decoder: see kernels/conv_transpose.c and
 * kernels/conv_transpose_pixels.c, which know their shapes.
 * @module
 */
import type { TransposedConvLayer } from "../../../models/spec.ts";
import { MAX_PARTS } from "../plan.ts";
import { ACTIVATION, type ProgramBuilder } from "../program_builder.ts";
import type { ForwardLayer, Value } from "./layer.ts";

const DECONV1 = {
  in: 64,
  out: 32,
  taps: 25,
  side: 14,
  products: 121,
  partials: 4,
  /** v and m of a block of images, with their padding. */
  scratch: 36 * (24 * 64 + 16) + 121 * (24 * 32 + 16),
};
const DECONV2 = { in: 32, inputs: 14 * 14, side: 28, gradient: 31 * 31 };

/** From rows of 7x7x64 to 14x14x32. */
export function transposedConv(
  b: ProgramBuilder,
  layer: TransposedConvLayer,
  input: Value,
): ForwardLayer {
  const { name, activation } = layer;
  const weights = b.parameter(`${name}/weights`);
  const pairs = DECONV1.in * DECONV1.out;
  const u = b.buffer(`${name}/transformed`, DECONV1.products * pairs);
  b.call("conv_transpose_transform_weights", [weights, u], []);
  const width = DECONV1.side * DECONV1.side * DECONV1.out;
  const output = b.rows(name, width);
  b.call("conv_transpose_forward", [
    input.pointer,
    u,
    b.parameter(`${name}/bias`),
    output,
    b.buffer(`${name}/scratch`, MAX_PARTS * DECONV1.scratch),
  ], ["count", ACTIVATION[activation]]);
  const gradient = () => b.rows(`${name}/gradient`, width);
  return {
    output: { pointer: output, width, activation, gradient },
    embedding: output,
    backward: () => {
      const flipped = b.buffer(`${name}/flipped`, DECONV1.taps * pairs);
      b.call("conv_transpose_flip", [weights, flipped], []);
      const ut = b.buffer(`${name}/flipped-transformed`, DECONV1.products * pairs);
      b.call("conv_transpose_transform_weights", [flipped, ut], []);
      const partials = b.buffer(
        `${name}/partials`,
        DECONV1.partials * (DECONV1.products * pairs + DECONV1.out),
      );
      b.call("conv_transpose_gradient", [
        input.pointer,
        ut,
        gradient(),
        input.gradient!(),
        partials,
        b.buffer(`${name}/gradient-scratch`, MAX_PARTS * DECONV1.scratch),
      ], ["count", ACTIVATION[input.activation]]);
      b.call("conv_transpose_weight_gradient", [
        partials,
        b.parameterGradient(`${name}/weights`),
        b.parameterGradient(`${name}/bias`),
      ], []);
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
