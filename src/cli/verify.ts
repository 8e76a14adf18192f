/** `verify`: runs a record's case again and compares the digests, bit for bit. */
import { describeDifference, type Difference, differencesOf } from "../checks/compare_results.ts";
import { type Case, dependencyOf, formatCase } from "../matrix/case.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { captureEnvironment } from "../runner/environment.ts";
import { findEngine } from "../runner/find_engine.ts";
import type { FinishedCase } from "../runner/run_case.ts";
import { type RunOptions, threadsFor } from "../runner/runner.ts";
import type { OkRecord } from "../store/record.ts";
import { parseRecord, StoreError } from "../store/store.ts";
import { embeddingsIn } from "../training/encode.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { formatDuration } from "./format_duration.ts";
import { cacheOf, loadData } from "./load_data.ts";
import type { VerifyOptions } from "./options.ts";
import type { World } from "./world.ts";

export async function verify(options: VerifyOptions, world: World): Promise<ExitCode> {
  const published = await readVerifiable(options.record);
  const { dataset: named } = published;
  const dataset = await loadData(
    { dataset: named.name, data: options.data },
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
    world.stderr(`Running ${name} on ${dataset.name} again (it took ${took} where it is from)\n`);
  }

  const interrupt = new AbortController();
  const stopListening = world.onInterrupt(() => interrupt.abort());
  try {
    const record = await runAgain(published.case, world, {
      dataset,
      engine: source,
      threads,
      signal: interrupt.signal,
    });
    return compare(published, record, world);
  } catch (error) {
    if (interrupt.signal.aborted) return EXIT.interrupted;
    throw error;
  } finally {
    stopListening();
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
    onCheckpoint: () => {},
    onError: (_, message) => problems.push(message),
  });
  const record = finished.get(formatCase(c))?.record;
  if (record?.status === "ok") return record;
  throw new Error(
    `Cannot verify ${formatCase(c)}: ${problems[0] ?? "the worker gave no result"}`,
  );
}

/** A record that can be repeated by this version of the program. */
async function readVerifiable(path: string): Promise<OkRecord> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    const reason = error instanceof Error ? error.message : error;
    throw new StoreError(`Cannot read the record ${path}: ${reason}`, { cause: error });
  }
  const record = parseRecord(text, path);
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

/** Digests line by line, then any other field that differs: all of a result repeats. */
function compare(published: OkRecord, record: OkRecord, world: World): ExitCode {
  const differing = differencesOf(published.result, record.result);
  const isDigest = ({ field }: Difference) => field.startsWith("digests.");
  for (const part of ["weights", "outputs"] as const) {
    const actual = record.result.digests[part];
    const other = differing.find(({ field }) => field === `digests.${part}`);
    world.stdout(
      other === undefined
        ? `${part}: ${actual}, the same\n`
        : `${part}: ${actual}, but the record has ${other.expected}\n`,
    );
  }
  const others = differing.filter((difference) => !isDigest(difference));
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
