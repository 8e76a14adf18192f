/**
 * Which mirrors can be reached. All are asked at once, so that a computer without a network is not
 * kept waiting for one after the other, and that none could be reached is remembered for an hour.
 * @module
 */
import { dirname, join } from "node:path";
import { reasonOf } from "./data_error.ts";
import { DownloadError } from "./download.ts";
import type { Milliseconds } from "./fetch_bytes.ts";

export interface AskOptions {
  readonly fetch?: typeof fetch | undefined;
  /** Without an answer for that long, a mirror counts as out of reach. */
  readonly connect?: Milliseconds | undefined;
  /** Without an answer for that long, `notify` says so. */
  readonly patience?: Milliseconds;
  /** Takes a line that the user should see. */
  readonly notify: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

const CONNECT: Milliseconds = 10_000;
const PATIENCE: Milliseconds = 2_000;
const REMEMBERED: Milliseconds = 3_600_000;
const MEMORY = "mirrors-out-of-reach";

/**
 * The mirrors, the one that answered first in front. Any answer counts, even an error: the download
 * says what is wrong with it. Throws a `DownloadError` if none answers, or if none did within the
 * last hour and `refresh` is not set.
 *
 * @param memory the folder that remembers; null: nothing is remembered
 */
export async function fastestFirst(
  mirrors: readonly string[],
  memory: string | null,
  refresh: boolean,
  options: AskOptions,
): Promise<string[]> {
  const path = memory === null ? null : join(memory, MEMORY);
  if (path !== null && !refresh) await refuseRemembered(path);
  let first: string;
  try {
    first = await firstToAnswer(mirrors, options);
  } catch (error) {
    options.signal?.throwIfAborted();
    const reasons: unknown[] = error instanceof AggregateError ? error.errors : [error];
    const denied = reasons.some((reason) => reason instanceof Deno.errors.NotCapable);
    if (path !== null && !denied) await remember(path);
    throw new DownloadError(
      [
        "Cannot download MNIST: no mirror answers",
        ...mirrors.map((mirror, i) => `  ${hostOf(mirror)}: ${reasonOf(reasons[i])}`),
      ].join("\n"),
      { cause: error },
    );
  }
  if (path !== null) await Deno.remove(path).catch(() => {});
  return [first, ...mirrors.filter((mirror) => mirror !== first)];
}

/** Asks all mirrors at once. Throws an `AggregateError` with a reason for each if none answers. */
async function firstToAnswer(mirrors: readonly string[], options: AskOptions): Promise<string> {
  const { fetch: ask = fetch, connect = CONNECT, patience = PATIENCE, signal, notify } = options;
  const stop = new AbortController();
  const late = setTimeout(() => stop.abort(new Error(`no answer for ${connect} ms`)), connect);
  const slow = setTimeout(() => {
    const left = Math.ceil((connect - patience) / 1000);
    notify(
      `No answer yet from ${mirrors.map(hostOf).join(" or ")}: waiting ${left} s more ` +
        "(--dataset strokes needs no network)",
    );
  }, patience);
  try {
    return await Promise.any(mirrors.map(async (mirror) => {
      const response = await ask(mirror, {
        method: "HEAD",
        signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
      });
      await response.body?.cancel();
      return mirror;
    }));
  } finally {
    clearTimeout(late);
    clearTimeout(slow);
    stop.abort();
  }
}

function hostOf(mirror: string): string {
  return new URL(mirror).host;
}

/** Leaves an empty file, whose date is the memory. */
async function remember(path: string): Promise<void> {
  try {
    await Deno.mkdir(dirname(path), { recursive: true });
    await Deno.writeFile(path, new Uint8Array());
  } catch {
    // Then the mirrors are asked again next time, which costs seconds.
  }
}

async function refuseRemembered(path: string): Promise<void> {
  const { mtime } = await Deno.stat(path).catch(() => ({ mtime: null }));
  const age = mtime === null ? Infinity : Date.now() - mtime.getTime();
  if (age < 0 || age >= REMEMBERED) return;
  const minutes = Math.floor(age / 60_000);
  const ago = minutes === 0
    ? "less than a minute"
    : minutes === 1
    ? "1 minute"
    : `${minutes} minutes`;
  throw new DownloadError(
    `Cannot download MNIST: no mirror answered ${ago} ago, and they are asked once an hour. ` +
      "--refresh asks them now",
  );
}
