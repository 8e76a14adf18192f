/**
 * Verdicts on the records of one dataset, and on cases that should have one.
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Dataset } from "../data/dataset.ts";
import { type Case, formatCase, MODEL_NAMES } from "../matrix/case.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { Store, type StoredRecord } from "../store/store.ts";
import { type Bands, findBand, parseBands } from "./bands.ts";
import { checkCase } from "./check_case.ts";
import type { CheckedCase } from "./verdict.ts";

/** What the project publishes: bands, and the records of the reference run. */
export interface Published {
  readonly bands: Bands;
  readonly records: readonly StoredRecord[];
}

export async function readPublished(): Promise<Published> {
  const bands = new URL("./bands.json", import.meta.url);
  const reference = new URL("../../reports/reference", import.meta.url);
  return {
    bands: parseBands(await Deno.readTextFile(bands), "src/checks/bands.json"),
    records: await new Store(fileURLToPath(reference)).readAll(),
  };
}

/**
 * Checks the wanted cases and all cases of which the store holds a record of this dataset, ordered
 * by case.
 */
export function checkStore(
  wanted: readonly Case[],
  stored: readonly StoredRecord[],
  dataset: Pick<Dataset, "sha256">,
  { bands, records }: Published,
): CheckedCase[] {
  const mine = stored.filter(({ record }) => record.dataset.sha256 === dataset.sha256);
  const cases = new Map<string, Case>();
  for (const c of [...wanted, ...mine.map(({ record }) => record.case)]) {
    cases.set(formatCase(c), c);
  }
  return [...cases.values()].sort(compareCases).map((c) => {
    const current = bestRecord(mine, c);
    const reference = records.find(({ record }) =>
      record.dataset.sha256 === dataset.sha256 && record.numericVersion === NUMERIC_VERSION &&
      formatCase(record.case) === formatCase(c)
    );
    return checkCase(c, current, {
      band: bands.numericVersion === NUMERIC_VERSION ? findBand(bands, dataset.sha256, c) : null,
      origin: bands.origin,
      reference: reference?.record ?? null,
    });
  });
}

/** The case's record of today's numeric version, else of the highest other one, else null. */
function bestRecord(stored: readonly StoredRecord[], c: Case): StoredRecord | null {
  const records = stored.filter(({ record }) => formatCase(record.case) === formatCase(c))
    .sort((a, b) => b.record.numericVersion - a.record.numericVersion);
  return records.find(({ record }) => record.numericVersion === NUMERIC_VERSION) ??
    records[0] ?? null;
}

function compareCases(a: Case, b: Case): number {
  return MODEL_NAMES.indexOf(a.model) - MODEL_NAMES.indexOf(b.model) ||
    (a.latents ?? 0) - (b.latents ?? 0) || (a.labels ?? 0) - (b.labels ?? 0) || a.seed - b.seed;
}
