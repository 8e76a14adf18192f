import type { TensorFlow, TfTensor } from "./tensorflow.ts";

/** A parameter with Adam's first and second moments, all of one shape. */
export interface Moving {
  readonly value: TfTensor;
  readonly firstMoment: TfTensor;
  readonly secondMoment: TfTensor;
}

const BETA_1 = 0.9, BETA_2 = 0.999, EPSILON = 1e-8;

/**
 * One step of Adam: value - rate m / (sqrt(v) + 1e-8), with the bias correction in `rate`.
 * TensorFlow.js's own optimizer adds its epsilon to the corrected moment, as this experiment does not.
 *
 * Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, end of section 2.
 */
export function adamStep(
  tf: TensorFlow,
  { value, firstMoment, secondMoment }: Moving,
  gradient: TfTensor,
  rate: number,
): Moving {
  const m = tf.add(tf.mul(firstMoment, BETA_1), tf.mul(gradient, 1 - BETA_1));
  const v = tf.add(tf.mul(secondMoment, BETA_2), tf.mul(tf.square(gradient), 1 - BETA_2));
  const step = tf.div(tf.mul(m, rate), tf.add(tf.sqrt(v), EPSILON));
  return { value: tf.sub(value, step), firstMoment: m, secondMoment: v };
}
