/**
 * From the bytes of a data file as found (packed or not) to bytes that may be used: unpacked, and
 * of the expected size and SHA-256 where these are known.
 * @module
 */
import { DataError } from "./data_error.ts";
import { sha256 } from "./digest.ts";
import { gunzip, isGzip } from "./gunzip.ts";
import type { DataFile } from "./mnist_files.ts";

/** A whole file that is not the one expected: perhaps of another dataset. */
export class ContentError extends DataError {
  override readonly name = "ContentError";
}

/** A data file, verified. */
export interface UnpackedFile {
  /** Where it was read from: a path or an address. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** SHA-256 (hex) of `bytes`. */
  readonly sha256: string;
}

/** Most bytes of a file whose size is not known: 5 times MNIST's training images. */
const LARGEST_FILE = 256 * 1024 * 1024;

/** Packed data is never much larger than what it unpacks to. */
const PACKING_OVERHEAD = 64 * 1024;

/** Most bytes that the file may have as found, packed or not. */
export function foundLimit(file: DataFile): number {
  return unpackedLimit(file) + PACKING_OVERHEAD;
}

/** Most bytes that the unpacked file may have. */
function unpackedLimit(file: DataFile): number {
  return file.expected?.bytes ?? LARGEST_FILE;
}

/**
 * Unpacks `raw` where it is gzip data, whatever it is called, and verifies it; `name` says where it
 * is from.
 */
export async function unpack(
  file: DataFile,
  raw: Uint8Array,
  name: string,
): Promise<UnpackedFile> {
  const bytes = isGzip(raw) ? await gunzip(raw, name, unpackedLimit(file)) : raw;
  const actual = sha256([bytes]);
  const { expected } = file;
  if (expected !== null && expected.sha256 !== actual) {
    throw new ContentError(
      `Cannot use ${name}: its ${bytes.length} unpacked bytes have the SHA-256 ${actual}, but ` +
        `${file.name} has ${expected.bytes} bytes and the SHA-256 ${expected.sha256}`,
    );
  }
  return { name, bytes, sha256: actual };
}
