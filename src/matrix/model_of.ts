import type { ModelSpec } from "../models/spec.ts";
import { type Configuration, isEncoder } from "./case.ts";
import { AUTOENCODERS, MODELS } from "./models.ts";

/** The model that a case trains, on images of `width` pixels: 784 in every dataset here. */
export function modelOf(configuration: Configuration, width: number): ModelSpec {
  const { encoder, classifier } = MODELS[configuration.model];
  const train = encoder !== null && isEncoder(configuration) ? AUTOENCODERS[encoder] : classifier;
  return train({ kind: "pixels", width }, configuration.latents ?? 0);
}
