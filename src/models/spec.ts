/**
 * A model as data: an input, a list of layers, a loss. Engines compile this; nothing here computes.
 * @module
 */

/** What follows a linear map; `leaky-relu` is x, or 0.2 x below 0. */
export type Activation = "linear" | "relu" | "leaky-relu";

/** y = activation(x w + b), w [inputs, units] Glorot-uniform, b [units] constant at first. */
export interface DenseLayer {
  /** Tells the kinds of layers apart. */
  readonly kind: "dense";
  /** Unique in the model; names its parameters and their random stream, `init/<name>`. */
  readonly name: string;
  /** Values that it gives. */
  readonly units: number;
  /** Applied to each value. */
  readonly activation: Activation;
  /** What every bias is before training. */
  readonly initialBias: number;
}

/**
 * A dense layer on the first `inputs` values of a row of features, which hands on the others behind
 * its units as they are: [activation(x[..inputs] w + b), x[inputs..]].
 */
export interface PartialDenseLayer extends Omit<DenseLayer, "kind"> {
  /** Tells the kinds of layers apart. */
  readonly kind: "partial-dense";
  /** Values that the dense layer reads: the first ones. */
  readonly inputs: number;
}

/**
 * 5x5 convolution, "same", with bias (0 at first) and activation, then 2x2 max pooling: half the
 * side. Kernels are [5, 5, in, out], Glorot-uniform.
 */
export interface ConvLayer {
  /** Tells the kinds of layers apart. */
  readonly kind: "conv";
  /** Unique in the model; names its parameters and their random stream, `init/<name>`. */
  readonly name: string;
  /** Channels that it gives. */
  readonly channels: number;
  /** Applied to each value, before pooling. */
  readonly activation: Activation;
}

/**
 * 5x5 transposed convolution of stride 2, "same", with bias (0 at first) and activation: twice the
 * side. Kernels are [5, 5, in, out], Glorot-uniform.
 */
export interface TransposedConvLayer {
  /** Tells the kinds of layers apart. */
  readonly kind: "transposed-conv";
  /** Unique in the model; names its parameters and their random stream, `init/<name>`. */
  readonly name: string;
  /** Channels that it gives. */
  readonly channels: number;
  /** Applied to each value. */
  readonly activation: Activation;
}

/** Values seen as an image from here on: row, column, channel. */
export interface ReshapeLayer {
  /** Tells the kinds of layers apart. */
  readonly kind: "reshape";
  /** Unique in the model. */
  readonly name: string;
  /** Of as many values as come in. */
  readonly shape: ImageShape;
}

/**
 * z = mean + eps stddev, with mean and stddev two linear dense layers (`<name>/mean`,
 * `<name>/stddev`) and eps standard normal, of the streams `noise/<split>`. Its embedding is the mean.
 * Its KL term is a part of the model's loss.
 *
 * Source: Kingma and Welling, "Auto-encoding variational Bayes", ICLR 2014, section 3; of the weight:
 * Higgins et al., "beta-VAE: Learning basic visual concepts with a constrained variational framework",
 * ICLR 2017.
 */
export interface SampledLatentLayer {
  /** Tells the kinds of layers apart. */
  readonly kind: "sampled-latent";
  /** Unique in the model. */
  readonly name: string;
  /** Values a sample. */
  readonly units: number;
  /** What the loss multiplies the KL term by, a power of two; 1 unless told. */
  readonly klWeight?: number | undefined;
}

/** p = 1 / (1 + exp(-x)), of a model that is only evaluated. */
export interface SigmoidLayer {
  /** Tells the kinds of layers apart. */
  readonly kind: "sigmoid";
  /** Unique in the model. */
  readonly name: string;
}

/** One step from a row of values to the next. */
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
  /** Pixels. */
  readonly side: number;
  /** Values a pixel. */
  readonly channels: number;
}

/** What an engine needs to know of a model. */
export interface ModelSpec {
  /** For messages. */
  readonly name: string;
  /**
   * `pixels`: bytes of a 28x28 image, seen as f32(x / 255); `features`: float32 as they are. `width`
   * is the values a sample.
   */
  readonly input: { readonly kind: "pixels" | "features"; readonly width: number };
  /** In order; each takes what the one before gives. */
  readonly layers: readonly Layer[];
  /**
   * `softmax-cross-entropy`: of the last layer's output (logits) against the label.
   * `sigmoid-cross-entropy`: of the last layer's output (logits of pixels) against the input, summed
   * over pixels, plus the KL term of a sampled latent times its weight. Both: mean over the batch, in
   * nats. null: a part of a trained model, which is only evaluated.
   *
   * Source of the KL term: Kingma and Welling, "Auto-encoding variational Bayes", ICLR 2014,
   * appendix B.
   */
  readonly loss: "softmax-cross-entropy" | "sigmoid-cross-entropy" | null;
  /** The layer whose output a session's `evaluate` gives: the logits, or the embedding. */
  readonly output: string;
  /** Samples a training step; a smaller training set is one batch. */
  readonly batchSize: number;
}
