/**
 * The models that a case can name: what a classifier of each is, and the autoencoder that it learns
 * from, if any. To add one is to name it here and to add a line.
 * @module
 */
import { ae, lae, mildVae, strictVae, vae } from "../models/autoencoder.ts";
import { conv } from "../models/conv.ts";
import { fc } from "../models/fc.ts";
import type { ModelSpec } from "../models/spec.ts";
import { wideDeep } from "../models/wide_deep.ts";

/**
 * What a case can name. With labels, the name of an encoder is `fc` on the embedding by that encoder,
 * and the `wide-` models are the wide and deep model.
 */
export type ModelName =
  | "fc"
  | "conv"
  | "ae"
  | "vae"
  | "lae"
  | "mild-vae"
  | "strict-vae"
  | "wide-ae"
  | "wide-vae"
  | "wide-lae";

type Input = ModelSpec["input"];
type EncoderName = "ae" | "vae" | "lae" | "mild-vae" | "strict-vae";

interface Model {
  /** The autoencoder whose embedding the classifier sees; null where it sees pixels alone. */
  readonly encoder: EncoderName | null;
  /** What is trained on labels. */
  readonly classifier: (pixels: Input, latents: number) => ModelSpec;
  /** Whether a classifier with an encoder sees the pixels beside the embedding. */
  readonly seesPixels: boolean;
}

/** What is trained without labels. */
export const AUTOENCODERS: {
  readonly [name in EncoderName]: (pixels: Input, latents: number) => ModelSpec;
} = { ae, vae, lae, "mild-vae": mildVae, "strict-vae": strictVae };

function onPixels(classifier: (pixels: Input) => ModelSpec): Model {
  return { encoder: null, classifier, seesPixels: true };
}

function head(encoder: EncoderName): Model {
  const classifier = (_: Input, latents: number) => fc({ kind: "features", width: latents });
  return { encoder, classifier, seesPixels: false };
}

function wideHead(encoder: EncoderName): Model {
  const classifier = ({ width }: Input, latents: number) => wideDeep(width, latents);
  return { encoder, classifier, seesPixels: true };
}

export const MODELS: { readonly [name in ModelName]: Model } = {
  "fc": onPixels(fc),
  "conv": onPixels(conv),
  "ae": head("ae"),
  "vae": head("vae"),
  "lae": head("lae"),
  "mild-vae": head("mild-vae"),
  "strict-vae": head("strict-vae"),
  "wide-ae": wideHead("ae"),
  "wide-vae": wideHead("vae"),
  "wide-lae": wideHead("lae"),
};

/** In the order of the matrix. */
export const MODEL_NAMES: readonly ModelName[] = Object.keys(MODELS) as ModelName[];
