/**
 * Verdicts on the records of one dataset, and on cases that should have one.
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Dataset } from "../data/dataset.ts";
import { READINGS } from "../data/embedded.ts";
import { ENGINE_NAMES, type EngineName } from "../engines/engine_name.ts";
import type { Case } from "../matrix/case.ts";
import { MODEL_NAMES } from "../matrix/models.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { type PackedHeads, readPackedHeads } from "../store/packed_heads.ts";
import { Store, type StoredRecord } from "../store/store.ts";
import { baselineOf } from "./baseline.ts";
import { type Bands, findBand, parseBands } from "./bands.ts";
import { checkCase, checkedId, type PublishedResult } from "./check_case.ts";
import { testLabelsOf } from "./test_labels.ts";
import type { CheckedCase } from "./verdict.ts";

export type CaseOfEngine = Pick<CheckedCase, "case" | "engine">;

/** What the project publishes: bands, and the records of the reference run. */
export interface Published {
  readonly bands: Bands;
  readonly records: readonly StoredRecord[];
  /** Drawn heads, packed. */
  readonly heads?: PackedHeads | null;
}

/** The results folder of the reference run: records, and beside them embeddings and artifacts. */
export const REFERENCE = new Store(
  fileURLToPath(new URL("../../reports/reference", import.meta.url)),
);

export async function readPublished(): Promise<Published> {
  const bands = new URL("./bands.json", import.meta.url);
  return {
    bands: parseBands(await Deno.readTextFile(bands), "src/checks/bands.json"),
    records: await REFERENCE.readAll(),
    heads: await readPackedHeads(REFERENCE),
  };
}

/**
 * Checks the wanted cases of an engine, and all cases of which the store holds a record of this
 * dataset, ordered by case, then by engine.
 */
export function checkStore(
  wanted: readonly Case[],
  engine: EngineName,
  stored: readonly StoredRecord[],
  dataset: Pick<Dataset, "sha256">,
  { bands, records, heads }: Published,
): CheckedCase[] {
  const mine = stored.filter(({ record }) => record.dataset.sha256 === dataset.sha256);
  const best = bestRecords(mine);
  const references = bestRecords(
    records.filter(({ record }) =>
      record.dataset.sha256 === dataset.sha256 && record.numericVersion === NUMERIC_VERSION
    ),
  );
  const packed = new Map(
    heads?.dataset.sha256 === dataset.sha256
      ? heads.heads.map(({ case: c, ...result }) => [checkedId(c, "exact"), result])
      : [],
  );
  const publishedOf = (c: Case): PublishedResult | null => {
    const id = checkedId(c, "exact");
    const record = references.get(id)?.record;
    return record?.status === "ok" ? record.result : packed.get(id) ?? null;
  };
  const scoreOf = (c: Case, engine: EngineName): number | null => {
    const record = best.get(checkedId(c, engine))?.record;
    return record?.status === "ok" && record.numericVersion === NUMERIC_VERSION
      ? record.result.score
      : publishedOf(c)?.score ?? null;
  };
  const known = bands.numericVersion === NUMERIC_VERSION ? bands : null;
  const testLabels = testLabelsOf(dataset.sha256);
  const byId = new Map<string, CaseOfEngine>();
  const all = [...wanted.map((c) => ({ case: c, engine })), ...mine.map(({ record }) => record)];
  for (const { case: c, engine } of all) byId.set(checkedId(c, engine), { case: c, engine });
  return [...byId].sort(([, a], [, b]) => inOrder(a, b)).map(([id, { case: c, engine }]) =>
    checkCase(c, engine, best.get(id) ?? null, {
      band: known && findBand(known, dataset.sha256, c),
      origin: bands.origin,
      reference: engine === "exact" ? publishedOf(c) : null,
      twin: engine === "exact" ? null : publishedOf(c),
      baseline: known && baselineOf(c, known, dataset.sha256, (fc) => scoreOf(fc, engine)),
      testLabels,
    })
  );
}

/** By checked id, the record of today's numeric version, else of the highest other one. */
export function bestRecords(stored: readonly StoredRecord[]): Map<string, StoredRecord> {
  const rank = ({ record: { numericVersion } }: StoredRecord) =>
    numericVersion === NUMERIC_VERSION ? Infinity : numericVersion;
  const best = new Map<string, StoredRecord>();
  for (const one of stored) {
    const id = checkedId(one.record.case, one.record.engine);
    const other = best.get(id);
    if (other === undefined || rank(one) > rank(other)) best.set(id, one);
  }
  return best;
}

/** The order of the matrix, then of the engines. */
export function inOrder(left: CaseOfEngine, right: CaseOfEngine): number {
  const [a, b] = [left.case, right.case];
  const by = (part: "latents" | "unlabelled" | "labels" | "draw") =>
    (a[part] ?? 0) - (b[part] ?? 0);
  const rank = ({ reading }: Case) => reading === null ? -1 : READINGS.indexOf(reading);
  return MODEL_NAMES.indexOf(a.model) - MODEL_NAMES.indexOf(b.model) || by("latents") ||
    by("unlabelled") || rank(a) - rank(b) || by("labels") || by("draw") || a.seed - b.seed ||
    ENGINE_NAMES.indexOf(left.engine) - ENGINE_NAMES.indexOf(right.engine);
}
