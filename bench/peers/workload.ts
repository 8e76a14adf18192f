/**
 * What every contestant trains on: a model, its initial weights, batches of the dataset, and noise
 * for the first steps, drawn as our engine draws it.
 * @module
 */
import type { Dataset } from "../../src/data/dataset.ts";
import { drawNoise } from "../../src/engines/tfjs/noise.ts";
import { ae, vae } from "../../src/models/autoencoder.ts";
import { conv } from "../../src/models/conv.ts";
import { fc } from "../../src/models/fc.ts";
import { initialParameters } from "../../src/models/parameters.ts";
import type { ModelSpec } from "../../src/models/spec.ts";
import { permutation } from "../../src/random/permutation.ts";

export const SEED = 0;
/** The epoch that names the order of the batches and the noise. */
export const EPOCH = 1;

/** Different batches, taken in turns. */
const BATCHES = 16;
const PIXELS = 784;
const LATENTS = 20;

const INPUT = { kind: "pixels", width: PIXELS } as const;

/** How each model is timed: steps of one sample, so that it lasts about 0.2 s or more. */
const MODELS = {
  fc: { spec: fc(INPUT), steps: 160 },
  conv: { spec: conv(INPUT), steps: 8 },
  ae: { spec: ae(INPUT, LATENTS), steps: 4 },
  vae: { spec: vae(INPUT, LATENTS), steps: 4 },
} as const satisfies { [name: string]: { spec: ModelSpec; steps: number } };

export type ModelName = keyof typeof MODELS;
export const MODEL_NAMES = Object.keys(MODELS) as ModelName[];

export interface Workload {
  readonly name: ModelName;
  readonly spec: ModelSpec;
  /** Steps of a sample. */
  readonly steps: number;
  readonly dataset: Dataset;
  /** Indices into the training samples. */
  readonly batches: readonly Uint32Array[];
}

export function workload(name: ModelName, dataset: Dataset): Workload {
  const { spec, steps } = MODELS[name];
  const order = permutation(SEED, EPOCH, dataset.splits.train.count);
  const batches = Array.from(
    { length: BATCHES },
    (_, i) => order.slice(i * spec.batchSize, (i + 1) * spec.batchSize),
  );
  return { name, spec, steps, dataset, batches };
}

export type OpenRequest = ReturnType<typeof openRequest>;

/** A model and its batches, with the noise of the first steps: what peer.py takes. */
export function openRequest({ spec, dataset, batches }: Workload, noisySteps: number) {
  const { values, labels } = dataset.splits.train;
  const order = batches.flatMap((batch) => [...batch]);
  const pixels = new Uint8Array(order.length * PIXELS);
  for (const [i, index] of order.entries()) {
    pixels.set((values as Uint8Array).subarray(index * PIXELS, (index + 1) * PIXELS), i * PIXELS);
  }
  const noise = drawnNoise(spec, batches.slice(0, noisySteps));
  return {
    task: "open",
    spec,
    batches: batches.length,
    weights: Object.fromEntries(
      initialParameters(spec, SEED).map(({ name, shape, values }) => [
        name,
        { shape, values: base64(values) },
      ]),
    ),
    pixels: base64(pixels),
    labels: base64(Uint8Array.from(order, (index) => labels[index]!)),
    noise: noise === null ? null : base64(noise),
  } as const;
}

/** The standard normal numbers of a sampled latent, [batches, samples, units], or null without one. */
function drawnNoise(
  spec: ModelSpec,
  batches: readonly Uint32Array[],
): Float32Array<ArrayBuffer> | null {
  const latent = spec.layers.find((layer) => layer.kind === "sampled-latent");
  if (latent === undefined) return null;
  const samples = Uint32Array.from(batches.flatMap((batch) => [...batch]));
  return drawNoise(SEED, "noise/train", EPOCH, samples, latent.units);
}

function base64(values: Float32Array | Uint8Array): string {
  return new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength)
    .toBase64();
}
