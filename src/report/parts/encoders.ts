/**
 * The encoders of a report whose tensors are there, and the seed by which sections show one run of
 * each. Our engine's encoders come before those of another, and two engines are never mixed.
 */
import { ENGINE_NAMES } from "../../engines/engine_name.ts";
import { isEncoder, isOriginal } from "../../matrix/case.ts";
import type { Tensor } from "../../models/parameters.ts";
import type { Artifacts, ReportInput } from "../input.ts";

export type EncoderModel = "ae" | "vae";

/** A trained encoder and what it left for pictures. */
export interface Encoder {
  /** The case's name, e.g. `vae2#0`. */
  readonly id: string;
  readonly model: EncoderModel;
  readonly latents: number;
  readonly seed: number;
  readonly artifacts: Artifacts;
}

export const ENCODER_LABELS: { readonly [model in EncoderModel]: string } = {
  ae: "AE",
  vae: "VAE",
};

/** The encoders of one engine that left all of these tensors: by latents, AE first, then by seed. */
export function encodersWith(
  { cases, artifacts }: Pick<ReportInput, "cases" | "artifacts">,
  tensors: readonly string[],
): Encoder[] {
  for (const engine of ENGINE_NAMES) {
    const found = cases.flatMap((c): Encoder[] => {
      const { model, latents, seed } = c.case;
      const left = artifacts.get(c.id);
      if (c.engine !== engine || !isEncoder(c.case) || !isOriginal(c.case)) return [];
      if (latents === null || !left) return [];
      if (model !== "ae" && model !== "vae" || !tensors.every((name) => left.has(name))) return [];
      return [{ id: c.id, model, latents, seed, artifacts: left }];
    });
    if (found.length > 0) return found.sort(inReadingOrder);
  }
  return [];
}

/** The lowest of the seeds that most of the encoders share; null where there is no encoder. */
export function sharedSeed(encoders: readonly Encoder[]): number | null {
  const counts = [...Map.groupBy(encoders, ({ seed }) => seed)]
    .map(([seed, members]) => ({ seed, count: members.length }));
  counts.sort((a, b) => b.count - a.count || a.seed - b.seed);
  return counts[0]?.seed ?? null;
}

/** A tensor that `encodersWith` asked for. */
export function tensorOf({ id, artifacts }: Encoder, name: string): Tensor {
  const tensor = artifacts.get(name);
  if (!tensor) throw new TypeError(`Cannot draw ${id}: it left no ${name}`);
  return tensor;
}

function inReadingOrder(a: Encoder, b: Encoder): number {
  return a.latents - b.latents || a.model.localeCompare(b.model) || a.seed - b.seed;
}
