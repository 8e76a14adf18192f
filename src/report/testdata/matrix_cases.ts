/** A matrix for tests, of the sizes that ours had when they were written: what is added to ours moves none. */
import { type Case, dependencyOf, formatCase, ORIGINAL } from "../../matrix/case.ts";
import type { Block } from "../../matrix/profiles.ts";

const LABEL_CURVE = [250, 500, 1000, 2000, 5000, 10000, 25000, 55000];
const ALL_LABELS = [100, ...LABEL_CURVE];

/** Thirteen cases a seed. */
export const HEADLINE: readonly Block[] = [
  { models: ["fc"], labels: LABEL_CURVE },
  { models: ["conv"], labels: [55000] },
  { models: ["ae", "vae"], latents: [20], labels: [2000] },
];

/** 208 cases a seed. */
export const FULL: readonly Block[] = [
  { models: ["fc", "conv"], labels: ALL_LABELS },
  {
    models: ["ae", "vae", "wide-ae", "wide-vae"],
    latents: [2, 5, 10, 20, 50],
    labels: ALL_LABELS,
  },
];

/** The cases of blocks, each once, after what it depends on. */
export function matrixCases(blocks: readonly Block[], seeds: number): Case[] {
  const cases = blocks.flatMap(({ models, latents = [null], labels }) =>
    models.flatMap((model) =>
      latents.flatMap((latents) =>
        labels.flatMap((labels) =>
          Array.from(
            { length: seeds },
            (_, seed): Case => ({ ...ORIGINAL, model, latents, labels, seed }),
          )
        )
      )
    )
  ).flatMap((c) => [dependencyOf(c) ?? c, c]);
  return [...new Map(cases.map((c) => [formatCase(c), c])).values()];
}
