import { ae, vae } from "../models/autoencoder.ts";
import { conv } from "../models/conv.ts";
import { fc } from "../models/fc.ts";
import type { ModelSpec } from "../models/spec.ts";
import { wideDeep } from "../models/wide_deep.ts";
import { type Configuration, isEncoder } from "./case.ts";

/** The model that a case trains, on images of `width` pixels. */
export function modelOf(configuration: Configuration, width: number): ModelSpec {
  const { model } = configuration;
  const pixels = { kind: "pixels", width } as const;
  const latents = configuration.latents ?? 0;
  switch (model) {
    case "fc":
      return fc(pixels);
    case "conv":
      return conv(pixels);
    case "ae":
    case "vae":
      if (!isEncoder(configuration)) return fc({ kind: "features", width: latents });
      return model === "ae" ? ae(pixels, latents) : vae(pixels, latents);
    case "wide-ae":
    case "wide-vae":
      return wideDeep(width, latents);
    default:
      return model satisfies never;
  }
}
