/**
 * Takes over into reports/reference what a folder of results holds on `mnist` and `strokes`. Of the
 * exact engine:
 * - records; of seeds other than the first without predictions, and of seeds from 6 on of encoders
 *   alone;
 * - drawn heads of MNIST, packed in one file;
 * - of the encoders with 20 latents, seeds 0 to 5 of MNIST, the embeddings that heads use, packed;
 * - of the encoders of the original matrix with the first seed, what the report draws, packed.
 *
 * Of other engines the records of the first seed that pass their checks.
 *
 * A record that contradicts a published one ends it: a published digest never moves within a numeric
 * version. One of a newer schema version with the same results takes an older one's place. Other
 * engines promise no bits: their newest record is published. Bands are measured from the same records
 * by measure:bands.
 *
 * Usage: deno task publish:reference DIR
 * @module
 */
import { checkStore, inOrder, readPublished, REFERENCE } from "../src/checks/check_store.ts";
import {
  describeDifference,
  differencesOf,
  type PartOfResult,
} from "../src/checks/compare_results.ts";
import { formatCase, isEncoder, isOriginal } from "../src/matrix/case.ts";
import { NUMERIC_VERSION } from "../src/numeric_version.ts";
import {
  formatPackedHeads,
  PACKED_HEADS_FILE,
  type PackedHead,
  packHead,
  parsePackedHeads,
} from "../src/store/packed_heads.ts";
import type { OkRecord } from "../src/store/record.ts";
import { Store, type StoredRecord } from "../src/store/store.ts";
import { publishedEmbeddingsFile } from "../src/store/tensor_files.ts";

/** Seeds whose first-N heads and embeddings are published. */
const PUBLISHED_SEEDS = 6;
/** Latents of the encoders whose embeddings are published. */
const EMBEDDED_LATENTS = 20;

const [directory] = Deno.args;
if (directory === undefined) {
  console.error("Cannot publish a reference: name the folder of results");
  Deno.exit(2);
}
const from = new Store(directory);
const all = (await from.readAll()).flatMap(({ file, record }) =>
  record.status === "ok" && record.numericVersion === NUMERIC_VERSION &&
    record.dataset.name !== "idx"
    ? [{ file, record }]
    : []
);
const stored = all.filter(({ record }) => record.engine === "exact");
let added = 0;
for (const { file, record } of stored) {
  const { case: c, dataset } = record;
  if (c.draw !== null) continue;
  if (c.seed < PUBLISHED_SEEDS || isEncoder(c)) added += await publishRecord(record) ? 1 : 0;
  if (!isEncoder(c)) continue;
  if (c.seed === 0 && isOriginal(c)) await publishArtifacts(file);
  if (
    dataset.name === "mnist" && c.latents === EMBEDDED_LATENTS && c.unlabelled === null &&
    c.seed < PUBLISHED_SEEDS
  ) await publishEmbeddings({ file, record });
}
const others = all.filter(({ record: { engine, case: c } }) =>
  engine !== "exact" && c.seed === 0 && c.draw === null
);
await requireChecked(others);
for (const { record } of others) {
  await REFERENCE.write(record);
  added++;
}
const heads = await publishHeads(
  stored.map(({ record }) => record)
    .filter(({ case: c, dataset }) => c.draw !== null && dataset.name === "mnist"),
);
console.log(`${added} records and ${heads} drawn heads added`);

/** Whether the record is new, or in an older one's place. Ends the program on a contradiction. */
async function publishRecord(record: OkRecord): Promise<boolean> {
  const there = (await REFERENCE.read(record))?.record;
  if (there?.status === "ok") {
    requireSame(formatCase(record.case), there.result, record.result);
    if (there.schemaVersion >= record.schemaVersion) return false;
  }
  const { predictions, ...result } = record.result;
  const kept = record.case.seed === 0 && predictions !== undefined
    ? { ...result, predictions }
    : result;
  await REFERENCE.write({ ...record, result: kept });
  return true;
}

/** Ends the program if a record does not pass its checks: nobody can repeat its bits. */
async function requireChecked(records: readonly StoredRecord[]): Promise<void> {
  const published = await readPublished();
  for (const sha256 of new Set(records.map(({ record }) => record.dataset.sha256))) {
    for (const checked of checkStore([], "exact", records, { sha256 }, published)) {
      if (checked.verdict === "pass") continue;
      console.error(`Cannot publish ${checked.id}: ${checked.verdict}, ${checked.reason}`);
      Deno.exit(1);
    }
  }
}

/** Ends the program if two results differ in a field that both have. */
function requireSame(name: string, published: PartOfResult, now: PartOfResult): void {
  const [first] = differencesOf(published, now);
  if (first === undefined) return;
  console.error(`Cannot publish ${name}: ${describeDifference(first, "the published record")}`);
  Deno.exit(1);
}

async function publishArtifacts(file: string): Promise<void> {
  const name = `artifacts/${file.replace(/\.json$/, ".safetensors")}`;
  await pack(name, () => Deno.readFile(`${directory}/${name}`));
}

async function publishEmbeddings({ file, record }: StoredRecord & { record: OkRecord }) {
  const name = file.replace(/\.json$/, "");
  await pack(
    `embeddings/${name}.safetensors`,
    async () => publishedEmbeddingsFile(name, record, await from.readEmbeddings(record)).bytes,
  );
}

/** Writes a file packed, unless it is there: the same bytes may be packed into others elsewhere. */
async function pack(path: string, read: () => Promise<Uint8Array>): Promise<void> {
  const target = `${REFERENCE.directory}/${path}.gz`;
  try {
    await Deno.stat(target);
    return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), { recursive: true });
  const packed = new Blob([await read() as Uint8Array<ArrayBuffer>]).stream()
    .pipeThrough(new CompressionStream("gzip"));
  await Deno.writeFile(target, packed);
}

/** Adds drawn heads to the packed ones, and returns how many are new. */
async function publishHeads(records: readonly OkRecord[]): Promise<number> {
  if (records.length === 0) return 0;
  const text = await REFERENCE.readText(PACKED_HEADS_FILE);
  const before = text === null ? [] : parsePackedHeads(text, PACKED_HEADS_FILE).heads;
  const all = new Map<string, PackedHead>(before.map((head) => [formatCase(head.case), head]));
  for (const head of records.map(packHead)) {
    const name = formatCase(head.case);
    const published = all.get(name);
    if (published === undefined) all.set(name, head);
    else requireSame(name, resultOf(published), resultOf(head));
  }
  const inTheirOrder = [...all.values()]
    .map((head) => ({ ...head, engine: "exact" as const }))
    .sort(inOrder)
    .map(({ engine: _, ...head }) => head);
  const { dataset } = records[0]!;
  const file = formatPackedHeads({ dataset, heads: inTheirOrder });
  await Deno.writeTextFile(`${REFERENCE.directory}/${PACKED_HEADS_FILE}`, file);
  return all.size - before.length;
}

function resultOf({ case: _, ...result }: PackedHead): PartOfResult {
  return result;
}
