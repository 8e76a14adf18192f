/** `verify`: runs a record's case again and compares the digests, bit for bit. */
import { describeDifference, type Difference, differencesOf } from "../checks/compare_results.ts";
import { formatDuration } from "../figures.ts";
import { type Case, dependencyOf, formatCase, parseCase } from "../matrix/case.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { captureEnvironment } from "../runner/environment.ts";
import { type EngineSource, findEngine } from "../runner/find_engine.ts";
import { deviceOf, isOnGpu } from "../runner/lanes.ts";
import type { FinishedCase } from "../runner/run_case.ts";
import { type RunOptions, threadsFor } from "../runner/runner.ts";
import { reasonOf } from "../data/data_error.ts";
import { attest, type Attestation, formatAttestations } from "../store/attest.ts";
import { parseAttestations } from "../store/attestations.ts";
import type { CaseRecord, OkRecord } from "../store/record.ts";
import { parseRecord, StoreError } from "../store/store.ts";
import { embeddingsIn } from "../training/encode.ts";
import { linkTarget, writeAtomically } from "../write_atomically.ts";
import { sayNotes } from "./case_notes.ts";
import { EXIT, type ExitCode, UsageError } from "./exit_codes.ts";
import { cacheOf, loadData } from "./load_data.ts";
import type { VerifyOptions } from "./options.ts";
import type { World } from "./world.ts";

export async function verify(options: VerifyOptions, world: World): Promise<ExitCode> {
  if (options.runtimeNote !== null && options.attest === null) {
    throw new UsageError(
      "Cannot keep --runtime-note: no attestation is written; add --attest FILE",
    );
  }
  const published = await readVerifiable(options, world);
  if (options.attest !== null) await requirePublished(published, world);
  const { dataset: named } = published;
  const dataset = await loadData(
    { dataset: named.name, data: options.data, refresh: options.refresh },
    world,
    options.quiet,
  );
  if (dataset.sha256 !== named.sha256) {
    throw new StoreError(
      `Cannot verify ${options.record}: it is of a dataset with SHA-256 ${named.sha256}, ` +
        `${dataset.source} has ${dataset.sha256}`,
    );
  }
  const threads = options.threads ?? threadsFor(1, world.cores);
  const { source } = await findEngine(
    { engine: "exact", backend: options.backend },
    cacheOf(world),
    (line) => world.stderr(`${line}\n`),
  );
  const name = formatCase(published.case);
  if (!options.quiet) {
    const took = formatDuration(published.provenance.seconds);
    const where = isOnGpu(source) && deviceOf(published.case, source) === "processor"
      ? " on the processor, for its steps are too short for a GPU"
      : "";
    world.stderr(
      `Running ${name} on ${dataset.name} again${where} (it took ${took} where it is from)\n`,
    );
  }

  const end = new AbortController();
  world.onEndRequest((code) => end.abort(code));
  try {
    const record = await runAgain(published.case, world, {
      dataset,
      engine: source,
      threads,
      signal: end.signal,
    });
    const exitCode = compare(published, record, world);
    if (exitCode === EXIT.ok && options.attest !== null) {
      const { runtimeNote } = options;
      const attestation = await attest(record, { compiler: compilerOf(source), runtimeNote });
      await writeAttestation(options.attest, attestation, world);
    }
    return exitCode;
  } catch (error) {
    if (end.signal.aborted) return end.signal.reason;
    throw error;
  }
}

/**
 * The record of a case that runs once more, outside of any store; a head's encoder runs before it,
 * and is held in memory. Throws where there is no result, or it was interrupted.
 */
async function runAgain(
  c: Case,
  world: World,
  options: Pick<RunOptions, "dataset" | "engine" | "threads" | "signal">,
): Promise<OkRecord> {
  const encoder = dependencyOf(c);
  const finished = new Map<string, FinishedCase>();
  const notify = (line: string) => world.stderr(`${line}\n`);
  // The first says most: a head only says that its encoder gave nothing.
  const problems: string[] = [];
  await world.runCases([...encoder === null ? [] : [encoder], c], {
    ...options,
    environment: await captureEnvironment(),
    jobs: 1,
    claim: null,
    spareCores: null,
    checkpoints: null,
    encodedBy: (encoder) => {
      const { record, artifacts } = finished.get(formatCase(encoder)) ?? {};
      return record?.status === "ok"
        ? Promise.resolve({
          embeddings: embeddingsIn(artifacts!),
          encoder: record.result.digests.weights,
        })
        : Promise.reject(new Error("its encoder gave no result"));
    },
  }, {
    onStart: () => {},
    onEpoch: () => {},
    onFinished: (c, result) => {
      finished.set(formatCase(c), result);
      if (result.record.status === "failed") problems.push(result.record.failure.message);
      return Promise.resolve();
    },
    onElsewhere: () => {},
    onNote: sayNotes({ say: notify, notify }),
    onError: (_, message) => problems.push(message),
  });
  const record = finished.get(formatCase(c))?.record;
  if (record?.status === "ok") return record;
  throw new Error(
    `Cannot verify ${formatCase(c)}: ${problems[0] ?? "the worker gave no result"}`,
  );
}

/** Adds a run that repeated published digests to a file of attestations, which may be new. */
async function writeAttestation(
  path: string,
  attestation: Attestation,
  world: World,
): Promise<void> {
  const all = [...await attestationsIn(path), attestation];
  await writeAtomically(await linkTarget(path), [
    new TextEncoder().encode(formatAttestations(all)),
  ]);
  world.stdout(`attested in ${path}, which holds ${all.length}\n`);
}

/** What compiled native code; null for WebAssembly. */
function compilerOf(source: EngineSource): string | null {
  return "kernels" in source && "compiler" in source.kernels ? source.kernels.compiler : null;
}

async function attestationsIn(path: string): Promise<readonly Attestation[]> {
  try {
    return await parseAttestations(await Deno.readTextFile(path), path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw error;
  }
}

/** Throws a UsageError for a record that is not the published one: only those are attested. */
async function requirePublished(record: OkRecord, world: World): Promise<void> {
  const name = formatCase(record.case);
  const published = (await world.reference.read(record))?.record;
  if (published?.status === "ok" && differencesOf(published.result, record.result).length === 0) {
    return;
  }
  throw new UsageError(
    `Cannot attest ${name}: ${published ? "it is not the record that is" : "no record of it is"} ` +
      "published; name a published case",
  );
}

async function readText(path: string): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (error) {
    throw new StoreError(`Cannot read the record ${path}: ${reasonOf(error)}`, { cause: error });
  }
}

function isCaseName(text: string): boolean {
  try {
    return parseCase(text).seed !== null;
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The published record of a case that is named. */
async function publishedRecord(
  { record: name, dataset }: VerifyOptions,
  world: World,
): Promise<CaseRecord> {
  const found = (await world.readPublished()).records.map(({ record }) => record)
    .find((record) =>
      record.engine === "exact" && record.dataset.name === dataset &&
      formatCase(record.case) === name
    );
  if (found !== undefined) return found;
  throw new StoreError(
    `Cannot verify ${name}: no record of it on ${dataset} is published; name one that is, or the ` +
      "file of a record",
  );
}

/** A record that can be repeated by this version of the program. */
async function readVerifiable(options: VerifyOptions, world: World): Promise<OkRecord> {
  const path = options.record;
  const record = isCaseName(path)
    ? await publishedRecord(options, world)
    : parseRecord(await readText(path), path);
  if (record.numericVersion !== NUMERIC_VERSION) {
    throw new StoreError(
      `Cannot verify ${path}: it is of numeric version ${record.numericVersion}, this program ` +
        `computes ${NUMERIC_VERSION}; run the release that CHANGELOG.md names for it`,
    );
  }
  if (record.engine !== "exact") {
    throw new StoreError(
      `Cannot verify ${path}: its engine, ${record.engine}, does not promise the same bits; ` +
        "deno task check holds its score against the band",
    );
  }
  if (record.status === "failed") {
    throw new StoreError(`Cannot verify ${path}: its case failed (${record.failure.message})`);
  }
  return record;
}

/** Weights and outputs line by line, then any other field that differs: all of a result repeats. */
function compare(published: OkRecord, record: OkRecord, world: World): ExitCode {
  const differing = differencesOf(published.result, record.result);
  const parts = ["weights", "outputs"] as const;
  const isSaid = ({ field }: Difference) => parts.some((part) => field === `digests.${part}`);
  for (const part of parts) {
    const actual = record.result.digests[part];
    const other = differing.find(({ field }) => field === `digests.${part}`);
    world.stdout(
      other === undefined
        ? `${part}: ${actual}, the same\n`
        : `${part}: ${actual}, but the record has ${other.expected}\n`,
    );
  }
  const others = differing.filter((difference) => !isSaid(difference));
  if (others.length > 0) {
    const more = others.length > 1 ? `, and ${others.length - 1} more differ` : "";
    world.stdout(`${describeDifference(others[0]!, "the record")}${more}\n`);
  }
  const name = formatCase(published.case);
  world.stdout(
    differing.length === 0
      ? `${name}: the same bits (${record.provenance.backend} here, ` +
        `${published.provenance.backend} there)\n`
      : `${name} DIFFERS from its record\n`,
  );
  return differing.length === 0 ? EXIT.ok : EXIT.checkFailed;
}
