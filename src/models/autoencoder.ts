import type { Activation, Layer, ModelSpec } from "./spec.ts";
import { trunk } from "./trunk.ts";

/**
 * The autoencoder of 28x28 pixels: the convolutions of `conv` down to `latents` values, a leaky relu
 * of a dense layer, and back by transposed ones; with sigmoid cross-entropy, batches of 100.
 */
export function ae(input: ModelSpec["input"], latents: number): ModelSpec {
  return autoencoder("ae", input, denseLatent(latents, "leaky-relu"));
}

/**
 * The autoencoder with a linear latent, as the VAE's mean is: it differs from `ae` in that activation
 * alone, and from `vae` in that it has neither noise nor a KL term. Not of the original experiment.
 */
export function lae(input: ModelSpec["input"], latents: number): ModelSpec {
  return autoencoder("lae", input, denseLatent(latents, "linear"));
}

/**
 * The variational autoencoder: as `ae`, but its latent is sampled, and its embedding the mean.
 *
 * Source: Kingma and Welling, "Auto-encoding variational Bayes", ICLR 2014.
 */
export function vae(input: ModelSpec["input"], latents: number): ModelSpec {
  return autoencoder("vae", input, { kind: "sampled-latent", name: "latent", units: latents });
}

/** The VAE whose loss holds a quarter of the KL term, else as `vae`. Not of the original experiment. */
export function mildVae(input: ModelSpec["input"], latents: number): ModelSpec {
  return autoencoder("mild-vae", input, weightedLatent(latents, 1 / 4));
}

/** The VAE whose loss holds the KL term four times, else as `vae`. Not of the original experiment. */
export function strictVae(input: ModelSpec["input"], latents: number): ModelSpec {
  return autoencoder("strict-vae", input, weightedLatent(latents, 4));
}

function weightedLatent(units: number, klWeight: number): Layer {
  return { kind: "sampled-latent", name: "latent", units, klWeight };
}

function denseLatent(units: number, activation: Activation): Layer {
  return { kind: "dense", name: "latent", units, activation, initialBias: 0 };
}

function autoencoder(name: string, input: ModelSpec["input"], latent: Layer): ModelSpec {
  return {
    name,
    input,
    layers: [
      ...trunk("leaky-relu"),
      latent,
      { kind: "dense", name: "dense2", units: 1024, activation: "leaky-relu", initialBias: 0 },
      { kind: "dense", name: "dense3", units: 3136, activation: "leaky-relu", initialBias: 0 },
      { kind: "reshape", name: "image", shape: { side: 7, channels: 64 } },
      { kind: "transposed-conv", name: "deconv1", channels: 32, activation: "leaky-relu" },
      { kind: "transposed-conv", name: "deconv2", channels: 1, activation: "linear" },
    ],
    loss: "sigmoid-cross-entropy",
    output: "latent",
    batchSize: 100,
  };
}

/**
 * The part of an autoencoder that gives the embedding, everything up to its latent: from pixels to
 * [samples, latents]. `selectParameters` takes its weights from those of the whole.
 *
 * @example The layers of a part
 * ```ts
 * import { encoderOf, vae } from "@latentbench/latentbench";
 * import assert from "node:assert/strict";
 *
 * const { layers } = encoderOf(vae({ kind: "pixels", width: 784 }, 20));
 * assert.deepEqual(layers.map(({ name }) => name), ["conv1", "conv2", "dense1", "latent"]);
 * ```
 */
export function encoderOf(spec: ModelSpec): ModelSpec {
  return { ...spec, layers: spec.layers.slice(0, latentIndex(spec) + 1), loss: null };
}

/**
 * The part of a VAE that computes the standard deviations of its latents: from pixels to [samples,
 * latents]. Null for an autoencoder without noise. `selectParameters` takes its weights from those
 * of the whole.
 */
export function stddevOf(spec: ModelSpec): ModelSpec | null {
  const at = latentIndex(spec);
  const latent = spec.layers[at]!;
  if (latent.kind !== "sampled-latent") return null;
  const name = `${latent.name}/stddev`;
  return {
    ...spec,
    layers: [
      ...spec.layers.slice(0, at),
      { kind: "dense", name, units: latent.units, activation: "linear", initialBias: 0 },
    ],
    loss: null,
    output: name,
  };
}

/**
 * The part of an autoencoder that draws digits: from `latents` features to the probability of each
 * pixel, [samples, 784]. `selectParameters` takes its weights from those of the whole.
 */
export function decoderOf(spec: ModelSpec, latents: number): ModelSpec {
  return {
    ...spec,
    input: { kind: "features", width: latents },
    layers: [
      ...spec.layers.slice(latentIndex(spec) + 1),
      { kind: "sigmoid", name: "probabilities" },
    ],
    loss: null,
    output: "probabilities",
  };
}

function latentIndex({ layers, output }: ModelSpec): number {
  return layers.findIndex(({ name }) => name === output);
}
