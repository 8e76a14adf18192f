/**
 * Verdicts on the records of one dataset, and on cases that should have one.
 * @module
 */
import { fileURLToPath } from "node:url";
import type { Dataset } from "../data/dataset.ts";
import { READINGS } from "../data/embedded.ts";
import { ENGINE_NAMES, type EngineName } from "../engines/engine_name.ts";
import { type Case, dependencyOf, parseCase } from "../matrix/case.ts";
import { MODEL_NAMES } from "../matrix/models.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { Attestation } from "../store/attest.ts";
import { type PackedHeads, readPackedHeads } from "../store/packed_heads.ts";
import { Store, type StoredRecord } from "../store/store.ts";
import { type Attested, attestedBy, isSameRun } from "./attested.ts";
import { baselineOf } from "./baseline.ts";
import { type Bands, findBand, parseBands } from "./bands.ts";
import { checkCase, checkedId, type PublishedResult } from "./check_case.ts";
import { differencesOf } from "./compare_results.ts";
import { testLabelsOf } from "./test_labels.ts";
import type { CheckedCase } from "./verdict.ts";

export type CaseOfEngine = Pick<CheckedCase, "case" | "engine">;

/** What the project publishes: bands, the records of the reference run, and who repeated them. */
export interface Published {
  readonly bands: Bands;
  readonly records: readonly StoredRecord[];
  /** Drawn heads, packed. */
  readonly heads?: PackedHeads | null;
  readonly attestations?: readonly Attestation[];
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
    attestations: await REFERENCE.readAttestations(),
  };
}

/**
 * Checks the wanted cases of an engine, and all cases of which the store holds a record of this
 * dataset, ordered by case, then by engine. Beside published records that is also every case of which
 * an attestation contradicts what is published.
 */
export function checkStore(
  wanted: readonly Case[],
  engine: EngineName,
  stored: readonly StoredRecord[],
  dataset: Pick<Dataset, "sha256">,
  { bands, records, heads, attestations = [] }: Published,
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
  const entries = entriesOn(dataset, attestations);
  const attested = new Map<string, Attested>();
  for (const [id, { record }] of best) {
    const published = references.get(id)?.record;
    if (record.status !== "ok" || published?.status !== "ok" || record.engine !== "exact") continue;
    if (!isSameRun(record, published)) continue;
    if (differencesOf(published.result, record.result).length > 0) continue;
    const said = entries.get(id)?.entries ?? [];
    attested.set(id, attestedBy(record.result, record.provenance, said));
  }
  const known = bands.numericVersion === NUMERIC_VERSION ? bands : null;
  const testLabels = testLabelsOf(dataset.sha256);
  const byId = new Map<string, CaseOfEngine>();
  const all = [...wanted.map((c) => ({ case: c, engine })), ...mine.map(({ record }) => record)];
  for (const { case: c, engine } of all) byId.set(checkedId(c, engine), { case: c, engine });
  if (attested.size > 0) {
    for (const [id, { case: c, entries: said }] of entries) {
      const { contradictions } = attestedBy(publishedOf(c), null, said);
      if (contradictions.length === 0 || byId.has(id)) continue;
      byId.set(id, { case: c, engine: "exact" });
      attested.set(id, { repeatedBy: [], contradictions });
    }
  }
  return [...byId].sort(([, a], [, b]) => inOrder(a, b)).map(([id, { case: c, engine }]) => {
    const encoder = dependencyOf(c);
    return checkCase(c, engine, best.get(id) ?? null, {
      band: known && findBand(known, dataset.sha256, c),
      origin: bands.origin,
      reference: engine === "exact" && !attested.has(id) ? publishedOf(c) : null,
      attested: attested.get(id) ?? null,
      encoder: engine === "exact" && encoder !== null
        ? publishedOf(encoder)?.digests.weights ?? null
        : null,
      twin: engine === "exact" ? null : publishedOf(c),
      baseline: known && baselineOf(c, known, dataset.sha256, (fc) => scoreOf(fc, engine)),
      testLabels,
    });
  });
}

/** By checked id, the attestations of a dataset and of today's numeric version. */
function entriesOn(
  { sha256 }: Pick<Dataset, "sha256">,
  attestations: readonly Attestation[],
): Map<string, { readonly case: Case; readonly entries: readonly Attestation[] }> {
  const mine = attestations.filter(({ dataset, numericVersion, engine }) =>
    dataset.sha256 === sha256 && numericVersion === NUMERIC_VERSION && engine === "exact"
  );
  return new Map(
    [...Map.groupBy(mine, (entry) => entry.case)].map(([name, entries]) => {
      const parsed = parseCase(name);
      const c = { ...parsed, seed: parsed.seed ?? 0 };
      return [checkedId(c, "exact"), { case: c, entries }];
    }),
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
