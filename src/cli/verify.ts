/** `verify`: runs a record's case again and compares the digests, bit for bit. */
import { dependencyOf, formatCase } from "../matrix/case.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import { captureEnvironment } from "../runner/environment.ts";
import { findEngine } from "../runner/find_engine.ts";
import type { EncodedDataset } from "../runner/run_case.ts";
import { threadsFor } from "../runner/runner.ts";
import type { OkRecord, Record } from "../store/record.ts";
import { parseRecord, StoreError } from "../store/store.ts";
import { embeddingsIn } from "../training/encode.ts";
import { EXIT, type ExitCode } from "./exit_codes.ts";
import { cacheOf, loadData } from "./load_data.ts";
import type { VerifyOptions } from "./options.ts";
import { seconds } from "./verdict_table.ts";
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
    const took = seconds(published.provenance.seconds);
    world.stderr(`Running ${name} on ${dataset.name} again (it took ${took} where it is from)\n`);
  }

  const interrupt = new AbortController();
  const stopListening = world.onInterrupt(() => interrupt.abort());
  let again: Record | null = null;
  let problem: string | null = null;
  // A head's encoder runs again too, and is held in memory.
  const encoder = dependencyOf(published.case);
  let encoded: EncodedDataset | null = null;
  try {
    await world.runCases([...encoder === null ? [] : [encoder], published.case], {
      dataset,
      engine: source,
      environment: await captureEnvironment(),
      jobs: 1,
      claim: null,
      spareCores: null,
      checkpoints: null,
      threads,
      signal: interrupt.signal,
      encodedBy: () =>
        encoded === null
          ? Promise.reject(new Error("its encoder gave no result"))
          : Promise.resolve(encoded),
    }, {
      onStart: () => {},
      onEpoch: () => {},
      onFinished: (c, { record, artifacts }) => {
        if (dependencyOf(c) === null && encoder !== null && record.status === "ok") {
          const { weights } = record.result.digests;
          encoded = { embeddings: embeddingsIn(artifacts), encoder: weights };
        } else {
          again = record;
        }
        return Promise.resolve();
      },
      onElsewhere: () => {},
      onError: (_, message) => {
        // The first problem: a head only says that its encoder gave nothing.
        problem ??= message;
      },
    });
  } finally {
    stopListening();
  }
  if (interrupt.signal.aborted) return EXIT.interrupted;
  const record = again as Record | null;
  if (record === null || record.status === "failed") {
    throw new Error(
      `Cannot verify ${name}: ${record?.failure.message ?? problem ?? "the worker gave no result"}`,
    );
  }
  return compare(published, record, world);
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

function compare(published: OkRecord, record: OkRecord, world: World): ExitCode {
  let same = true;
  for (const part of ["weights", "outputs"] as const) {
    const [expected, actual] = [published.result.digests[part], record.result.digests[part]];
    same &&= expected === actual;
    world.stdout(
      expected === actual
        ? `${part}: ${actual}, the same\n`
        : `${part}: ${actual}, but the record has ${expected}\n`,
    );
  }
  const name = formatCase(published.case);
  world.stdout(
    same
      ? `${name}: the same bits (${record.provenance.backend} here, ` +
        `${published.provenance.backend} there)\n`
      : `${name} DIFFERS from its record\n`,
  );
  return same ? EXIT.ok : EXIT.checkFailed;
}
