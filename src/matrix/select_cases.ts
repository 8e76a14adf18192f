/**
 * From a profile, the axes and a pattern to the cases that will run: first the axes set the
 * matrix, then the pattern selects from it. An exact case may lie outside the matrix. What a selected
 * case depends on is selected too, and stands before it.
 * @module
 */
import {
  type Case,
  dependencyOf,
  ENCODER_OF,
  formatCase,
  formatConfiguration,
  LARGEST_SEED,
  parseCase,
} from "./case.ts";
import { type Block, type ProfileName, PROFILES } from "./profiles.ts";

export interface Selection {
  readonly profile: ProfileName;
  /** Label counts in place of the profile's. */
  readonly labels: readonly number[] | null;
  /** Latent sizes in place of the profile's. */
  readonly latents: readonly number[] | null;
  /** Number of seeds in place of the profile's, and the first of them. */
  readonly seeds: number | null;
  readonly firstSeed: number;
  /** A glob over case names (`*` and `?`), or an exact case. */
  readonly only: string | null;
}

export function selectCases(selection: Selection, trainingImages: number): Case[] {
  const matrix = expandMatrix(selection, trainingImages);
  if (selection.only === null) return matrix;
  const pattern = selection.only;
  if (!/[*?]/.test(pattern)) {
    return withDependencies(exactCases(pattern, selection, trainingImages));
  }
  const expression = globExpression(pattern);
  const selected = matrix.filter((c) => expression.test(formatCase(c)));
  if (selected.length === 0) {
    const known = [...new Set(matrix.map(formatConfiguration))].join(", ");
    throw new RangeError(`Cannot select "${pattern}": no case of the matrix matches (${known})`);
  }
  return withDependencies(selected);
}

function expandMatrix(selection: Selection, trainingImages: number): Case[] {
  const blocks: readonly Block[] = PROFILES[selection.profile].blocks;
  const seeds = seedsOf(selection);
  const asked = selection.labels?.map((count) => checkedLabels(count, trainingImages));
  return withDependencies(blocks.flatMap((block) => {
    const labels = asked ?? block.labels.map((count) => Math.min(count, trainingImages));
    return block.models.flatMap((model) => {
      const latents = ENCODER_OF[model] === null
        ? [null]
        : selection.latents ?? block.latents ?? [];
      return latents.flatMap((latents) =>
        labels.flatMap((labels) => seeds.map((seed) => ({ model, latents, labels, seed })))
      );
    });
  }));
}

/** Each case once, after what it depends on. */
function withDependencies(cases: readonly Case[]): Case[] {
  const all = cases.flatMap((c) => [dependencyOf(c) ?? c, c]);
  return [...new Map(all.map((c) => [formatCase(c), c])).values()];
}

function exactCases(text: string, selection: Selection, trainingImages: number): Case[] {
  const parsed = parseCase(text);
  if (parsed.labels !== null) checkedLabels(parsed.labels, trainingImages);
  const seeds = parsed.seed === null ? seedsOf(selection) : [parsed.seed];
  return seeds.map((seed) => ({ ...parsed, seed }));
}

function seedsOf({ profile, seeds, firstSeed }: Selection): number[] {
  const count = seeds ?? PROFILES[profile].seeds;
  if (firstSeed + count - 1 > LARGEST_SEED) {
    throw new RangeError(
      `Cannot use ${count} seeds from ${firstSeed}: the largest is ${LARGEST_SEED}`,
    );
  }
  return Array.from({ length: count }, (_, i) => firstSeed + i);
}

function checkedLabels(labels: number, trainingImages: number): number {
  if (labels > trainingImages) {
    throw new RangeError(
      `Cannot use ${labels} labels: the dataset has ${trainingImages} training images`,
    );
  }
  return labels;
}

/** `*` stands for any characters, `?` for one; a pattern without `#` leaves the seed open. */
function globExpression(pattern: string): RegExp {
  const source = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${source}${pattern.includes("#") ? "" : "(#[0-9]+)?"}$`);
}
