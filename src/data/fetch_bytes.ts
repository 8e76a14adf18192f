/**
 * One request that cannot hang: a time-out until the answer begins, one for each silence within it,
 * and a bound on its size. Redirects are followed.
 * @module
 */
import { reasonOf } from "./data_error.ts";

export type Milliseconds = number;

export interface TimeOuts {
  /** From the request to the first of the answer, redirects included. */
  readonly connect: Milliseconds;
  /** Without a byte, once the answer has begun. */
  readonly stall: Milliseconds;
}

export interface FetchOptions {
  readonly fetch: typeof fetch;
  readonly timeouts: TimeOuts;
  /** Most bytes taken. */
  readonly limit: number;
  /** Total is null where the server does not say it. */
  readonly onProgress: (receivedBytes: number, totalBytes: number | null) => void;
  readonly signal: AbortSignal | null;
}

/** Why a request gave no bytes, and whether the same server is worth another try. */
export class FetchFailure extends Error {
  override readonly name = "FetchFailure";
  readonly again: boolean;

  constructor(message: string, again: boolean, options?: ErrorOptions) {
    super(message, options);
    this.again = again;
  }
}

const PASSING_STATUS: ReadonlySet<number> = new Set([408, 425, 429, 500, 502, 503, 504]);

/** Bytes that the answer will have, or null where that is not said of the bytes we will see. */
function announcedBytes(headers: Headers): number | null {
  const length = headers.get("content-length");
  return length === null || headers.has("content-encoding") ? null : Number(length);
}

function checkSize(bytes: number, limit: number): void {
  if (bytes > limit) {
    throw new FetchFailure(`sent ${bytes} bytes or more, over the limit of ${limit}`, false);
  }
}

async function receive(
  response: Response,
  options: FetchOptions,
  onChunk: () => void,
): Promise<Uint8Array> {
  const { limit, onProgress } = options;
  const total = announcedBytes(response.headers);
  const chunks: Uint8Array[] = [];
  let received = 0;
  try {
    if (!response.ok) {
      throw new FetchFailure(
        `answered ${response.status} ${response.statusText}`.trimEnd(),
        PASSING_STATUS.has(response.status),
      );
    }
    checkSize(total ?? 0, limit);
    for await (const chunk of response.body ?? []) {
      onChunk();
      received += chunk.length;
      checkSize(received, limit);
      chunks.push(chunk);
      onProgress(received, total);
    }
  } finally {
    if (response.body?.locked === false) await response.body.cancel().catch(() => {});
  }
  if (total !== null && received !== total) {
    throw new FetchFailure(`sent ${received} of ${total} bytes`, true);
  }
  const bytes = new Uint8Array(received);
  let offset = 0;
  for (const chunk of chunks) {
    bytes.set(chunk, offset);
    offset += chunk.length;
  }
  return bytes;
}

/**
 * The bytes at `url`. Throws a `FetchFailure`, or the reason of `signal` once it is aborted.
 */
export async function fetchBytes(url: string, options: FetchOptions): Promise<Uint8Array> {
  const { timeouts, signal } = options;
  signal?.throwIfAborted();
  const stop = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  let timedOut: FetchFailure | null = null;
  const arm = (limit: Milliseconds, state: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      timedOut = new FetchFailure(`${state} for ${limit} ms`, true);
      stop.abort(timedOut);
    }, limit);
  };
  try {
    arm(timeouts.connect, "no answer");
    const response = await options.fetch(url, {
      redirect: "follow",
      signal: signal === null ? stop.signal : AbortSignal.any([signal, stop.signal]),
    });
    const onChunk = () => arm(timeouts.stall, "no further bytes");
    onChunk();
    return await receive(response, options, onChunk);
  } catch (error) {
    signal?.throwIfAborted();
    if (timedOut !== null) throw timedOut;
    if (error instanceof FetchFailure) throw error;
    const denied = error instanceof Deno.errors.NotCapable;
    throw new FetchFailure(reasonOf(error), !denied, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}
