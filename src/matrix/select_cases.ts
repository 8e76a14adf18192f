/**
 * From a profile, the axes and a pattern to the cases that will run: first the axes set the
 * matrix, then the pattern selects from it. An exact case may lie outside the matrix.
 * @module
 */
import { type Case, formatCase, formatConfiguration, LARGEST_SEED, parseCase } from "./case.ts";
import { type ProfileName, PROFILES } from "./profiles.ts";

export interface Selection {
  readonly profile: ProfileName;
  /** Label counts in place of the profile's. */
  readonly labels: readonly number[] | null;
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
  if (!/[*?]/.test(pattern)) return exactCases(pattern, selection, trainingImages);
  const expression = globExpression(pattern);
  const selected = matrix.filter((c) => expression.test(formatCase(c)));
  if (selected.length === 0) {
    const known = [...new Set(matrix.map(formatConfiguration))].join(", ");
    throw new RangeError(`Cannot select "${pattern}": no case of the matrix matches (${known})`);
  }
  return selected;
}

function expandMatrix(selection: Selection, trainingImages: number): Case[] {
  const profile = PROFILES[selection.profile];
  const labels = selection.labels?.map((count) => checkedLabels(count, trainingImages)) ??
    profile.labels.map((count) => Math.min(count, trainingImages));
  return profile.models.flatMap((model) =>
    [...new Set(labels)].flatMap((count) =>
      seedsOf(selection).map((seed) => ({ model, latents: null, labels: count, seed }))
    )
  );
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
