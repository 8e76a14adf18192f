/** A model spec as a function on tensors; TensorFlow.js differentiates it. */
import { type PlacedLayer, placeLayers } from "../../models/parameters.ts";
import type { Activation, ModelSpec } from "../../models/spec.ts";
import type { TensorFlow, TfTensor } from "./tensorflow.ts";

/** Weights and biases by name, in the canonical layout. */
export type Parameters = ReadonlyMap<string, TfTensor>;

export interface Forward {
  /** Of the last layer: [samples, width]. */
  readonly last: TfTensor;
  /** Of the spec's output layer, [samples, width]; of a sampled latent, the mean. */
  readonly output: TfTensor;
  /** KL term of each sample, [samples], without its weight; null without a sampled latent. */
  readonly divergence: TfTensor | null;
}

const LEAK = 0.2;

/**
 * Runs the layers on a batch.
 *
 * @param x [samples, spec.input.width], pixels from 0 to 1
 * @param eps standard normal numbers for a sampled latent, [samples, latents]; null where none is
 */
export function forward(
  tf: TensorFlow,
  spec: ModelSpec,
  parameters: Parameters,
  x: TfTensor,
  eps: TfTensor | null,
): Forward {
  let value = x, output = x;
  let divergence: TfTensor | null = null;
  for (const placed of placeLayers(spec)) {
    let shown: TfTensor | null = null;
    if (placed.layer.kind === "sampled-latent") {
      const mean = linear(tf, parameters, `${placed.layer.name}/mean`, value);
      const stddev = linear(tf, parameters, `${placed.layer.name}/stddev`, value);
      if (eps === null) throw new TypeError(`Cannot run ${spec.name} without noise`);
      divergence = klDivergence(tf, mean, stddev);
      value = tf.add(mean, tf.mul(eps, stddev));
      shown = mean;
    } else {
      value = runLayer(tf, placed, parameters, value);
    }
    if (placed.layer.name === spec.output) output = shown ?? value;
  }
  return { last: value, output, divergence };
}

function runLayer(
  tf: TensorFlow,
  { layer, input, output }: PlacedLayer,
  parameters: Parameters,
  x: TfTensor,
): TfTensor {
  const samples = x.shape[0]!;
  const imageOf = (flow: typeof input) => {
    const { side, channels } = flow.image!;
    return [samples, side, side, channels];
  };
  const named = (part: string) => parameter(parameters, `${layer.name}/${part}`);
  const flat = (image: TfTensor) => tf.reshape(image, [samples, output.width]);
  switch (layer.kind) {
    case "dense":
      return activate(tf, layer.activation, linear(tf, parameters, layer.name, x));
    case "partial-dense": {
      const seen = tf.slice(x, [0, 0], [samples, layer.inputs]);
      const others = tf.slice(x, [0, layer.inputs], [samples, input.width - layer.inputs]);
      const units = activate(tf, layer.activation, linear(tf, parameters, layer.name, seen));
      return tf.concat([units, others], 1);
    }
    case "conv": {
      const image = tf.reshape(x, imageOf(input));
      const filtered = tf.conv2d(image, named("weights"), 1, "same");
      const active = activate(tf, layer.activation, tf.add(filtered, named("bias")));
      return flat(tf.maxPool(active, 2, 2, "valid"));
    }
    case "transposed-conv": {
      const image = tf.reshape(x, imageOf(input));
      // TensorFlow's filters are [5, 5, out, in].
      const filter = tf.transpose(named("weights"), [0, 1, 3, 2]);
      const drawn = tf.conv2dTranspose(image, filter, imageOf(output), 2, "same");
      return flat(activate(tf, layer.activation, tf.add(drawn, named("bias"))));
    }
    case "reshape":
      return x;
    case "sigmoid":
      return tf.sigmoid(x);
    case "sampled-latent":
      throw new TypeError(`Cannot run "${layer.name}" as a layer of one output`);
    default:
      return layer satisfies never;
  }
}

function linear(tf: TensorFlow, parameters: Parameters, name: string, x: TfTensor): TfTensor {
  const product = tf.matMul(x, parameter(parameters, `${name}/weights`));
  return tf.add(product, parameter(parameters, `${name}/bias`));
}

function parameter(parameters: Parameters, name: string): TfTensor {
  const found = parameters.get(name);
  if (!found) throw new TypeError(`Cannot find the parameter ${name}`);
  return found;
}

function activate(tf: TensorFlow, activation: Activation, x: TfTensor): TfTensor {
  switch (activation) {
    case "linear":
      return x;
    case "relu":
      return tf.relu(x);
    case "leaky-relu":
      return tf.leakyRelu(x, LEAK);
    default:
      return activation satisfies never;
  }
}

/**
 * 0.5 * sum over the latents of (mean^2 + stddev^2 - log(1e-8 + stddev^2) - 1), for each sample.
 *
 * Source: Kingma and Welling, "Auto-encoding variational Bayes", ICLR 2014, appendix B.
 */
function klDivergence(tf: TensorFlow, mean: TfTensor, stddev: TfTensor): TfTensor {
  const variance = tf.square(stddev);
  const moments = tf.add(tf.square(mean), variance);
  const terms = tf.sub(tf.sub(moments, tf.log(tf.add(variance, 1e-8))), 1);
  return tf.mul(0.5, tf.sum(terms, 1));
}
