/**
 * Downloads MNIST's files from public mirrors into the cache. What it returns has been verified by
 * the SHA-256 of its unpacked bytes; what it writes is whole. It ends within its time-outs and
 * attempts, and when every mirror failed it says what each of them did.
 * @module
 */
import type { FileWriter } from "../write_atomically.ts";
import { writeCached } from "./cache.ts";
import { DataError } from "./data_error.ts";
import { fetchBytes, FetchFailure, type Milliseconds, type TimeOuts } from "./fetch_bytes.ts";
import { isGzip } from "./gunzip.ts";
import { type DataFile, MNIST_FILES, MNIST_MIRRORS } from "./mnist_files.ts";
import { foundLimit, unpack, type UnpackedFile } from "./unpack.ts";

/** `totalBytes` is null where the mirror does not say it. */
export type DownloadProgress = (
  file: string,
  receivedBytes: number,
  totalBytes: number | null,
) => void;

export interface DownloadOptions {
  /** The files wanted; MNIST's four by default. */
  readonly files?: readonly DataFile[];
  /** Addresses of folders that serve each file as `<name>.gz`, in the order they are asked. */
  readonly mirrors?: readonly string[];
  readonly fetch?: typeof fetch;
  /** Where to keep what was downloaded; null keeps nothing. */
  readonly cacheDirectory: string | null;
  readonly timeouts?: TimeOuts;
  /** Requests to one mirror for one file, at most. */
  readonly attempts?: number;
  /** Pause before the second attempt; it doubles for each further one. */
  readonly backoff?: Milliseconds;
  readonly onProgress?: DownloadProgress | undefined;
  /** Ends the download with its reason. */
  readonly signal?: AbortSignal | undefined;
  readonly disk?: FileWriter;
}

export interface Download {
  /** In the order of the files wanted. */
  readonly files: readonly UnpackedFile[];
  /** The host that served each file. */
  readonly hosts: readonly string[];
}

/** No mirror gave the file: a caller may go on with other data. */
export class DownloadError extends DataError {
  override readonly name = "DownloadError";
}

const TIMEOUTS: TimeOuts = { connect: 10_000, stall: 20_000 };
const ATTEMPTS = 3;
const BACKOFF: Milliseconds = 500;

function pause(duration: Milliseconds, signal: AbortSignal | null): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, duration);
    signal?.addEventListener("abort", stop, { once: true });
  });
}

/** The address of `file` on `mirror`. */
function addressOf(mirror: string, file: DataFile): URL {
  return new URL(`${file.name}.gz`, mirror.endsWith("/") ? mirror : `${mirror}/`);
}

/** Asks one mirror for one file, with repeats; throws a `FetchFailure` that says how it went. */
async function fetchFrom(
  mirror: string,
  file: DataFile,
  options: DownloadOptions,
): Promise<{ readonly raw: Uint8Array; readonly verified: UnpackedFile }> {
  const { attempts = ATTEMPTS, backoff = BACKOFF, signal = null } = options;
  const { href } = addressOf(mirror, file);
  for (let attempt = 1;; attempt++) {
    try {
      const raw = await fetchBytes(href, {
        fetch: options.fetch ?? fetch,
        timeouts: options.timeouts ?? TIMEOUTS,
        limit: foundLimit(file),
        onProgress: (received, total) => options.onProgress?.(file.name, received, total),
        signal,
      });
      return { raw, verified: await unpack(file, raw, href) };
    } catch (error) {
      if (error instanceof DataError) throw new FetchFailure(error.message, false);
      if (!(error instanceof FetchFailure)) throw error;
      if (!error.again || attempt >= attempts) {
        const times = attempt === 1 ? "" : ` (${attempt} attempts)`;
        throw new FetchFailure(`${error.message}${times}`, false);
      }
      await pause(backoff * 2 ** (attempt - 1), signal);
    }
  }
}

/** Downloads, verifies and caches the files, one after the other. */
export async function downloadMnist(options: DownloadOptions): Promise<Download> {
  const { files = MNIST_FILES, cacheDirectory } = options;
  let mirrors = [...options.mirrors ?? MNIST_MIRRORS];
  const done: UnpackedFile[] = [];
  const hosts: string[] = [];
  for (const file of files) {
    const failures: string[] = [];
    for (const mirror of mirrors) {
      try {
        const { raw, verified } = await fetchFrom(mirror, file, options);
        if (cacheDirectory !== null) {
          const name = isGzip(raw) ? `${file.name}.gz` : file.name;
          await writeCached(cacheDirectory, name, raw, options.disk);
        }
        done.push(verified);
        hosts.push(addressOf(mirror, file).host);
        // A mirror that worked is asked first for the next file.
        mirrors = [mirror, ...mirrors.filter((other) => other !== mirror)];
        break;
      } catch (error) {
        if (!(error instanceof FetchFailure)) throw error;
        failures.push(`  ${addressOf(mirror, file).href}: ${error.message}`);
      }
    }
    if (failures.length === mirrors.length) {
      throw new DownloadError(
        [`Cannot download ${file.name}: no mirror gave it`, ...failures].join("\n"),
      );
    }
  }
  return { files: done, hosts };
}
