/**
 * The trainable parameters of a model: their names and shapes, told from its layers, and their
 * initial values, a function of the seed alone.
 * @module
 */
import { Stream } from "../random/stream.ts";
import type { ImageShape, Layer, ModelSpec } from "./spec.ts";

/** A tensor in the canonical layout: row-major; dense weights [in, out], kernels [5, 5, in, out]. */
export interface Tensor {
  /** `<layer>/weights` or `<layer>/bias` of a parameter. */
  readonly name: string;
  /** The sizes, the slowest first. */
  readonly shape: readonly number[];
  /** As many as the product of the shape. */
  readonly values: Float32Array<ArrayBuffer>;
}

/** Weights and bias of one linear map, dense or of a convolution. */
export interface ParameterPair {
  /** `<name>/weights` and `<name>/bias` are the tensors. */
  readonly name: string;
  readonly weights: readonly number[];
  readonly outputs: number;
  readonly initialBias: number;
  /** The sizes that Glorot's limit is made of. */
  readonly fanIn: number;
  readonly fanOut: number;
}

/** What flows between two layers: a row of values, which may be an image. */
export interface Flow {
  readonly width: number;
  readonly image: ImageShape | null;
}

/** A layer with the flow that it takes and gives, and its parameters. */
export interface PlacedLayer {
  readonly layer: Layer;
  readonly input: Flow;
  readonly output: Flow;
  readonly parameters: readonly ParameterPair[];
}

const KERNEL_TAPS = 25;

/** The layers in order, with the shapes that follow from the input's. */
export function placeLayers(spec: ModelSpec): PlacedLayer[] {
  const side = spec.input.kind === "pixels" ? 28 : null;
  let input: Flow = {
    width: spec.input.width,
    image: side === null ? null : { side, channels: 1 },
  };
  return spec.layers.map((layer) => {
    const placed = placeLayer(layer, input);
    input = placed.output;
    return placed;
  });
}

function placeLayer(layer: Layer, input: Flow): PlacedLayer {
  switch (layer.kind) {
    case "dense":
      return {
        layer,
        input,
        output: { width: layer.units, image: null },
        parameters: [densePair(layer.name, input.width, layer.units, layer.initialBias)],
      };
    case "partial-dense":
      if (layer.inputs > input.width) {
        throw new TypeError(
          `Cannot place the layer "${layer.name}": it reads ${layer.inputs} of ${input.width} values`,
        );
      }
      return {
        layer,
        input,
        output: { width: layer.units + input.width - layer.inputs, image: null },
        parameters: [densePair(layer.name, layer.inputs, layer.units, layer.initialBias)],
      };
    case "sampled-latent":
      return {
        layer,
        input,
        output: { width: layer.units, image: null },
        parameters: ["mean", "stddev"].map((part) =>
          densePair(`${layer.name}/${part}`, input.width, layer.units, 0)
        ),
      };
    case "conv":
    case "transposed-conv": {
      const from = imageOf(layer, input);
      const side = layer.kind === "conv" ? from.side / 2 : from.side * 2;
      return {
        layer,
        input,
        output: flowOfImage({ side, channels: layer.channels }),
        parameters: [convPair(layer.name, from.channels, layer.channels)],
      };
    }
    case "reshape":
      return { layer, input, output: flowOfImage(layer.shape), parameters: [] };
    case "sigmoid":
      return { layer, input, output: input, parameters: [] };
    default:
      return layer satisfies never;
  }
}

function imageOf(layer: Layer, { image, width }: Flow): ImageShape {
  if (image === null) {
    throw new TypeError(
      `Cannot place the layer "${layer.name}": it needs an image, not ${width} values`,
    );
  }
  return image;
}

function flowOfImage(image: ImageShape): Flow {
  return { width: image.side * image.side * image.channels, image };
}

function densePair(
  name: string,
  inputs: number,
  outputs: number,
  initialBias: number,
): ParameterPair {
  return {
    name,
    weights: [inputs, outputs],
    outputs,
    initialBias,
    fanIn: inputs,
    fanOut: outputs,
  };
}

function convPair(name: string, inputs: number, outputs: number): ParameterPair {
  return {
    name,
    weights: [5, 5, inputs, outputs],
    outputs,
    initialBias: 0,
    fanIn: KERNEL_TAPS * inputs,
    fanOut: KERNEL_TAPS * outputs,
  };
}

/**
 * The weights before training, a function of spec and seed (unsigned 32-bit): Glorot-uniform weights
 * and constant biases, `<name>/weights`, then `<name>/bias`, layer by layer. The limit is
 * sqrt(6 / (fan in + fan out)). Throws a TypeError where a layer cannot take what comes before it.
 *
 * Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
 * networks", AISTATS 2010, equation 16.
 */
export function initialParameters(spec: ModelSpec, seed: number): Tensor[] {
  return placeLayers(spec).flatMap(({ parameters }) => parameters).flatMap((pair) => {
    const limit = Math.sqrt(6 / (pair.fanIn + pair.fanOut));
    const size = pair.weights.reduce((product, n) => product * n, 1);
    return [
      {
        name: `${pair.name}/weights`,
        shape: pair.weights,
        values: new Stream(seed, `init/${pair.name}`).uniform(size, limit),
      },
      {
        name: `${pair.name}/bias`,
        shape: [pair.outputs],
        values: new Float32Array(pair.outputs).fill(pair.initialBias),
      },
    ];
  });
}

/**
 * Of a model's tensors, those of a part of it, in the part's order. Throws a TypeError where one is
 * missing or of another shape.
 */
export function selectParameters(part: ModelSpec, tensors: readonly Tensor[]): Tensor[] {
  const wanted = placeLayers(part).flatMap(({ parameters }) => parameters)
    .flatMap(({ name, weights, outputs }) => [
      { name: `${name}/weights`, shape: weights },
      { name: `${name}/bias`, shape: [outputs] },
    ]);
  return wanted.map(({ name, shape }) => {
    const tensor = tensors.find((tensor) => tensor.name === name);
    if (tensor?.shape.join() === shape.join()) return tensor;
    const found = tensor ? `has the shape [${tensor.shape.join(", ")}]` : "is missing";
    throw new TypeError(
      `the tensor "${name}" of ${part.name}, [${shape.join(", ")}], ${found}`,
    );
  });
}
