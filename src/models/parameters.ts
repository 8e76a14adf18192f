/**
 * The trainable parameters of a model: their names and shapes, told from its layers, and their
 * initial values, a function of the seed alone.
 * @module
 */
import { Stream } from "../random/stream.ts";
import type { ModelSpec } from "./spec.ts";

/** A tensor in the canonical layout: row-major, dense weights as [inputs, outputs]. */
export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array<ArrayBuffer>;
}

/** What one layer learns. */
export interface LayerParameters {
  readonly layer: string;
  readonly inputs: number;
  readonly outputs: number;
  readonly initialBias: number;
}

/** The layers' parameters in order, with the widths that follow from the input's. */
export function layerParameters(spec: ModelSpec): LayerParameters[] {
  let inputs = spec.input.width;
  return spec.layers.map((layer) => {
    const parameters = {
      layer: layer.name,
      inputs,
      outputs: layer.units,
      initialBias: layer.initialBias,
    };
    inputs = layer.units;
    return parameters;
  });
}

/**
 * Glorot-uniform weights and constant biases: `<layer>/weights` [inputs, outputs], then
 * `<layer>/bias` [outputs], layer by layer. The limit is sqrt(6 / (inputs + outputs)).
 *
 * Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural
 * networks", AISTATS 2010, equation 16.
 */
export function initialParameters(spec: ModelSpec, seed: number): Tensor[] {
  return layerParameters(spec).flatMap(({ layer, inputs, outputs, initialBias }) => {
    const limit = Math.sqrt(6 / (inputs + outputs));
    const weights = new Stream(seed, `init/${layer}`).uniform(inputs * outputs, limit);
    return [
      { name: `${layer}/weights`, shape: [inputs, outputs], values: weights },
      {
        name: `${layer}/bias`,
        shape: [outputs],
        values: new Float32Array(outputs).fill(initialBias),
      },
    ];
  });
}
