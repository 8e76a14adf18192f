/** `check`: verdicts on the records in a folder; with a profile or pattern, on what it lacks too. */
import { checkStore } from "../checks/check_store.ts";
import { outcomeOf } from "../checks/outcome.ts";
import type { CheckedCase } from "../checks/verdict.ts";
import { type Dataset, TRAINING_IMAGES } from "../data/dataset.ts";
import { selectCases } from "../matrix/select_cases.ts";
import { Store, type StoredRecord, StoreError } from "../store/store.ts";
import { asUsage, EXIT, type ExitCode, UsageError } from "./exit_codes.ts";
import { jsonDocument } from "./json_document.ts";
import type { CheckOptions } from "./options.ts";
import { verdictSummary, verdictTable } from "./verdict_table.ts";
import type { World } from "./world.ts";

export async function check(options: CheckOptions, world: World): Promise<ExitCode> {
  const stored = await new Store(options.results).readAll();
  const published = await world.readPublished();
  const byDataset: { dataset: Pick<Dataset, "name" | "sha256">; checked: CheckedCase[] }[] = [];
  for (const dataset of datasetsOf(stored, options)) {
    const wanted = await wantedCases(options, dataset.name);
    byDataset.push({
      dataset,
      checked: checkStore(wanted, options.engine, stored, dataset, published),
    });
  }
  if (options.json && byDataset.length > 1) {
    throw new UsageError(
      `Cannot print one JSON document: ${options.results} holds records of ${byDataset.length} ` +
        "datasets; name one with --dataset",
    );
  }
  const exitCode = EXIT[outcomeOf(byDataset.flatMap(({ checked }) => checked))];
  for (const { dataset, checked } of byDataset) {
    if (options.json) {
      world.stdout(jsonDocument(options.profile, dataset, checked, exitCode));
    } else {
      world.stdout(verdictTable(checked, world.color));
      world.stdout(`\n${dataset.name}, ${verdictSummary(checked)}\n`);
    }
  }
  return exitCode;
}

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
  options: Omit<CheckOptions, "json">,
  name: Dataset["name"],
) {
  const { profile, only, labels, latents, seeds, seed, engine } = options;
  const axes = [profile, only, labels, latents, seeds];
  if (axes.every((axis) => axis === null) && seed === 0 && engine === "exact") return [];
  const images = name === "idx" ? TRAINING_IMAGES.mnist : TRAINING_IMAGES[name];
  return asUsage(() =>
    selectCases({ ...options, profile: profile ?? "headline", firstSeed: options.seed }, images)
  );
}
