/** The profiles: named parts of the matrix, as data. */
import type { Reading } from "../data/embedded.ts";
import type { ModelName } from "./models.ts";

/** Some models with the axes that they are run along. */
export interface Block {
  readonly models: readonly ModelName[];
  /** Label counts; those beyond a dataset's training images become all of them. */
  readonly labels: readonly number[];
  /** Latent sizes, for models that have any. */
  readonly latents?: readonly number[];
  /** Images that encoders learn from, null for all of them; by default only that. */
  readonly unlabelled?: readonly (number | null)[];
  /** How heads read the codes, null for as they are; by default only that. */
  readonly readings?: readonly (Reading | null)[];
  /** Draws of labelled images, 1 up to this; by default the first images. */
  readonly draws?: number;
  /** Seeds, from 0, fewer than the profile's; by default as many. */
  readonly seeds?: number;
}

/** Encoders are not named: they belong to their heads, and come with them. */
export interface Profile {
  readonly purpose: string;
  readonly blocks: readonly Block[];
  readonly seeds: number;
}

const LABEL_CURVE = [250, 500, 1000, 2000, 5000, 10000, 25000, 55000];
const ALL_LABELS = [100, ...LABEL_CURVE];
const DRAWN_LABELS = [100, 250, 2000];
const BOTH_READINGS = [null, "even"] as const;

/** Twenty images teach an encoder little. Heads that read its codes raw are near chance. */
const SMOKE: readonly Block[] = [
  { models: ["fc"], labels: [250] },
  { models: ["conv"], labels: [100] },
  { models: ["vae"], latents: [20], unlabelled: [20], labels: [2000], readings: ["even"] },
  { models: ["wide-ae"], latents: [20], unlabelled: [20], labels: [2000] },
];

/** All four models, and both readings of the codes. */
const QUICK: readonly Block[] = [
  { models: ["fc"], labels: [250, 2000, 10000] },
  { models: ["conv"], labels: [250] },
  {
    ...{ models: ["ae", "vae"], latents: [20], unlabelled: [1000] },
    ...{ labels: [250, 2000], readings: BOTH_READINGS },
  },
];

const UNLABELLED: Block = {
  ...{ models: ["ae", "vae"], latents: [20], labels: [2000], readings: BOTH_READINGS },
  unlabelled: [1000, 2500, 5000, 10000, 25000, null],
};

export const PROFILES = {
  smoke: {
    purpose: "does everything run here?",
    blocks: SMOKE,
    seeds: 1,
  },
  quick: {
    purpose: "all four models in small, in minutes",
    blocks: QUICK,
    seeds: 1,
  },
  headline: {
    purpose: "the results of the experiment of 2017, one seed",
    blocks: [
      { models: ["fc"], labels: LABEL_CURVE },
      { models: ["conv"], labels: [55000] },
      { models: ["ae", "vae"], latents: [20], labels: [2000] },
    ],
    seeds: 1,
  },
  unlabelled: {
    purpose: "how many unlabelled digits does it take?",
    blocks: [{ models: ["fc"], labels: ALL_LABELS }, UNLABELLED],
    seeds: 3,
  },
  experiment: {
    purpose: "why does the VAE not beat the AE? see docs/ae_or_vae.md",
    blocks: [
      { models: ["fc"], labels: ALL_LABELS, seeds: 6 },
      ...comparedHeads({ models: ["ae", "vae", "lae"], latents: [20] }),
      { models: ["wide-ae", "wide-vae", "wide-lae"], latents: [20], labels: ALL_LABELS },
      ...comparedHeads({ models: ["ae", "vae"], latents: [2, 5], seeds: 6 }),
      ...comparedHeads({ models: ["mild-vae", "strict-vae"], latents: [20], seeds: 3 }),
    ],
    seeds: 12,
  },
  full: {
    purpose: "all that is published",
    blocks: [
      ...[...SMOKE, ...QUICK].map((block): Block => ({ ...block, seeds: 1 })),
      { models: ["fc"], labels: ALL_LABELS },
      { models: ["conv"], labels: [250, 2000, 10000, 55000] },
      { models: ["ae", "vae"], latents: [20], labels: [2000] },
      { ...UNLABELLED, seeds: 3 },
      { models: ["ae", "vae"], latents: [5], labels: [2000], seeds: 1 },
      ...comparedHeads({ models: ["ae", "vae"], latents: [2], seeds: 1 }),
      ...comparedHeads({ models: ["ae", "vae", "lae"], latents: [20] }),
      { models: ["wide-ae", "wide-vae", "wide-lae"], latents: [20], labels: ALL_LABELS },
    ],
    seeds: 6,
  },
} as const satisfies { readonly [name: string]: Profile };

/** The experiment's heads, raw and even: on the first images, and on draws. */
function comparedHeads(encoders: Pick<Block, "models" | "latents" | "seeds">): Block[] {
  return [
    { ...encoders, labels: ALL_LABELS, readings: BOTH_READINGS },
    { ...encoders, labels: DRAWN_LABELS, readings: BOTH_READINGS, draws: 5 },
  ];
}

export type ProfileName = keyof typeof PROFILES;

export const PROFILE_NAMES = Object.keys(PROFILES) as ProfileName[];
