/**
 * The two convolutions of the trunk, each with 2x2 max pooling: see kernels/conv_pixels.c and
 * kernels/conv5.c, which know their shapes.
 * @module
 */
import type { ConvLayer } from "../../../models/spec.ts";
import { MAX_PARTS, type Pointer } from "../plan.ts";
import { ACTIVATION, type ProgramBuilder } from "../program_builder.ts";
import type { ForwardLayer, Value } from "./layer.ts";

const CONV1 = { image: 32 * 32, bordered: 20 * 20, pooled: 14 * 14, side: 28 };
const CONV2 = {
  in: 32,
  out: 64,
  pooled: 7 * 7,
  frequencies: 64,
  partials: 4,
  /** v, m and dv of a block of two images, with their padding. */
  scratch: 64 * (2 * (32 * 32 + 16) + 32 * 64 + 16),
};

/** Images of bytes, gathered into their borders. */
export function gatherImages(b: ProgramBuilder): Pointer {
  const image = b.keptBuffer("image", b.batchSize * CONV1.image);
  b.call("gather_images", [
    { buffer: "samples", offset: 0 },
    { buffer: "indices", offset: 0 },
    image,
  ], ["count"]);
  return image;
}

/** From the pixels, [32][32] within a border, to 14x14 within a border for the next. */
export function convPixels(b: ProgramBuilder, layer: ConvLayer, image: Pointer): ForwardLayer {
  const { name, channels } = layer;
  const activation = ACTIVATION[layer.activation];
  const pooled = b.keptBuffer(name, b.batchSize * CONV1.bordered * channels);
  const winner = b.buffer(`${name}/winner`, b.batchSize * CONV1.pooled * channels);
  b.call("conv_pixels_forward", [
    image,
    b.parameter(`${name}/weights`),
    b.parameter(`${name}/bias`),
    pooled,
    winner,
  ], ["count", channels, activation]);
  const gradient = () => b.buffer(`${name}/gradient`, b.batchSize * CONV1.bordered * channels);
  return {
    output: { pointer: pooled, width: CONV1.pooled * channels, activation: "linear", gradient },
    embedding: pooled,
    backward: () =>
      b.call("conv_pixels_gradient", [
        image,
        pooled,
        winner,
        gradient(),
        b.parameterGradient(`${name}/weights`),
        b.parameterGradient(`${name}/bias`),
        b.buffer(`${name}/unpooled`, CONV1.side * CONV1.side * channels),
      ], ["count", channels, activation]),
  };
}

/** From 14x14x32 within a border to rows of 7x7x64. */
export function conv5(b: ProgramBuilder, layer: ConvLayer, input: Value): ForwardLayer {
  const { name } = layer;
  const activation = ACTIVATION[layer.activation];
  const width = CONV2.pooled * CONV2.out;
  const pairs = CONV2.in * CONV2.out;
  const u = b.buffer(`${name}/transformed`, CONV2.frequencies * pairs);
  b.call("conv5_transform_weights", [b.parameter(`${name}/weights`), u], []);
  const pooled = b.rows(name, width);
  const winner = b.rows(`${name}/winner`, width);
  b.call("conv5_forward", [
    input.pointer,
    u,
    b.parameter(`${name}/bias`),
    pooled,
    winner,
    b.buffer(`${name}/scratch`, MAX_PARTS * CONV2.scratch),
  ], ["count", activation]);
  const gradient = () => b.rows(`${name}/gradient`, width);
  return {
    output: { pointer: pooled, width, activation: "linear", gradient },
    embedding: pooled,
    backward: () => {
      const ut = b.buffer(`${name}/transposed`, CONV2.frequencies * pairs);
      b.call("conv5_transpose_weights", [u, ut], []);
      const partials = b.buffer(
        `${name}/partials`,
        CONV2.partials * (CONV2.frequencies * pairs + CONV2.out),
      );
      b.call("conv5_gradient", [
        input.pointer,
        ut,
        pooled,
        winner,
        gradient(),
        input.gradient!(),
        partials,
        b.buffer(`${name}/gradient-scratch`, MAX_PARTS * CONV2.scratch),
      ], ["count", activation]);
      b.call("conv5_weight_gradient", [
        partials,
        b.parameterGradient(`${name}/weights`),
        b.parameterGradient(`${name}/bias`),
      ], []);
    },
  };
}
