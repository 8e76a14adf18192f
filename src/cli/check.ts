/** `check`: verdicts on the records in a folder; with a profile or pattern, on what it lacks too. */
import { checkStore } from "../checks/check_store.ts";
import { type ComparedCase, compareRecords, judgeMoved } from "../checks/compare_records.ts";
import { outcomeOf } from "../checks/outcome.ts";
import { overSeeds } from "../checks/over_seeds.ts";
import type { CheckedDataset } from "../checks/verdict.ts";
import { countOf, shortDigest } from "../figures.ts";
import { Store, type StoredRecord, StoreError } from "../store/store.ts";
import { comparisonJson, comparisonTable } from "./comparison_table.ts";
import { EXIT, type ExitCode, UsageError } from "./exit_codes.ts";
import { jsonDocument } from "./json_document.ts";
import { type JunitFile, withJunit } from "./junit.ts";
import type { CheckOptions } from "./options.ts";
import { datasetsOf, wantedCases } from "./scope.ts";
import { seedsTable } from "./seeds_table.ts";
import { tellVerdicts } from "./tell_verdicts.ts";
import { attestedLine, verdictSummary, verdictTable } from "./verdict_table.ts";
import type { World } from "./world.ts";

export function check(options: CheckOptions, world: World): Promise<ExitCode> {
  return withJunit(options.junit, (junit) => checkTo(junit, options, world));
}

async function checkTo(
  junit: JunitFile,
  options: CheckOptions,
  world: World,
): Promise<ExitCode> {
  const stored = await new Store(options.results).readAll();
  const published = await world.readPublished();
  const others = options.against === null ? null : await readOthers(options.against, options);
  const verdicts: (CheckedDataset & { readonly comparison: readonly ComparedCase[] })[] = [];
  for (const dataset of datasetsOf(stored, options)) {
    const wanted = await wantedCases(options, dataset, stored);
    const comparison = others === null ? [] : compareRecords(stored, others, dataset);
    const checked = checkStore(wanted, options.engine, stored, dataset, published);
    verdicts.push({
      dataset,
      checked: judgeMoved(checked, comparison, options.against ?? ""),
      comparison,
    });
  }
  if (options.json && verdicts.length > 1) {
    throw new UsageError(
      `Cannot print one JSON document: ${options.results} holds records of ${verdicts.length} ` +
        "datasets; name one with --dataset",
    );
  }
  const exitCode = EXIT[outcomeOf(verdicts.flatMap(({ checked }) => checked))];
  const text = verdicts.map(({ dataset, checked, comparison }) => {
    const seeds = overSeeds(checked);
    if (options.json) {
      return jsonDocument(options.profile, dataset, checked, exitCode, {
        seeds,
        ...options.against !== null && { against: comparisonJson(options.against, comparison) },
      });
    }
    return [
      verdictTable(checked, world.color),
      seedsTable(seeds),
      options.against === null ? "" : comparisonTable(options.against, comparison),
      `\n${dataset.name}, ${verdictSummary(checked)}\n`,
      attestedLine(checked),
    ].join("");
  }).join("");
  if (others !== null) sayWhatIsOnlyThere(others, verdicts, options, world);
  return await tellVerdicts(verdicts, text, exitCode, junit, world);
}

/** The records of another folder, of the datasets that were asked for; an error where there is none. */
async function readOthers(
  folder: string,
  { dataset }: Pick<CheckOptions, "dataset">,
): Promise<StoredRecord[]> {
  const others = (await new Store(folder).readAll())
    .filter(({ record }) => dataset === null || record.dataset.name === dataset);
  if (others.length > 0) return others;
  throw new StoreError(
    `Cannot compare with ${folder}: there is no ${
      dataset === null ? "" : `${dataset} `
    }record in ` +
      "it; name a results folder with --against",
  );
}

/** A line on stderr for each dataset that only the other folder has records of. */
function sayWhatIsOnlyThere(
  others: readonly StoredRecord[],
  verdicts: readonly CheckedDataset[],
  { against }: CheckOptions,
  world: World,
): void {
  const counts = new Map<string, number>();
  for (const { record: { dataset: { name, sha256 } } } of others) {
    if (verdicts.some(({ dataset }) => dataset.sha256 === sha256)) continue;
    const dataset = `${name} (SHA-256 ${shortDigest(sha256)}...)`;
    counts.set(dataset, (counts.get(dataset) ?? 0) + 1);
  }
  for (const [dataset, count] of counts) {
    world.stderr(`Only in ${against}: ${countOf(count, "record")} of ${dataset}\n`);
  }
}
