/** The first step of every model but fc against TensorFlow.js on its cpu backend: loss and gradients. */
import assert from "node:assert/strict";
import { importTensorFlow, type TensorFlow } from "../../../tests/helpers/tensorflow.ts";
import type { Splits } from "../../data/dataset.ts";
import { embeddedSplits } from "../../data/embedded.ts";
import { drawStrokes } from "../../data/strokes.ts";
import { ae, vae } from "../../models/autoencoder.ts";
import { conv } from "../../models/conv.ts";
import { initialParameters, type Tensor } from "../../models/parameters.ts";
import type { ModelSpec } from "../../models/spec.ts";
import { wideDeep } from "../../models/wide_deep.ts";
import { Stream } from "../../random/stream.ts";
import { ExactEngine } from "./exact_engine.ts";
import { compileKernels, readKernelBytes } from "./kernels.ts";

const INDICES = Uint32Array.of(3, 14);
const SEED = 5;
const PIXELS = { kind: "pixels", width: 784 } as const;

/** The longest chain of roundings between an input and a gradient, generously: its length in terms. */
const LONGEST_CHAIN = 3136 + 1024 + 3136 + 1600 + 800;
/** Half an ulp of 1, and how much Winograd's transforms amplify it (see kernels/conv5.c). */
const ROUNDOFF = 2 ** -24, AMPLIFICATION = 20;

/** Initial weights, with biases that differ so that no two are mixed up unseen. */
function drawWeights(spec: ModelSpec): Tensor[] {
  return initialParameters(spec, SEED).map((tensor) =>
    tensor.shape.length > 1 ? tensor : {
      ...tensor,
      values: new Stream(SEED, `test/${tensor.name}`).uniform(tensor.shape[0]!, 0.05),
    }
  );
}

type Layers = { [name: string]: ReturnType<TensorFlow["tensor"]> };

function trunk(tf: TensorFlow, w: Layers, x: unknown, relu: (x: never) => unknown) {
  let y = x;
  for (const name of ["conv1", "conv2"]) {
    y = tf.conv2d(y as never, w[`${name}/weights`] as never, 1, "same");
    y = relu(tf.add(y as never, w[`${name}/bias`]!) as never);
    y = tf.maxPool(y as never, 2, 2, "valid");
  }
  y = tf.reshape(y as never, [INDICES.length, 3136]);
  return relu(dense(tf, w, "dense1", y) as never);
}

function dense(tf: TensorFlow, w: Layers, name: string, x: unknown) {
  return tf.add(tf.matMul(x as never, w[`${name}/weights`] as never), w[`${name}/bias`]!);
}

function decode(tf: TensorFlow, w: Layers, z: unknown) {
  const relu = (x: unknown) => tf.leakyRelu(x as never, 0.2);
  let y: unknown = relu(dense(tf, w, "dense2", z));
  y = tf.reshape(relu(dense(tf, w, "dense3", y)), [INDICES.length, 7, 7, 64]);
  for (const [name, side, channels] of [["deconv1", 14, 32], ["deconv2", 28, 1]] as const) {
    // TensorFlow's filters are [5, 5, out, in].
    const filter = tf.transpose(w[`${name}/weights`]!, [0, 1, 3, 2]);
    const shape = [INDICES.length, side, side, channels];
    y = tf.conv2dTranspose(y as never, filter as never, shape as never, 2, "same");
    y = tf.add(y as never, w[`${name}/bias`]!);
    if (channels > 1) y = relu(y);
  }
  return y;
}

/** Minus the sum over pixels of y log(1e-8 + p) + (1 - y) log(1e-8 + (1 - p)), mean over the batch. */
function reconstructionLoss(tf: TensorFlow, logits: unknown, image: unknown) {
  const p = tf.sigmoid(logits as never), y = image as ReturnType<TensorFlow["tensor"]>;
  const likelihood = tf.add(
    tf.mul(y, tf.log(tf.add(p, 1e-8))),
    tf.mul(tf.sub(1, y), tf.log(tf.add(tf.sub(1, p), 1e-8))),
  );
  return tf.neg(tf.div(tf.sum(likelihood), INDICES.length));
}

/** The engine's own noise for a latent of `width`: it is drawn from the streams, as stated. */
function drawEps(width: number): Float32Array {
  const stream = new Stream(SEED, "noise/train");
  const eps = new Float32Array(INDICES.length * width);
  for (const [i, sample] of INDICES.entries()) {
    for (let j = 0; j < width; j++) {
      const words = stream.words(1, sample, Math.floor(j / 2));
      const u = ((words[j % 2 * 2]! >>> 8) + 1) / 2 ** 24;
      const v = (words[j % 2 * 2 + 1]! >>> 8) / 2 ** 24;
      eps[i * width + j] = Math.sqrt(-2 * Math.log(u)) * Math.cos(2 * Math.PI * v);
    }
  }
  return eps;
}

const WIDE_LATENTS = 5;

/** Twenty digits, with latents drawn beside their pixels. */
function wideSplits(): Splits {
  const splits = drawStrokes();
  const drawn = (role: string) => new Stream(SEED, role).uniform(20 * WIDE_LATENTS, 3);
  const values = {
    train: drawn("test/train"),
    validation: drawn("test/validation"),
    test: drawn("test/test"),
  };
  const few = (split: "train" | "validation" | "test") => ({ ...splits[split], count: 20 });
  return embeddedSplits(
    { train: few("train"), validation: few("validation"), test: few("test") },
    { latents: WIDE_LATENTS, values },
    20,
    true,
  );
}

function classifierLoss(tf: TensorFlow, logits: unknown, labels: number[]) {
  const targets = tf.oneHot(tf.tensor1d(labels, "int32"), 10);
  const scores = tf.logSoftmax(logits as never);
  return tf.neg(tf.div(tf.sum(tf.mul(targets, scores)), INDICES.length));
}

const MODELS: {
  readonly spec: ModelSpec;
  readonly splits?: () => Splits;
  /** Of a batch of rows as the model sees them. */
  readonly loss: (tf: TensorFlow, w: Layers, image: unknown, labels: number[]) => unknown;
}[] = [
  {
    spec: conv(PIXELS),
    loss: (tf, w, image, labels) => {
      const hidden = trunk(tf, w, image, (x) => tf.relu(x));
      return classifierLoss(tf, dense(tf, w, "dense2", hidden), labels);
    },
  },
  {
    spec: wideDeep(784, WIDE_LATENTS),
    splits: wideSplits,
    loss: (tf, w, rows, labels) => {
      const pixels = tf.slice(rows as never, [0, 0], [INDICES.length, 784]);
      const latents = tf.slice(rows as never, [0, 784], [INDICES.length, WIDE_LATENTS]);
      const hidden = tf.relu(dense(tf, w, "dense1", pixels));
      const joined = tf.concat([hidden, latents], 1);
      return classifierLoss(tf, dense(tf, w, "dense2", joined), labels);
    },
  },
  {
    spec: ae(PIXELS, 20),
    loss: (tf, w, image) => {
      const hidden = trunk(tf, w, image, (x) => tf.leakyRelu(x, 0.2));
      const z = tf.leakyRelu(dense(tf, w, "latent", hidden), 0.2);
      return reconstructionLoss(tf, decode(tf, w, z), image);
    },
  },
  {
    spec: vae(PIXELS, 5),
    loss: (tf, w, image) => {
      const hidden = trunk(tf, w, image, (x) => tf.leakyRelu(x, 0.2));
      const mean = dense(tf, w, "latent/mean", hidden);
      const stddev = dense(tf, w, "latent/stddev", hidden);
      const eps = tf.tensor2d(drawEps(5), [INDICES.length, 5]);
      const z = tf.add(mean, tf.mul(eps, stddev));
      const variance = tf.square(stddev);
      const terms = tf.sub(
        tf.sub(tf.add(tf.square(mean), variance), tf.log(tf.add(variance, 1e-8))),
        1,
      );
      const divergence = tf.div(tf.mul(0.5, tf.sum(terms)), INDICES.length);
      return tf.add(reconstructionLoss(tf, decode(tf, w, z), image), divergence);
    },
  },
];

for (const { spec, splits: splitsOf = drawStrokes, loss } of MODELS) {
  Deno.test(`the exact engine's loss and gradients of ${spec.name} are TensorFlow.js's`, async () => {
    const tf = await importTensorFlow();
    const { train } = splitsOf();
    const weights = drawWeights(spec);
    const kernels = await compileKernels("wasm", await readKernelBytes());
    const session = await new ExactEngine(kernels!).open(
      spec,
      { train, validation: train, test: train },
      SEED,
    );
    session.setWeights(weights);
    const exactLoss = session.step(INDICES, 0.001, 1);
    const gradients = session.state().firstMoments;

    const { width, values } = train;
    const rows = Float32Array.from(
      [...INDICES].flatMap((i) => [...values.subarray(i * width, (i + 1) * width)]),
      (value) => values instanceof Uint8Array ? value / 255 : value,
    );
    const image = width === 784
      ? tf.tensor4d(rows, [INDICES.length, 28, 28, 1])
      : tf.tensor2d(rows, [INDICES.length, width]);
    const labels = [...INDICES].map((i) => train.labels[i]!);
    const { value, grads } = tf.valueAndGrads(
      ((...tensors: unknown[]) => {
        const named = Object.fromEntries(weights.map(({ name }, i) => [name, tensors[i]]));
        return loss(tf, named as Layers, image, labels);
      }) as never,
    )(weights.map(({ values, shape }) => tf.tensor(values, [...shape])));

    const [tfLoss] = await value.data();
    const relative = LONGEST_CHAIN * ROUNDOFF;
    assert.ok(relative < 1e-3);
    assert.ok(Math.abs(exactLoss - tfLoss!) <= relative * tfLoss!, `${exactLoss}, not ${tfLoss}`);
    for (const [t, { name, values }] of gradients.entries()) {
      const expected = await grads[t]!.data() as Float32Array;
      assert.equal(values.length, expected.length);
      const largest = expected.reduce((a, b) => Math.max(a, Math.abs(b)), 0);
      assert.ok(largest > 0, `${name} has a gradient`);
      const tolerance = relative * AMPLIFICATION / 2 * largest;
      assert.ok(tolerance < 0.01 * largest, `${tolerance} of ${largest}`);
      for (const [i, moment] of values.entries()) {
        const gradient = moment / Math.fround(0.1);
        const error = Math.abs(gradient - expected[i]!);
        assert.ok(error <= tolerance, `${name}[${i}]: ${gradient}, not ${expected[i]}`);
      }
    }
  });
}
