/**
 * A case: one model trained once. Written `model[latents][@labels][#seed]`, as in `fc@2000#0`,
 * `conv@55000#0`, `vae20#0` (an encoder) or `vae20@2000#0` (a classifier on its embedding).
 * @module
 */

/** Models that a case can name. */
export const MODEL_NAMES = ["fc", "conv"] as const;
export type ModelName = (typeof MODEL_NAMES)[number];

/** What is trained, but for the seed: what a band is about. */
export interface Configuration {
  readonly model: ModelName;
  /** Width of the latent space; null for models without one. */
  readonly latents: number | null;
  /** Labelled training images used; null for a model that needs no labels. */
  readonly labels: number | null;
}

/** Result = f(case, dataset, numeric version). */
export interface Case extends Configuration {
  /** Unsigned 32-bit. */
  readonly seed: number;
}

export const LARGEST_SEED = 0xffffffff;

/** For example `fc@2000`. */
export function formatConfiguration({ model, latents, labels }: Configuration): string {
  return model + (latents ?? "") + (labels === null ? "" : `@${labels}`);
}

/** For example `fc@2000#0`. */
export function formatCase(c: Case): string {
  return `${formatConfiguration(c)}#${c.seed}`;
}

/** What a case name says; the seed is null where it is not given. */
export interface ParsedCase extends Configuration {
  readonly seed: number | null;
}

/** Reads a case as written by `formatCase`, with or without its seed. */
export function parseCase(text: string): ParsedCase {
  const match = /^([a-z-]+)([0-9]+)?(?:@([0-9]+))?(?:#([0-9]+))?$/.exec(text);
  if (!match) {
    throw new RangeError(
      `Cannot read the case "${text}": a case is model[latents][@labels][#seed], as in fc@2000#0`,
    );
  }
  const [, name, latents, labels, seed] = match;
  const model = MODEL_NAMES.find((known) => known === name);
  if (!model) {
    throw new RangeError(
      `Cannot read the case "${text}": unknown model "${name}" (known: ${MODEL_NAMES.join(", ")})`,
    );
  }
  if (latents !== undefined) {
    throw new RangeError(`Cannot read the case "${text}": ${model} has no latents`);
  }
  if (labels === undefined || Number(labels) < 1) {
    throw new RangeError(
      `Cannot read the case "${text}": ${model} needs labels, at least 1, as in ${model}@2000`,
    );
  }
  if (seed !== undefined && Number(seed) > LARGEST_SEED) {
    throw new RangeError(`Cannot read the case "${text}": the seed is above ${LARGEST_SEED}`);
  }
  return {
    model,
    latents: null,
    labels: Number(labels),
    seed: seed === undefined ? null : Number(seed),
  };
}
