/**
 * A case: one model trained once. Written
 * `[reading-]model[latents][+unlabelled][@labels][.draw][#seed]`, as in `fc@2000#0`, `conv@55000#0`,
 * `vae20#0` (an encoder, trained without labels), `vae20@2000#0` (a classifier on its embedding),
 * `even-vae20@2000.3#0` (the same on centered and scaled codes, and on another draw of labelled
 * images), `wide-vae20@2000#0` (one that sees the pixels too) or `ae20+5000#0` (an encoder that
 * learns from 5,000 images).
 * @module
 */
import { POOL } from "../data/draw.ts";
import type { Reading } from "../data/embedded.ts";
import type { Metric } from "../training/score.ts";
import { MODEL_NAMES, type ModelName, MODELS } from "./models.ts";

/** What is trained, but for the seed: what a band is about. */
export interface Configuration {
  /** The model, or the kind of encoder that it is about. */
  readonly model: ModelName;
  /** Width of the latent space; null for models without one. */
  readonly latents: number | null;
  /** Training images that the encoder learns from, the first ones; null: all of them. */
  readonly unlabelled: number | null;
  /** Labelled training images used; null for an encoder, which needs no labels. */
  readonly labels: number | null;
  /** How a head reads the codes of its encoder; null: as they are. */
  readonly reading: Reading | null;
  /**
   * Which images are labelled, and the seed of the classifier: both a function of this number and
   * the case's seed. From 1; null: the first images, and the case's seed.
   */
  readonly draw: number | null;
}

/** Result = f(case, dataset, numeric version). */
export interface Case extends Configuration {
  /** Unsigned 32-bit. */
  readonly seed: number;
}

export const LARGEST_SEED = 0xffffffff;
export const LARGEST_LATENTS = 1024;
const LARGEST_DRAW = 1_000_000;
/** More images than this cannot be counted one by one. */
const LARGEST_COUNT = Number.MAX_SAFE_INTEGER;

/** Whether a case trains an autoencoder. */
export function isEncoder({ labels }: Configuration): boolean {
  return labels === null;
}

/**
 * What the configurations of the original experiment have in common: an encoder learns from all
 * images, a head reads codes as they are, and the first images are labelled.
 */
export const ORIGINAL = { unlabelled: null, reading: null, draw: null } as const;

/** Whether a configuration has all that `ORIGINAL` says. */
export function isOriginal({ unlabelled, reading, draw }: Configuration): boolean {
  return unlabelled === null && reading === null && draw === null;
}

/** What a case's scores are. */
export function metricOf(configuration: Configuration): Metric {
  return isEncoder(configuration) ? "loss" : "accuracy";
}

/** The case that must have run before this one: a head's encoder, of the same seed; else null. */
export function dependencyOf(c: Case): Case | null {
  const model = MODELS[c.model].encoder;
  return model === null || isEncoder(c)
    ? null
    : { ...c, model, labels: null, reading: null, draw: null };
}

/** The series that a configuration is a point of: the same for every number of labels. */
export function formatSeries(configuration: Configuration): string {
  return formatConfiguration({ ...configuration, labels: null, draw: null });
}

/** For example `fc@2000` or `even-ae20@2000.3`. */
export function formatConfiguration(configuration: Configuration): string {
  const { model, latents, unlabelled, labels, reading, draw } = configuration;
  return (reading === null ? "" : `${reading}-`) + model + (latents ?? "") +
    (unlabelled === null ? "" : `+${unlabelled}`) + (labels === null ? "" : `@${labels}`) +
    (draw === null ? "" : `.${draw}`);
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

/** The number of labelled images that a configuration can use at most, by its name alone. */
export function mostLabels({ unlabelled, draw }: Configuration): number {
  return unlabelled === null && draw === null ? LARGEST_COUNT : POOL;
}

const GRAMMAR =
  /^(?:(even)-)?([a-z-]+)([0-9]+)?(?:\+([0-9]+))?(?:@([0-9]+))?(?:\.([0-9]+))?(?:#([0-9]+))?$/;

/**
 * Reads a case as written by `formatCase`, with or without its seed. Throws a RangeError that says
 * what is wrong if there is no such case.
 *
 * @example A case and its encoder
 * ```ts
 * import { dependencyOf, formatCase, parseCase } from "@latentbench/latentbench";
 * import assert from "node:assert/strict";
 *
 * const parsed = parseCase("even-vae20@2000");
 * assert.equal(parsed.model, "vae");
 * assert.equal(parsed.latents, 20);
 * assert.equal(parsed.labels, 2000);
 * assert.equal(parsed.reading, "even");
 * const head = { ...parsed, seed: 7 };
 * assert.equal(formatCase(head), "even-vae20@2000#7");
 * assert.equal(formatCase(dependencyOf(head)!), "vae20#7");
 * ```
 */
export function parseCase(text: string): ParsedCase {
  const refuse = (reason: string) => new RangeError(`Cannot read the case "${text}": ${reason}`);
  const match = GRAMMAR.exec(text);
  if (!match) {
    throw refuse(
      "a case is [reading-]model[latents][+unlabelled][@labels][.draw][#seed], as in fc@2000#0, " +
        "vae20#0 or even-vae20@2000.1#0",
    );
  }
  const number = (digits: string | undefined) => digits === undefined ? null : Number(digits);
  const reading = match[1] as Reading | undefined ?? null;
  const [latents, unlabelled, labels, draw, seed] = [3, 4, 5, 6, 7].map((i) =>
    number(match[i])
  ) as [
    number | null,
    number | null,
    number | null,
    number | null,
    number | null,
  ];
  const model = MODEL_NAMES.find((known) => known === match[2]);
  if (!model) throw refuse(`unknown model "${match[2]}" (known: ${MODEL_NAMES.join(", ")})`);
  const encoder = MODELS[model].encoder;
  if (encoder === null && latents !== null) throw refuse(`${model} has no latents`);
  if (encoder !== null && (latents === null || latents < 1 || latents > LARGEST_LATENTS)) {
    throw refuse(`${model} needs latents, from 1 to ${LARGEST_LATENTS}, as in ${model}20@2000`);
  }
  if (unlabelled !== null && encoder === null) {
    throw refuse(`${model} has no encoder, so it learns from no unlabelled images`);
  }
  if (unlabelled !== null && (unlabelled < 1 || unlabelled > LARGEST_COUNT)) {
    throw refuse("its encoder needs unlabelled images, at least 1, as in ae20+5000@2000");
  }
  // Only an autoencoder itself is trained without labels.
  if (labels === null ? encoder !== model : labels < 1) {
    const example = `${model}${encoder === null ? "" : 20}@2000`;
    throw refuse(`${model} needs labels, at least 1, as in ${example}`);
  }
  if (labels !== null && labels > LARGEST_COUNT) {
    throw refuse("its labels are more than can be counted");
  }
  if (reading !== null && (encoder === null || labels === null)) {
    throw refuse(`only a head reads codes, as in ${reading}-ae20@2000`);
  }
  if (draw !== null && (labels === null || draw < 1 || draw > LARGEST_DRAW)) {
    throw refuse(`a draw is of labels, and from 1 to ${LARGEST_DRAW}, as in fc@2000.1`);
  }
  const configuration: Configuration = { model, latents, unlabelled, labels, reading, draw };
  if (labels !== null && labels > mostLabels(configuration)) {
    throw refuse(
      `with a draw or a number of unlabelled images, the labels are of the first ${POOL} ` +
        `training images, and it asks for ${labels}`,
    );
  }
  if (seed !== null && seed > LARGEST_SEED) throw refuse(`the seed is above ${LARGEST_SEED}`);
  return { ...configuration, seed };
}
