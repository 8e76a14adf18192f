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

export type Layer = DenseLayer;

export interface ModelSpec {
  readonly name: string;
  /** `pixels`: bytes, seen as f32(x / 255); `features`: float32 as they are. */
  readonly input: { readonly kind: "pixels" | "features"; readonly width: number };
  readonly layers: readonly Layer[];
  /** The mean over the batch of the softmax cross-entropy of the last layer's output (logits). */
  readonly loss: "softmax-cross-entropy";
  /** Samples a training step; a smaller training set is one batch. */
  readonly batchSize: number;
}
