/**
 * The two convolutions of the trunk, each with 2x2 max pooling: see kernels/conv_pixels.c and
 * kernels/conv5.c, which know their shapes.
 * @module
 */
import type { ConvLayer } from "../../../models/spec.ts";
import type { Pointer } from "../plan.ts";
import { ACTIVATION, type ProgramBuilder } from "../program_builder.ts";
import type { ForwardLayer, Value } from "./layer.ts";

/** Pixels of the pooled outputs. */
const POOLED1 = 14 * 14, POOLED2 = 7 * 7;

/** Images of bytes, gathered into their borders. */
export function gatherImages(b: ProgramBuilder): Pointer {
  const image = b.keptBuffer("image");
  b.call("gather_images", {
    images: { buffer: "samples", offset: 0 },
    indices: { buffer: "indices", offset: 0 },
    out: image,
  }, {});
  return image;
}

/** From the pixels, [32][32] within a border, to 14x14 within a border for the next. */
export function convPixels(b: ProgramBuilder, layer: ConvLayer, image: Pointer): ForwardLayer {
  const { name, channels } = layer;
  const sizes = { channels, activation: ACTIVATION[layer.activation] };
  const pooled = b.keptBuffer(name);
  const winner = b.buffer(`${name}/winner`);
  b.call("conv_pixels_forward", {
    x: image,
    w: b.parameter(`${name}/weights`),
    bias: b.parameter(`${name}/bias`),
    pooled,
    winner,
  }, sizes);
  const gradient = () => b.buffer(`${name}/gradient`);
  return {
    output: { pointer: pooled, width: POOLED1 * channels, activation: "linear", gradient },
    embedding: pooled,
    backward: () =>
      b.call("conv_pixels_gradient", {
        x: image,
        pooled,
        winner,
        dpooled: gradient(),
        dw: b.parameterGradient(`${name}/weights`),
        db: b.parameterGradient(`${name}/bias`),
        scratch: b.buffer(`${name}/unpooled`),
      }, sizes),
  };
}

/** From 14x14x32 within a border to rows of 7x7x64. */
export function conv5(b: ProgramBuilder, layer: ConvLayer, input: Value): ForwardLayer {
  const { name, channels } = layer;
  const sizes = { activation: ACTIVATION[layer.activation] };
  const u = b.buffer(`${name}/transformed`);
  b.call("conv5_transform_weights", { w: b.parameter(`${name}/weights`), u }, {});
  const pooled = b.buffer(name);
  const winner = b.buffer(`${name}/winner`);
  b.call("conv5_forward", {
    x: input.pointer,
    u,
    bias: b.parameter(`${name}/bias`),
    pooled,
    winner,
    scratch: b.buffer(`${name}/scratch`),
  }, sizes);
  const gradient = () => b.buffer(`${name}/gradient`);
  return {
    output: { pointer: pooled, width: POOLED2 * channels, activation: "linear", gradient },
    embedding: pooled,
    backward: () => {
      const ut = b.buffer(`${name}/transposed`);
      b.call("conv5_transpose_weights", { u, ut }, {});
      const partials = b.buffer(`${name}/partials`);
      b.call("conv5_gradient", {
        x: input.pointer,
        ut,
        pooled,
        winner,
        dpooled: gradient(),
        dx: input.gradient!(),
        partials,
        scratch: b.buffer(`${name}/gradient-scratch`),
      }, sizes);
      b.call("conv5_weight_gradient", {
        partials,
        dw: b.parameterGradient(`${name}/weights`),
        db: b.parameterGradient(`${name}/bias`),
      }, {});
    },
  };
}
