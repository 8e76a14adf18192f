/**
 * From a profile, the axes and a pattern to the cases that will run: first the axes set the
 * matrix, then the pattern selects from it. An exact case may lie outside the matrix. What a selected
 * case depends on is selected too, and stands before it.
 * @module
 */
import type { Reading } from "../data/embedded.ts";
import {
  type Case,
  type Configuration,
  dependencyOf,
  formatCase,
  formatConfiguration,
  LARGEST_SEED,
  mostLabels,
  parseCase,
} from "./case.ts";
import { type ModelName, MODELS } from "./models.ts";
import { type Block, type Profile, type ProfileName, PROFILES } from "./profiles.ts";

export interface Selection {
  readonly profile: ProfileName;
  /** Label counts in place of the profile's. */
  readonly labels: readonly number[] | null;
  /** Latent sizes in place of the profile's. */
  readonly latents: readonly number[] | null;
  /** How heads read codes, in place of the profile's; null for as they are. */
  readonly readings: readonly (Reading | null)[] | null;
  /** Numbers of images that encoders learn from, in place of the profile's. */
  readonly unlabelled: readonly number[] | null;
  /** Number of draws of labelled images, in place of the profile's. */
  readonly draws: number | null;
  /** Number of seeds in place of the profile's and its blocks', and the first of them. */
  readonly seeds: number | null;
  readonly firstSeed: number;
  /** A glob over case names (`*` and `?`), or an exact case. */
  readonly only: string | null;
}

/** The axes of a profile as it is. */
export const WHOLE_PROFILE: Omit<Selection, "profile"> = {
  labels: null,
  latents: null,
  readings: null,
  unlabelled: null,
  draws: null,
  seeds: null,
  firstSeed: 0,
  only: null,
};

/** Cases, encoders not counted: beyond it the lists of them would fill the memory, for no use. */
const LARGEST_MATRIX = 50_000;

export function selectCases(selection: Selection, trainingImages: number): Case[] {
  const seeds = seedsOf(selection, PROFILES[selection.profile].seeds);
  for (const count of selection.labels ?? []) checkLabels(count, trainingImages);
  for (const count of selection.unlabelled ?? []) checkUnlabelled(count, trainingImages);
  const pattern = selection.only;
  if (pattern !== null && isExact(pattern)) {
    return withDependencies(exactCases(pattern, seeds, trainingImages));
  }
  const matrix = expandMatrix(selection, trainingImages);
  if (pattern === null) return matrix;
  const selected = matrix.filter((c) => isSelected(pattern, c));
  if (selected.length === 0) {
    const known = [...new Set(matrix.map(formatConfiguration))].join(", ");
    throw new RangeError(`Cannot select "${pattern}": no case of the matrix matches (${known})`);
  }
  return withDependencies(selected);
}

/** Whether a pattern names a case, which may lie outside the matrix. */
export function isExact(pattern: string): boolean {
  return !/[*?]/.test(pattern);
}

function expandMatrix(selection: Selection, trainingImages: number): Case[] {
  const profile: Profile = PROFILES[selection.profile];
  const parts = profile.blocks.flatMap((block) => {
    const seeds = seedsOf(selection, block.seeds ?? profile.seeds);
    return block.models.map((model) => ({
      axes: axesOf(model, block, selection, trainingImages),
      seeds,
    }));
  });
  const count = parts.reduce(
    (sum, { axes, seeds }) =>
      sum + Object.values(axes).reduce((product, axis) => product * axis.length, seeds.length),
    0,
  );
  if (count > LARGEST_MATRIX) {
    throw new RangeError(
      `Cannot select from ${count} cases: the largest matrix has ${LARGEST_MATRIX}; give fewer ` +
        "seeds, labels or latents",
    );
  }
  return withDependencies(
    parts.flatMap(({ axes, seeds }) =>
      configurationsOf(axes).flatMap((configuration) =>
        seeds.map((seed) => ({ ...configuration, seed }))
      )
    ),
  );
}

/** What each part of a configuration is run with. */
type Axes = { readonly [part in keyof Configuration]: readonly Configuration[part][] };

/** The axes of a model: a model without an encoder has none of latents, codes and unlabelled images. */
function axesOf(
  model: ModelName,
  block: Block,
  selection: Selection,
  trainingImages: number,
): Axes {
  const draws = selection.draws ?? block.draws ?? 0;
  const hasEncoder = MODELS[model].encoder !== null;
  return {
    model: [model],
    latents: hasEncoder ? selection.latents ?? block.latents ?? [] : [null],
    unlabelled: hasEncoder
      ? selection.unlabelled ?? block.unlabelled?.map((count) => fewer(count, trainingImages)) ??
        [null]
      : [null],
    labels: selection.labels ?? block.labels.map((count) => Math.min(count, trainingImages)),
    reading: hasEncoder ? selection.readings ?? block.readings ?? [null] : [null],
    draw: draws === 0 ? [null] : Array.from({ length: draws }, (_, i) => i + 1),
  };
}

/** The images, or null for all of them if there are no more. */
function fewer(count: number | null, trainingImages: number): number | null {
  return count === null || count >= trainingImages ? null : count;
}

/** Every combination but those that ask for more labels than a draw, or a part's encoder, has. */
function configurationsOf(axes: Axes): Configuration[] {
  return axes.model.flatMap((model) =>
    axes.latents.flatMap((latents) =>
      axes.unlabelled.flatMap((unlabelled) =>
        axes.reading.flatMap((reading) =>
          axes.draw.flatMap((draw) =>
            axes.labels.map((labels) => ({ model, latents, unlabelled, labels, reading, draw }))
          )
        )
      )
    )
  ).filter((configuration) => configuration.labels! <= mostLabels(configuration));
}

/** Each case once, after what it depends on. */
function withDependencies(cases: readonly Case[]): Case[] {
  const all = cases.flatMap((c) => [dependencyOf(c) ?? c, c]);
  return [...new Map(all.map((c) => [formatCase(c), c])).values()];
}

function exactCases(text: string, seeds: readonly number[], trainingImages: number): Case[] {
  const parsed = parseCase(text);
  if (parsed.labels !== null) checkLabels(parsed.labels, trainingImages);
  if (parsed.unlabelled !== null) checkUnlabelled(parsed.unlabelled, trainingImages);
  return (parsed.seed === null ? seeds : [parsed.seed]).map((seed) => ({ ...parsed, seed }));
}

function seedsOf({ seeds, firstSeed }: Selection, usual: number): number[] {
  const count = seeds ?? usual;
  if (firstSeed + count - 1 > LARGEST_SEED) {
    throw new RangeError(
      `Cannot use ${count} seeds from ${firstSeed}: the largest is ${LARGEST_SEED}`,
    );
  }
  return Array.from({ length: count }, (_, i) => firstSeed + i);
}

function checkLabels(labels: number, trainingImages: number): void {
  if (labels > trainingImages) {
    throw new RangeError(
      `Cannot use ${labels} labels: the dataset has ${trainingImages} training images`,
    );
  }
}

function checkUnlabelled(images: number, trainingImages: number): void {
  if (images > trainingImages) {
    throw new RangeError(
      `Cannot learn from ${images} images: the dataset has ${trainingImages} training images`,
    );
  }
}

/** A pattern without `#` leaves the seed open. */
function isSelected(pattern: string, c: Case): boolean {
  return matchesGlob(pattern, formatCase(c)) ||
    !pattern.includes("#") && matchesGlob(pattern, formatConfiguration(c));
}

/**
 * `*` stands for any characters, `?` for one. Goes back to the last `*` alone: as a regular
 * expression, a pattern of many would take years to fail.
 */
function matchesGlob(pattern: string, text: string): boolean {
  let p = 0, star = -1, retry = 0;
  for (let t = 0; t < text.length;) {
    if (pattern[p] === "*") {
      star = p++;
      retry = t;
    } else if (pattern[p] === "?" || pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star >= 0) {
      p = star + 1;
      t = ++retry;
    } else {
      return false;
    }
  }
  while (pattern[p] === "*") p++;
  return p === pattern.length;
}
