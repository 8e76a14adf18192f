/**
 * Finds the dataset that was asked for: in the folder that was named, else in the cache, else on
 * the web; and only for `auto`, and never silently or with `CI` set, the embedded one. What it
 * returns has been verified, and `sha256` names its bytes.
 * @module
 */
import { cacheDirectory, type CacheEnvironment, readCached } from "./cache.ts";
import { DataError } from "./data_error.ts";
import type { Dataset, DatasetName } from "./dataset.ts";
import { combineDigests, sha256 } from "./digest.ts";
import {
  DownloadError,
  downloadMnist,
  type DownloadOptions,
  type DownloadProgress,
} from "./download.ts";
import { readFolder } from "./folder.ts";
import { readSamples } from "./idx.ts";
import { fastestFirst } from "./mirrors.ts";
import {
  type DataFile,
  HOW_TO_GET_MNIST,
  IDX_FILES,
  MNIST_FILES,
  MNIST_MIRRORS,
} from "./mnist_files.ts";
import { mnistSplits } from "./splits.ts";
import { drawStrokes, STROKES_SHA256, strokesBytes } from "./strokes.ts";
import { ContentError, type UnpackedFile } from "./unpack.ts";

/** The environment variables that loading reads; an empty one counts as not set. */
export interface DataEnvironment extends CacheEnvironment {
  /** A folder of MNIST's files, for where the request names none. */
  readonly MNIST_DIR?: string | undefined;
  /** Set to anything but `0` or `false`: `auto` never falls back to `strokes`. */
  readonly CI?: string | undefined;
}

/** Which dataset is wanted, and where it may be looked for. */
export interface DatasetRequest {
  /**
   * `auto`: MNIST, or `strokes` where MNIST can neither be found nor downloaded. `idx`: a folder of
   * files in MNIST's format with images of 28x28 pixels.
   */
  readonly dataset: "auto" | DatasetName;
  /** The folder of the files, which `idx` needs; null: `MNIST_DIR`, the cache, then a download. */
  readonly directory?: string | null;
  /** None by default: then a download is not kept. */
  readonly environment?: DataEnvironment;
  /** Asks the mirrors even if none answered within the last hour; by default not. */
  readonly refresh?: boolean;
  /** Takes a line that the user should see. */
  readonly notify: (line: string) => void;
  /** Told while a file is downloaded. */
  readonly onProgress?: DownloadProgress | undefined;
  /** Ends a download with its reason. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Replaces parts of the download, its files too: for tests.
   * @ignore
   */
  readonly download?: Partial<DownloadOptions> | undefined;
}

/** A dataset, and where it is from: "folder DIR", "cache DIR", "download from HOST" or "drawn". */
export type LoadedDataset = Dataset & { readonly source: string };

/** Whether `CI` says that this is a job of a continuous integration service. */
export function isCi(value: string | undefined): boolean {
  return value !== undefined && !["", "0", "false"].includes(value.trim().toLowerCase());
}

function fromFiles(
  name: "mnist" | "idx",
  files: readonly UnpackedFile[],
  source: string,
): LoadedDataset {
  const [trainImages, trainLabels, testImages, testLabels] = files;
  if (!trainImages || !trainLabels || !testImages || !testLabels) {
    throw new RangeError(`Cannot build a dataset from ${files.length} files: it takes 4`);
  }
  return {
    name,
    sha256: combineDigests(files.map((file) => file.sha256)),
    splits: mnistSplits(
      readSamples(trainImages, trainLabels),
      readSamples(testImages, testLabels),
    ),
    source,
  };
}

async function fromFolder(
  name: "mnist" | "idx",
  directory: string,
  files: readonly DataFile[],
): Promise<LoadedDataset> {
  return fromFiles(name, await readFolder(directory, files), `folder ${directory}`);
}

async function mnistFromFolder(
  directory: string,
  files: readonly DataFile[],
): Promise<LoadedDataset> {
  try {
    return await fromFolder("mnist", directory, files);
  } catch (error) {
    if (!(error instanceof ContentError)) throw error;
    throw new DataError(
      `${error.message}. For another dataset of the same shapes use --dataset idx --data ` +
        directory,
      { cause: error },
    );
  }
}

function loadStrokes(): LoadedDataset {
  const splits = drawStrokes();
  const actual = sha256(strokesBytes(splits));
  if (actual !== STROKES_SHA256) {
    throw new DataError(
      `Cannot use the drawn digits: they have the SHA-256 ${actual}, but ${STROKES_SHA256} is ` +
        "pinned; this host does not compute as it should",
    );
  }
  return { name: "strokes", sha256: actual, splits, source: "drawn" };
}

/** MNIST from the cache, with what it lacks downloaded. */
async function fromCacheOrDownload(request: DatasetRequest): Promise<LoadedDataset> {
  const { notify, environment = {} } = request;
  const files = request.download?.files ?? MNIST_FILES;
  const directory = cacheDirectory(environment);
  const found: (UnpackedFile | null)[] = [];
  for (const file of files) {
    if (directory === null) {
      found.push(null);
      continue;
    }
    const entry = await readCached(directory, file);
    found.push(entry.file);
    for (const { path, reason } of entry.broken) {
      notify(
        `${reason}; removed from the cache, and ` +
          (entry.file === null ? "to be downloaded again" : "another copy is used"),
      );
      await Deno.remove(path).catch(() => {});
    }
  }
  const missing = files.filter((_, i) => found[i] === null);
  if (missing.length === 0) {
    return fromFiles("mnist", found as UnpackedFile[], `cache ${directory}`);
  }

  const mirrors = await fastestFirst(
    request.download?.mirrors ?? MNIST_MIRRORS,
    directory,
    request.refresh ?? false,
    {
      fetch: request.download?.fetch,
      connect: request.download?.timeouts?.connect,
      notify,
      signal: request.signal,
    },
  );
  notify(
    `Downloading ${missing.length} of MNIST's ${files.length} files from ` +
      `${mirrors.map((mirror) => new URL(mirror).host).join(" or ")}` +
      (directory === null
        ? "; they are not kept, for neither XDG_CACHE_HOME nor HOME is set"
        : ` into ${directory}`),
  );
  const { files: downloaded, hosts } = await downloadMnist({
    onProgress: request.onProgress,
    signal: request.signal,
    ...request.download,
    mirrors,
    cacheDirectory: directory,
    files: missing,
  });
  const fresh = downloaded.values();
  return fromFiles(
    "mnist",
    found.map((file) => file ?? fresh.next().value!),
    `download from ${[...new Set(hosts)].join(" and ")}`,
  );
}

/**
 * Finds, downloads and verifies a dataset. Throws a `DataError` where it cannot be had or trusted,
 * and a `RangeError` where the request contradicts itself.
 *
 * @example The drawn digits, which need no file
 * ```ts
 * import { loadDataset } from "@latentbench/latentbench";
 * import assert from "node:assert/strict";
 *
 * const { splits, source } = await loadDataset({ dataset: "strokes", notify: console.error });
 * assert.equal(splits.train.count, 6000);
 * assert.equal(source, "drawn");
 * ```
 */
export async function loadDataset(request: DatasetRequest): Promise<LoadedDataset> {
  const { dataset, directory = null, environment = {}, notify } = request;
  if (directory === "") throw new RangeError("Cannot read --data: the name of the folder is empty");
  if (dataset === "strokes") {
    if (directory !== null) {
      throw new RangeError(
        `Cannot use --dataset strokes with --data ${directory}: strokes is drawn, not read; leave ` +
          "out one of the two",
      );
    }
    return loadStrokes();
  }
  if (dataset === "idx") {
    if (directory === null) {
      throw new RangeError("Cannot use --dataset idx without a folder: add --data DIR");
    }
    return await fromFolder("idx", directory, IDX_FILES);
  }

  const named = directory ?? (environment.MNIST_DIR || null);
  if (named !== null) {
    return await mnistFromFolder(named, request.download?.files ?? MNIST_FILES);
  }
  try {
    return await fromCacheOrDownload(request);
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    if (dataset === "mnist") {
      throw new DataError(`${error.message}\n${HOW_TO_GET_MNIST}`, { cause: error });
    }
    if (isCi(environment.CI)) {
      throw new DataError(
        `${error.message}\nCI is set, so the embedded dataset does not take its place: a job that ` +
          `silently measures something else hides what it is for.\n${HOW_TO_GET_MNIST} Or ask for ` +
          "the embedded dataset with --dataset strokes.",
        { cause: error },
      );
    }
    notify(`WARNING: MNIST could not be had. ${error.message}`);
    notify(
      "WARNING: going on with the embedded dataset, strokes. It is not MNIST: its scores stand for " +
        `themselves. ${HOW_TO_GET_MNIST}`,
    );
    return loadStrokes();
  }
}
