/**
 * A model as data: an input, a list of layers, a loss. Engines compile this; nothing here computes.
 * @module
 */

export type Activation = "linear" | "relu" | "leaky-relu";

/** y = activation(x w + b), w [inputs, units] Glorot-uniform, b [units] constant at first. */
export interface DenseLayer {
  readonly kind: "dense";
  /** Unique in the model; names its parameters and their random stream, `init/<name>`. */
  readonly name: string;
  readonly units: number;
  readonly activation: Activation;
  readonly initialBias: number;
}

/**
 * A dense layer on the first `inputs` values of a row of features, which hands on the others behind
 * its units as they are: [activation(x[..inputs] w + b), x[inputs..]].
 */
export interface PartialDenseLayer extends Omit<DenseLayer, "kind"> {
  readonly kind: "partial-dense";
  readonly inputs: number;
}

/** 5x5 convolution, "same", with bias (0 at first) and activation, then 2x2 max pooling. */
export interface ConvLayer {
  readonly kind: "conv";
  readonly name: string;
  readonly channels: number;
  readonly activation: Activation;
}

/** 5x5 transposed convolution of stride 2, "same", with bias (0 at first): twice the side. */
export interface TransposedConvLayer {
  readonly kind: "transposed-conv";
  readonly name: string;
  readonly channels: number;
  readonly activation: Activation;
}

/** Values seen as an image from here on: row, column, channel. */
export interface ReshapeLayer {
  readonly kind: "reshape";
  readonly name: string;
  readonly shape: ImageShape;
}

/**
 * z = mean + eps stddev, with mean and stddev two linear dense layers (`<name>/mean`,
 * `<name>/stddev`) and eps standard normal, of the streams `noise/<split>`. Its embedding is the mean.
 */
export interface SampledLatentLayer {
  readonly kind: "sampled-latent";
  readonly name: string;
  readonly units: number;
}

/** p = 1 / (1 + exp(-x)), of a model that is only evaluated. */
export interface SigmoidLayer {
  readonly kind: "sigmoid";
  readonly name: string;
}

export type Layer =
  | DenseLayer
  | PartialDenseLayer
  | ConvLayer
  | TransposedConvLayer
  | ReshapeLayer
  | SampledLatentLayer
  | SigmoidLayer;

/** A square image. */
export interface ImageShape {
  readonly side: number;
  readonly channels: number;
}

export interface ModelSpec {
  readonly name: string;
  /** `pixels`: bytes, seen as f32(x / 255); `features`: float32 as they are. */
  readonly input: { readonly kind: "pixels" | "features"; readonly width: number };
  readonly layers: readonly Layer[];
  /**
   * `softmax-cross-entropy`: of the last layer's output (logits) against the label.
   * `sigmoid-cross-entropy`: of the last layer's output (logits of pixels) against the input, summed
   * over pixels, plus the KL term of a sampled latent. Both: mean over the batch. null: a part of a
   * trained model, which is only evaluated.
   */
  readonly loss: "softmax-cross-entropy" | "sigmoid-cross-entropy" | null;
  /** The layer whose output a session's `evaluate` gives: the logits, or the embedding. */
  readonly output: string;
  /** Samples a training step; a smaller training set is one batch. */
  readonly batchSize: number;
}
