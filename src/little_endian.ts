/**
 * Float32 values as the bytes of files and digests, which are little-endian: as they lie in memory,
 * for Deno and browsers run on no other hosts.
 * @module
 */

if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1) {
  throw new TypeError("Cannot run on this host: its memory is big-endian");
}

/** The values' bytes, of the same memory. */
export function littleEndianBytes(values: Float32Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}

/** The values that bytes stand for, a multiple of 4 of them: of the same memory where it is aligned. */
export function fromLittleEndian(bytes: Uint8Array): Float32Array<ArrayBuffer> {
  const isUsable = bytes.byteOffset % 4 === 0 && bytes.buffer instanceof ArrayBuffer;
  const { buffer, byteOffset, length } = isUsable ? bytes : Uint8Array.from(bytes);
  return new Float32Array(buffer as ArrayBuffer, byteOffset, length / 4);
}
