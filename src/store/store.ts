/**
 * The store: a folder with one JSON file a case, named by the hash of what the case is. A file is
 * there whole or not at all. What cannot be read as a record is an error that says why; nothing is
 * skipped in silence, and nothing is overwritten that was not asked for.
 * @module
 */
import { parseJson } from "../parse_json.ts";
import { sha256HexOfText } from "../sha256.ts";
import { visibleNames } from "../visible_names.ts";
import { type FileWriter, linkTarget, writeAtomically } from "../write_atomically.ts";
import type { Dataset } from "../data/dataset.ts";
import type { EngineName } from "../engines/engine_name.ts";
import { formatBytes } from "../figures.ts";
import { type Case, formatCase } from "../matrix/case.ts";
import type { Tensor } from "../models/parameters.ts";
import { NUMERIC_VERSION } from "../numeric_version.ts";
import type { Attestation } from "./attest.ts";
import { parseAttestations } from "./attestations.ts";
import { type Checkpoint, checkpointParts, decodeCheckpoint } from "./checkpoint.ts";
import { type Claim, type LockingDisk, tryClaim } from "./claim.ts";
import type { CaseRecord, OkRecord } from "./record.ts";
import { fromStored, recordSchema, toStored } from "./record_schema.ts";
import { RECORD_SCHEMA_VERSIONS } from "./record_schema_version.ts";
import { StoreError } from "./store_error.ts";
import { artifactFiles, modelFile, readArtifacts, readEmbeddings } from "./tensor_files.ts";

export { StoreError };

/** What makes two records the same result. */
export type Identity = Pick<CaseRecord, "case" | "dataset" | "engine" | "numericVersion">;

/** What this program stores a case under. */
export function identityOf(
  c: Case,
  { name, sha256 }: Pick<Dataset, "name" | "sha256">,
  engine: EngineName,
): Identity {
  return { case: c, dataset: { name, sha256 }, engine, numericVersion: NUMERIC_VERSION };
}

export interface StoredRecord {
  /** File name within the store's `records` folder. */
  readonly file: string;
  readonly record: CaseRecord;
}

/** The name of a record's file. */
export async function recordFileName(identity: Identity): Promise<string> {
  return `${await recordName(identity)}.json`;
}

/** The name that a record's files share. */
async function recordName(identity: Identity): Promise<string> {
  const { case: c, dataset, engine, numericVersion } = identity;
  const key = JSON.stringify([formatCase(c), dataset.sha256, engine, numericVersion]);
  return await sha256HexOfText(key);
}

/** What a store asks of the file system; `Deno` is one. */
export type StoreDisk = FileWriter & LockingDisk;

/** Folders of files that belong to a record. */
const FOLDERS_BESIDE = ["embeddings", "artifacts", "models"] as const;

/** Bytes that a case will write, by the folder in the results folder. */
export type Needs = { readonly [folder in "records" | typeof FOLDERS_BESIDE[number]]?: number };

/** What the file system of a results folder can do. */
export interface Abilities {
  /** To keep what was written through a power cut. */
  readonly sync: boolean;
  /** To let processes share the folder: each case is run by one of them. */
  readonly lock: boolean;
}

const WHEN_UNWRITABLE = "free the space, fix its permissions or name another --results folder";
const WHEN_UNREADABLE = "fix its permissions, move it away or name another --results folder";

export class Store {
  readonly #records: string;

  /** @param directory the results folder; records lie in its `records` */
  constructor(readonly directory: string, private readonly disk: StoreDisk = Deno) {
    this.#records = `${directory}/records`;
  }

  /** The record of this identity, or null where there is none yet. */
  async read(identity: Identity): Promise<StoredRecord | null> {
    const file = await recordFileName(identity);
    try {
      return await this.#readFile(file);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw error;
    }
  }

  /** All records, sorted by file name; none where the folder is not there. */
  async readAll(): Promise<StoredRecord[]> {
    const files = namesIn(this.#records, `the records in ${this.#records}`)
      .filter((name) => name.endsWith(".json"));
    return await Promise.all(files.map((file) => this.#readFile(file)));
  }

  /** Removes what lies in these records' places and cannot be used: they will be written again. */
  async removeUnusable(identities: readonly Identity[]): Promise<void> {
    for (const identity of identities) {
      try {
        await this.read(identity);
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        const path = `${this.#records}/${await recordFileName(identity)}`;
        try {
          await Deno.remove(path);
        } catch (failure) {
          throw storeError(`Cannot remove ${path}`, failure, "remove it by hand");
        }
      }
    }
  }

  /** Writes what an encoder leaves beside its record; the record itself is written last. */
  async writeArtifacts(record: OkRecord, artifacts: readonly Tensor[]): Promise<void> {
    const name = await recordName(record);
    for (const { path, bytes } of artifactFiles(name, record, artifacts)) {
      await writeFile(`${this.directory}/${path}`, [bytes], this.disk);
    }
  }

  /** Writes a case's trained weights; gives the path. */
  async writeModel(record: OkRecord, weights: readonly Tensor[]): Promise<string> {
    const name = await recordName(record);
    const { path, bytes } = modelFile(name, record, weights);
    await writeFile(`${this.directory}/${path}`, [bytes], this.disk);
    return `${this.directory}/${path}`;
  }

  /** The embeddings that an encoder left; a StoreError where they cannot be used. */
  async readEmbeddings(record: OkRecord): Promise<Tensor[]> {
    const name = await recordName(record);
    return await readEmbeddings(`${this.directory}/embeddings/${name}.safetensors`, record);
  }

  /** What an encoder left for the report; null where it is not there. */
  async readArtifacts(record: OkRecord): Promise<Tensor[] | null> {
    const name = await recordName(record);
    return await readArtifacts(`${this.directory}/artifacts/${name}.safetensors`, record);
  }

  /** The attestations in the folder's files of them, in the order of the files' names. */
  async readAttestations(): Promise<Attestation[]> {
    const folder = `${this.directory}/attestations`;
    const files = (await namesIn(folder)).filter((name) => name.endsWith(".json")).sort();
    const all = await Promise.all(
      files.map(async (name) =>
        await parseAttestations(await Deno.readTextFile(`${folder}/${name}`), `${folder}/${name}`)
      ),
    );
    return all.flat();
  }

  /** The text of a file in the results folder; null where it is not there. */
  async readText(name: string): Promise<string | null> {
    const path = `${this.directory}/${name}`;
    try {
      return await Deno.readTextFile(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw storeError(`Cannot read ${path}`, error, WHEN_UNREADABLE);
    }
  }

  /** Where the training of a case stood; null where nothing is known, a StoreError where it is broken. */
  async readCheckpoint(identity: Identity): Promise<Checkpoint | null> {
    const path = await this.#checkpointPath(identity);
    let bytes: Uint8Array;
    try {
      bytes = await Deno.readFile(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return null;
      throw storeError(`Cannot read the checkpoint ${path}`, error, WHEN_UNREADABLE);
    }
    return await decodeCheckpoint(bytes, identity, path);
  }

  /** Keeps a checkpoint in place of the one before. */
  async writeCheckpoint(identity: Identity, checkpoint: Checkpoint): Promise<void> {
    const path = await this.#checkpointPath(identity);
    await writeFile(path, checkpointParts(identity, checkpoint), this.disk, `${path}.tmp`);
  }

  /** Of a case that is done. */
  async removeCheckpoint(identity: Identity): Promise<void> {
    const path = await this.#checkpointPath(identity);
    for (const file of [path, `${path}.tmp`]) {
      await Deno.remove(file).catch((error) => {
        if (!(error instanceof Deno.errors.NotFound)) {
          throw storeError(`Cannot remove ${file}`, error, "remove it by hand");
        }
      });
    }
  }

  /** Finds the files beside a record, as paths from the results folder; lists its folders once. */
  filesBeside(): (stored: StoredRecord) => readonly string[] {
    const paths = FOLDERS_BESIDE.flatMap((folder) =>
      namesIn(`${this.directory}/${folder}`).map((name) => `${folder}/${name}`)
    );
    // A record's name begins such a file's; a model's file is named for people, and ends with a part.
    const byStart = Map.groupBy(
      paths.filter((path) => !path.endsWith(".tmp")),
      (path) => path.match(/[/-]([0-9a-f]{12})[^/]*$/)?.[1],
    );
    return ({ file }) => byStart.get(file.slice(0, 12)) ?? [];
  }

  /** Copies files of another store, by their paths from its folder. */
  async copy(from: Store, paths: readonly string[]): Promise<void> {
    for (const path of paths) {
      const source = `${from.directory}/${path}`;
      const bytes = await Deno.readFile(source).catch((error) => {
        throw storeError(`Cannot read ${source}`, error, WHEN_UNREADABLE);
      });
      await writeFile(`${this.directory}/${path}`, [bytes], this.disk);
    }
  }

  /** Cases that were begun and have no result yet: those with a checkpoint. */
  countUnfinished(): number {
    return namesIn(`${this.directory}/checkpoints`)
      .filter((name) => name.endsWith(".safetensors")).length;
  }

  /**
   * Writes as much as a case will, syncs it, locks a file, and removes both: what the file system
   * refuses is known before the work. Throws a StoreError if a case could not be kept. A case can do
   * without a checkpoint that the disk has no room for, but a folder of them must be writable.
   */
  async tryOut(needs: Needs): Promise<Abilities> {
    let sync = true;
    const checkpoints = await this.#has("checkpoints") ? { checkpoints: 0 } : {};
    for (const [folder, bytes] of Object.entries({ ...needs, ...checkpoints })) {
      const path = `${this.directory}/${folder}/${crypto.randomUUID()}.tmp`;
      try {
        sync = await writeFile(path, zeros(bytes), this.disk) && sync;
        await this.disk.remove(path);
      } catch (error) {
        const what = `Cannot keep in ${this.directory}/${folder} what a case leaves, ` +
          formatBytes(bytes);
        throw storeError(what, (error as Error).cause ?? error, WHEN_UNWRITABLE);
      }
    }
    await using claim = await this.#claim(crypto.randomUUID());
    return { sync, lock: claim!.isExclusive };
  }

  /** Whether the results folder holds anything under this name. */
  async #has(name: string): Promise<boolean> {
    try {
      await this.disk.stat(`${this.directory}/${name}`);
      return true;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return false;
      throw storeError(`Cannot read ${this.directory}/${name}`, error, WHEN_UNREADABLE);
    }
  }

  /** Claims a case for this process; null where another one is at work on it. */
  async claim(identity: Identity): Promise<Claim | null> {
    return await this.#claim(await recordName(identity));
  }

  async #claim(name: string): Promise<Claim | null> {
    const path = `${this.directory}/locks/${name}.lock`;
    try {
      return await tryClaim(path, this.disk);
    } catch (error) {
      throw storeError(`Cannot lock ${path}`, error, WHEN_UNREADABLE);
    }
  }

  async #checkpointPath(identity: Identity): Promise<string> {
    return `${this.directory}/checkpoints/${await recordName(identity)}.safetensors`;
  }

  /** Writes a record to a temporary file, syncs it, and moves it into place. */
  async write(record: CaseRecord): Promise<StoredRecord> {
    const file = await recordFileName(record);
    const text = JSON.stringify(toStored(record), null, 1) + "\n";
    await writeFile(`${this.#records}/${file}`, [new TextEncoder().encode(text)], this.disk);
    return { file, record };
  }

  /** Writes a page beside the records, whole or not at all. A link in its place stays one. */
  async writePage(name: string, html: string): Promise<string> {
    const path = `${this.directory}/${name}`;
    await writeFile(await linkTarget(path), [new TextEncoder().encode(html)], this.disk);
    return path;
  }

  async #readFile(file: string): Promise<StoredRecord> {
    const path = `${this.#records}/${file}`;
    let text: string;
    try {
      text = await Deno.readTextFile(path);
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) throw error;
      throw storeError(`Cannot read the record ${path}`, error, WHEN_UNREADABLE);
    }
    const record = parseRecord(text, path);
    const expected = await recordFileName(record);
    if (file !== expected) {
      throw new StoreError(
        `Cannot use the record ${path}: it holds ${formatCase(record.case)} and belongs into ` +
          `${expected}; move it away, or give it that name`,
      );
    }
    return { file, record };
  }
}

/** Reads a record's text; `path` is for the message. */
export function parseRecord(text: string, path: string): CaseRecord {
  let value: unknown;
  try {
    value = parseJson(text);
  } catch (error) {
    throw new StoreError(
      `Cannot use the record ${path}: it is not JSON (${
        messageOf(error)
      }); move it away, or run its case with --fresh`,
    );
  }
  const version = (value as { schemaVersion?: unknown } | null)?.schemaVersion;
  if (typeof version === "number" && !RECORD_SCHEMA_VERSIONS.some((known) => known === version)) {
    throw new StoreError(
      `Cannot use the record ${path}: its schema version is ${version}, this program reads ` +
        `${
          RECORD_SCHEMA_VERSIONS.join(" and ")
        }; use the release that wrote it, or another --results folder`,
    );
  }
  const parsed = recordSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0]!;
    throw new StoreError(
      `Cannot use the record ${path}: it is not a record of this program ` +
        `(${
          issue.path.join(".") || "whole file"
        }: ${issue.message}); move it away, or run its case with --fresh`,
    );
  }
  return fromStored(parsed.data);
}

/** The names in a folder; none if it is not there. `what` is for messages. */
function namesIn(folder: string, what = folder): string[] {
  try {
    return visibleNames(folder);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw storeError(`Cannot read ${what}`, error, WHEN_UNREADABLE);
  }
}

/** Whether it could be synced. */
async function writeFile(
  path: string,
  parts: Iterable<Uint8Array>,
  disk: FileWriter,
  temporary?: string,
): Promise<boolean> {
  try {
    await disk.mkdir(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    return await writeAtomically(path, parts, disk, temporary);
  } catch (error) {
    throw storeError(`Cannot write ${path}`, error, WHEN_UNWRITABLE);
  }
}

function* zeros(bytes: number): Generator<Uint8Array> {
  for (let left = bytes; left > 0; left -= 1 << 20) yield new Uint8Array(Math.min(left, 1 << 20));
}

function storeError(what: string, cause: unknown, wayOut: string): StoreError {
  return new StoreError(`${what}: ${messageOf(cause)}; ${wayOut}`, { cause });
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
