/**
 * A case: one model trained once. Written `model[latents][@labels][#seed]`, as in `fc@2000#0`,
 * `conv@55000#0`, `vae20#0` (an encoder, trained without labels), `vae20@2000#0` (a classifier on
 * its embedding) or `wide-vae20@2000#0` (one that sees the pixels too).
 * @module
 */
import type { Metric } from "../training/score.ts";
import { MODEL_NAMES, type ModelName, MODELS } from "./models.ts";

/** What is trained, but for the seed: what a band is about. */
export interface Configuration {
  /** The model, or the kind of encoder that it is about. */
  readonly model: ModelName;
  /** Width of the latent space; null for models without one. */
  readonly latents: number | null;
  /** Labelled training images used; null for an encoder, which needs no labels. */
  readonly labels: number | null;
}

/** Result = f(case, dataset, numeric version). */
export interface Case extends Configuration {
  /** Unsigned 32-bit. */
  readonly seed: number;
}

export const LARGEST_SEED = 0xffffffff;
export const LARGEST_LATENTS = 1024;

/** Whether a case trains an autoencoder. */
export function isEncoder({ labels }: Configuration): boolean {
  return labels === null;
}

/** What a case's scores are. */
export function metricOf(configuration: Configuration): Metric {
  return isEncoder(configuration) ? "loss" : "accuracy";
}

/** The case that must have run before this one: a head's encoder, of the same seed; else null. */
export function dependencyOf(c: Case): Case | null {
  const model = MODELS[c.model].encoder;
  return model === null || isEncoder(c) ? null : { ...c, model, labels: null };
}

/** For example `fc@2000`. */
export function formatConfiguration({ model, latents, labels }: Configuration): string {
  return model + (latents ?? "") + (labels === null ? "" : `@${labels}`);
}

/** Its name, for example `fc@2000#0`; `parseCase` reads it back. */
export function formatCase(c: Case): string {
  return `${formatConfiguration(c)}#${c.seed}`;
}

/** What a case name says; the seed is null where it is not given. */
export interface ParsedCase extends Configuration {
  /** Unsigned 32-bit. */
  readonly seed: number | null;
}

/**
 * Reads a case as written by `formatCase`, with or without its seed. Throws a RangeError that says
 * what is wrong where there is no such case.
 *
 * @example A case and its encoder
 * ```ts
 * import { dependencyOf, formatCase, parseCase } from "@latentbench/latentbench";
 * import assert from "node:assert/strict";
 *
 * const parsed = parseCase("vae20@2000");
 * assert.deepEqual(parsed, { model: "vae", latents: 20, labels: 2000, seed: null });
 * const head = { ...parsed, seed: 7 };
 * assert.equal(formatCase(head), "vae20@2000#7");
 * assert.equal(formatCase(dependencyOf(head)!), "vae20#7");
 * ```
 */
export function parseCase(text: string): ParsedCase {
  const refuse = (reason: string) => new RangeError(`Cannot read the case "${text}": ${reason}`);
  const match = /^([a-z-]+)([0-9]+)?(?:@([0-9]+))?(?:#([0-9]+))?$/.exec(text);
  if (!match) {
    throw refuse("a case is model[latents][@labels][#seed], as in fc@2000#0 or vae20#0");
  }
  const number = (digits: string | undefined) => digits === undefined ? null : Number(digits);
  const [latents, labels, seed] = [number(match[2]), number(match[3]), number(match[4])];
  const model = MODEL_NAMES.find((known) => known === match[1]);
  if (!model) throw refuse(`unknown model "${match[1]}" (known: ${MODEL_NAMES.join(", ")})`);
  const encoder = MODELS[model].encoder;
  if (encoder === null && latents !== null) throw refuse(`${model} has no latents`);
  if (encoder !== null && (latents === null || latents < 1 || latents > LARGEST_LATENTS)) {
    throw refuse(`${model} needs latents, from 1 to ${LARGEST_LATENTS}, as in ${model}20@2000`);
  }
  // Only an autoencoder itself is trained without labels.
  if (labels === null ? encoder !== model : labels < 1) {
    const example = `${model}${encoder === null ? "" : 20}@2000`;
    throw refuse(`${model} needs labels, at least 1, as in ${example}`);
  }
  if (labels !== null && !Number.isSafeInteger(labels)) {
    throw refuse("its labels are more than can be counted");
  }
  if (seed !== null && seed > LARGEST_SEED) throw refuse(`the seed is above ${LARGEST_SEED}`);
  return { model, latents, labels, seed };
}
