/** What a command on a folder of records is about: which datasets, and which cases should be there. */
import { type Dataset, TRAINING_IMAGES } from "../data/dataset.ts";
import { selectCases } from "../matrix/select_cases.ts";
import { type StoredRecord, StoreError } from "../store/store.ts";
import { asUsage } from "./exit_codes.ts";
import type { CheckOptions } from "./options.ts";

/** The datasets that records are of, each once; only those of the name that was asked for. */
export function datasetsOf(
  stored: readonly StoredRecord[],
  { results, dataset }: Pick<CheckOptions, "results" | "dataset">,
): Pick<Dataset, "name" | "sha256">[] {
  const datasets = stored.map(({ record }) => record.dataset)
    .filter(({ name }) => dataset === null || name === dataset);
  if (datasets.length === 0) {
    throw new StoreError(
      `Cannot find any ${dataset === null ? "" : `${dataset} `}record in ${results}: ` +
        "run deno task reproduce first, or name its --results folder",
    );
  }
  return [...new Map(datasets.map((dataset) => [dataset.sha256, dataset])).values()];
}

/** The cases that the options ask for; none where they ask for nothing. */
export function wantedCases(
  options: Omit<CheckOptions, "json" | "junit" | "against">,
  dataset: Pick<Dataset, "name" | "sha256">,
  stored: readonly StoredRecord[],
) {
  const { profile, only, labels, latents, seeds, seed, engine } = options;
  const { unlabelled, readings, draws } = options;
  const axes = [profile, only, labels, latents, unlabelled, readings, draws, seeds];
  if (axes.every((axis) => axis === null) && seed === 0 && engine === "exact") return [];
  const images = trainingImagesOf(dataset, stored);
  return asUsage(() =>
    selectCases({ ...options, profile: profile ?? "headline", firstSeed: options.seed }, images)
  );
}

/** How many there are; of a dataset that somebody brings its records say it. */
function trainingImagesOf(
  { name, sha256 }: Pick<Dataset, "name" | "sha256">,
  stored: readonly StoredRecord[],
): number {
  if (name !== "idx") return TRAINING_IMAGES[name];
  const counts = stored.filter(({ record }) => record.dataset.sha256 === sha256)
    .map(({ record }) => record.provenance.trainingImages);
  return counts.find((count) => count !== undefined) ?? TRAINING_IMAGES.mnist;
}
