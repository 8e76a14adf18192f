/**
 * From a profile, the axes and a pattern to the cases that will run: first the axes set the
 * matrix, then the pattern selects from it. An exact case may lie outside the matrix. What a selected
 * case depends on is selected too, and stands before it.
 * @module
 */
import {
  type Case,
  dependencyOf,
  formatCase,
  formatConfiguration,
  LARGEST_SEED,
  parseCase,
} from "./case.ts";
import { MODELS } from "./models.ts";
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

/** Cases, encoders not counted: beyond it the lists of them would fill the memory, for no use. */
const LARGEST_MATRIX = 50_000;

export function selectCases(selection: Selection, trainingImages: number): Case[] {
  const seeds = seedsOf(selection);
  for (const count of selection.labels ?? []) checkLabels(count, trainingImages);
  const pattern = selection.only;
  if (pattern !== null && isExact(pattern)) {
    return withDependencies(exactCases(pattern, seeds, trainingImages));
  }
  const matrix = expandMatrix(selection, seeds, trainingImages);
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

function expandMatrix(
  selection: Selection,
  seeds: readonly number[],
  trainingImages: number,
): Case[] {
  const blocks: readonly Block[] = PROFILES[selection.profile].blocks;
  const parts = blocks.flatMap((block) =>
    block.models.map((model) => ({
      model,
      latents: MODELS[model].encoder === null ? [null] : selection.latents ?? block.latents ?? [],
      labels: selection.labels ?? block.labels.map((count) => Math.min(count, trainingImages)),
    }))
  );
  const count = parts.reduce(
    (sum, { latents, labels }) => sum + latents.length * labels.length * seeds.length,
    0,
  );
  if (count > LARGEST_MATRIX) {
    throw new RangeError(
      `Cannot select from ${count} cases: the largest matrix has ${LARGEST_MATRIX}; give fewer ` +
        "seeds, labels or latents",
    );
  }
  return withDependencies(
    parts.flatMap(({ model, latents, labels }) =>
      latents.flatMap((latents) =>
        labels.flatMap((labels) => seeds.map((seed) => ({ model, latents, labels, seed })))
      )
    ),
  );
}

/** Each case once, after what it depends on. */
function withDependencies(cases: readonly Case[]): Case[] {
  const all = cases.flatMap((c) => [dependencyOf(c) ?? c, c]);
  return [...new Map(all.map((c) => [formatCase(c), c])).values()];
}

function exactCases(text: string, seeds: readonly number[], trainingImages: number): Case[] {
  const parsed = parseCase(text);
  if (parsed.labels !== null) checkLabels(parsed.labels, trainingImages);
  return (parsed.seed === null ? seeds : [parsed.seed]).map((seed) => ({ ...parsed, seed }));
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

function checkLabels(labels: number, trainingImages: number): void {
  if (labels > trainingImages) {
    throw new RangeError(
      `Cannot use ${labels} labels: the dataset has ${trainingImages} training images`,
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
