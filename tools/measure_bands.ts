/**
 * Measures bands from a folder of results, and puts them into src/checks/bands.json beside those of
 * other configurations: for every configuration with at least six seeds a two-sided 99.9 % prediction interval, the scores that it follows from, and the score of a
 * variant that is broken on purpose, which the band must exclude: where it does not, none is
 * written. That variant is trained here, so the dataset must be at hand (MNIST_DIR or the cache), and
 * for heads the embeddings beside the records.
 *
 * Usage: deno task measure:bands DIR
 * @module
 */
import {
  type Band,
  type Bands,
  bandSchema,
  bandsSchema,
  parseBands,
  withMeasured,
} from "../src/checks/bands.ts";
import {
  fractionInterval,
  lossInterval,
  medianOf,
} from "../src/checks/statistics/sample_intervals.ts";
import { storedEncoders } from "../src/cli/encoders.ts";
import { DENO_WORLD } from "../src/cli/world.ts";
import { loadData } from "../src/cli/load_data.ts";
import type { LoadedDataset } from "../src/data/load_dataset.ts";
import { readKernelBytes } from "../src/engines/exact/kernels.ts";
import { loadExactEngine } from "../src/engines/exact/load_exact_engine.ts";
import { type Case, dependencyOf, formatConfiguration } from "../src/matrix/case.ts";
import { NUMERIC_VERSION } from "../src/numeric_version.ts";
import { captureEnvironment } from "../src/runner/environment.ts";
import { runCase } from "../src/runner/run_case.ts";
import type { OkRecord } from "../src/store/record.ts";
import { Store } from "../src/store/store.ts";
import { MAX_EPOCHS } from "../src/training/train.ts";

const SMALLEST_SAMPLE = 6;

interface BrokenVariant {
  readonly variant: string;
  readonly change: Partial<Case>;
  readonly maxEpochs: number;
}

const ONE_EPOCH = { variant: "training stops after one epoch", change: {}, maxEpochs: 1 };
const FEW_LABELS = {
  variant: "only 250 labels are used",
  change: { labels: 250 },
  maxEpochs: MAX_EPOCHS,
};

/** What goes wrong on purpose; conv on many labels is too good after one epoch to tell. */
function brokenVariantOf({ model, labels }: Case): BrokenVariant {
  return model === "conv" && labels! > FEW_LABELS.change.labels ? FEW_LABELS : ONE_EPOCH;
}

const [directory] = Deno.args;
if (directory === undefined) {
  console.error("Cannot measure bands: name the folder of records, as in measure:bands DIR");
  Deno.exit(2);
}
const file = new URL("../src/checks/bands.json", import.meta.url);
const published = parseBands(await Deno.readTextFile(file), "src/checks/bands.json");
const store = new Store(directory);
const records = (await store.readAll()).map(({ record }) => record)
  .filter((record): record is OkRecord =>
    record.status === "ok" && record.numericVersion === NUMERIC_VERSION &&
    record.dataset.name !== "idx"
  )
  .sort((a, b) => (a.case.labels ?? 0) - (b.case.labels ?? 0) || a.case.seed - b.case.seed);
const engine = await loadExactEngine(await readKernelBytes(), null, console.error);
const environment = await captureEnvironment();
const bands: Band[] = [];
for (const name of ["mnist", "strokes"] as const) {
  const mine = records.filter(({ dataset }) => dataset.name === name);
  const groups = [...Map.groupBy(mine, (record) => formatConfiguration(record.case)).values()]
    .filter((group) => group.length >= SMALLEST_SAMPLE);
  if (groups.length === 0) continue;
  const dataset = await loadData({ dataset: name, data: null, refresh: false }, DENO_WORLD, false);
  for (const group of groups) {
    const first = group[0]!;
    const { variant, change, maxEpochs } = brokenVariantOf(first.case);
    const { record: broken } = await runCase(
      { ...first.case, ...change },
      dataset,
      engine,
      environment,
      { maxEpochs, encoded: await encodedFor(first.case, dataset, store) },
    );
    if (broken.status === "failed") throw new Error(broken.failure.message);
    const band = bandOf(first, group, { variant, score: broken.result.score });
    const { success, error } = bandSchema.safeParse(band);
    if (success) bands.push(band);
    else console.error(`No band for ${band.configuration} on ${name}: ${error.issues[0]!.message}`);
  }
}
if (bands.length === 0) {
  console.error(
    `Cannot measure bands: ${directory} has no configuration with ${SMALLEST_SAMPLE} seeds`,
  );
  Deno.exit(3);
}
// Bands that are kept were measured elsewhere, so that their origin stays too.
const kept = published.numericVersion === NUMERIC_VERSION ? published.bands : [];
const newest = records.map(({ provenance }) => provenance.startedAt).sort().at(-1)!;
const { cpu, os } = records[0]!.provenance.machine;
const { latentbench, deno } = records[0]!.provenance.versions;
const origin = `Latentbench ${latentbench}, exact engine, Deno ${deno} on ${os} (${cpu}), ` +
  newest.slice(0, 10);
const document: Bands = bandsSchema.parse({
  schemaVersion: 1,
  numericVersion: NUMERIC_VERSION,
  origin: [...new Set([...kept.length === 0 ? [] : published.origin.split("; "), origin])].join(
    "; ",
  ),
  bands: withMeasured(kept, bands),
});
await Deno.writeTextFile(file, JSON.stringify(document, null, 2) + "\n");
console.log(`${bands.length} bands measured, ${document.bands.length} in all`);

/** What a head learns from: the embeddings that its encoder left in the folder. */
async function encodedFor(c: Case, dataset: LoadedDataset, store: Store) {
  const encoder = dependencyOf(c);
  return encoder === null ? null : await storedEncoders(dataset, "exact", store)(encoder);
}

function bandOf(first: OkRecord, group: readonly OkRecord[], broken: Band["broken"]): Band {
  const scores = group.map(({ result }) => result.score);
  const { metric } = first.result;
  return {
    dataset: first.dataset,
    configuration: formatConfiguration(first.case),
    metric,
    ...metric === "accuracy" ? fractionInterval(scores) : lossInterval(scores),
    median: medianOf(scores),
    epochs: medianOf(group.map(({ result }) => result.epochs)),
    seeds: group.map(({ case: c }) => c.seed),
    scores,
    broken,
  };
}
