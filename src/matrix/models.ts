/**
 * The models that a case can name: what a classifier of each is, and the autoencoder that it learns
 * from, if any. To add one is to name it here and to add a line.
 * @module
 */
import { ae, vae } from "../models/autoencoder.ts";
import { conv } from "../models/conv.ts";
import { fc } from "../models/fc.ts";
import type { ModelSpec } from "../models/spec.ts";
import { wideDeep } from "../models/wide_deep.ts";

/**
 * What a case can name. With labels, `ae` and `vae` are `fc` on the embedding by the encoder of that
 * name, `wide-ae` and `wide-vae` the wide and deep model.
 */
export type ModelName = "fc" | "conv" | "ae" | "vae" | "wide-ae" | "wide-vae";

type Input = ModelSpec["input"];
type EncoderName = "ae" | "vae";

interface Model {
  /** The autoencoder whose embedding the classifier sees; null where it sees pixels alone. */
  readonly encoder: EncoderName | null;
  /** What is trained on labels. */
  readonly classifier: (pixels: Input, latents: number) => ModelSpec;
}

/** What is trained without labels. */
export const AUTOENCODERS: {
  readonly [name in EncoderName]: (pixels: Input, latents: number) => ModelSpec;
} = { ae, vae };

const onEmbedding: Model["classifier"] = (_, latents) => fc({ kind: "features", width: latents });
const onBoth: Model["classifier"] = ({ width }, latents) => wideDeep(width, latents);

export const MODELS: { readonly [name in ModelName]: Model } = {
  "fc": { encoder: null, classifier: fc },
  "conv": { encoder: null, classifier: conv },
  "ae": { encoder: "ae", classifier: onEmbedding },
  "vae": { encoder: "vae", classifier: onEmbedding },
  "wide-ae": { encoder: "ae", classifier: onBoth },
  "wide-vae": { encoder: "vae", classifier: onBoth },
};

/** In the order of the matrix. */
export const MODEL_NAMES: readonly ModelName[] = Object.keys(MODELS) as ModelName[];
