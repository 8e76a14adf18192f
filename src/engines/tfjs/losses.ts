/** The losses of the specs, sample by sample. */
import { CLASS_COUNT } from "../../data/dataset.ts";
import type { ModelSpec } from "../../models/spec.ts";
import type { Forward } from "./forward.ts";
import type { TensorFlow, TfTensor } from "./tensorflow.ts";

/** What a batch is held against: x [samples, width] from 0 to 1, labels [samples]. */
export interface Batch {
  readonly x: TfTensor;
  readonly labels: TfTensor;
}

/** One loss a sample, [samples]. Throws a TypeError for a part of a model, which has none. */
export function lossesOf(
  tf: TensorFlow,
  { loss, name, layers }: ModelSpec,
  { last, divergence }: Forward,
  { x, labels }: Batch,
): TfTensor {
  switch (loss) {
    case "softmax-cross-entropy": {
      const targets = tf.oneHot(labels, CLASS_COUNT);
      return tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(last)), 1));
    }
    case "sigmoid-cross-entropy": {
      // y log(1e-8 + p) + (1 - y) log(1e-8 + (1 - p)), as the experiment writes it.
      const p = tf.sigmoid(last);
      const on = tf.mul(x, tf.log(tf.add(p, 1e-8)));
      const off = tf.mul(tf.sub(1, x), tf.log(tf.add(tf.sub(1, p), 1e-8)));
      const reconstruction = tf.neg(tf.sum(tf.add(on, off), 1));
      if (divergence === null) return reconstruction;
      const latent = layers.find((layer) => layer.kind === "sampled-latent");
      return tf.add(reconstruction, tf.mul(latent?.klWeight ?? 1, divergence));
    }
    case null:
      throw new TypeError(`Cannot take the loss of ${name}: it has none`);
    default:
      return loss satisfies never;
  }
}
