/**
 * Unpacks gzip data with a bound on what comes out: a small file that would unpack to very much is
 * refused as soon as it passes the limit, not after it filled the memory.
 * @module
 */
import { promisify } from "node:util";
import zlib from "node:zlib";
import { DataError, reasonOf } from "./data_error.ts";

// Not DecompressionStream: it refuses a file of several members, as `cat a.gz b.gz` makes it.
const unzip = promisify<Uint8Array, zlib.ZlibOptions, Uint8Array>(zlib.gunzip);

export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

/** What all gzip members in `bytes` unpack to: at most `limit` bytes. `name` is for messages. */
export async function gunzip(
  bytes: Uint8Array,
  name: string,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  try {
    return new Uint8Array(await unzip(bytes, { maxOutputLength: limit }));
  } catch (error) {
    if ((error as { code?: unknown }).code === "ERR_BUFFER_TOO_LARGE") {
      throw new DataError(`Cannot unpack ${name}: it unpacks to more than ${limit} bytes`);
    }
    throw new DataError(
      `Cannot unpack ${name}: it is not one whole gzip file (${reasonOf(error)})`,
      { cause: error },
    );
  }
}
