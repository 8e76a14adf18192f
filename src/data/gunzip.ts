/**
 * Unpacks gzip data with a bound on what comes out: a small file that would unpack to very much is
 * refused as soon as it passes the limit, not after it filled the memory.
 * @module
 */
import { joinBytes } from "../join_bytes.ts";
import { DataError, reasonOf } from "./data_error.ts";

/** Bytes fed at a time; bounds how far one step can run past the limit. */
const STEP = 1 << 16;

export function isGzip(bytes: Uint8Array): boolean {
  return bytes.length >= 2 && bytes[0] === 0x1f && bytes[1] === 0x8b;
}

function inSteps(bytes: Uint8Array): ReadableStream<Uint8Array<ArrayBuffer>> {
  let offset = 0;
  return new ReadableStream({
    pull(controller) {
      if (offset >= bytes.length) return controller.close();
      controller.enqueue(bytes.slice(offset, offset + STEP));
      offset += STEP;
    },
  });
}

/** The one gzip member in `bytes`, unpacked: at most `limit` bytes. `name` stands in messages. */
export async function gunzip(
  bytes: Uint8Array,
  name: string,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    for await (const chunk of inSteps(bytes).pipeThrough(new DecompressionStream("gzip"))) {
      length += chunk.length;
      if (length > limit) break;
      chunks.push(chunk);
    }
  } catch (error) {
    throw new DataError(
      `Cannot unpack ${name}: it is not one whole gzip file (${reasonOf(error)})`,
      { cause: error },
    );
  }
  if (length > limit) {
    throw new DataError(`Cannot unpack ${name}: it unpacks to more than ${limit} bytes`);
  }
  return joinBytes(chunks);
}
