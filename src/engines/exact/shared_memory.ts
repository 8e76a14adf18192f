/**
 * A module whose memory may be shared between threads. The committed builds import an unshared
 * memory; for a team the same bytes are loaded with the import's limits changed. Plain loads and
 * stores mean the same on both, so the code stays as it is.
 *
 * Source: WebAssembly core specification, release 3.0, binary format: import section, limits.
 * @module
 */

/** Pages that an imported memory may grow to, which a shared one must state. */
export const MAXIMUM_PAGES = 65536;

const HEADER_BYTES = 8;
const IMPORT_SECTION = 2;
const MEMORY_IMPORT = 2;
const SHARED_WITH_MAXIMUM = 3;

/** The module with its one import, an unshared memory, declared as shared. */
export function withSharedMemory(module: Uint8Array): Uint8Array<ArrayBuffer> {
  let at = HEADER_BYTES;
  const u32 = () => {
    let value = 0;
    for (let shift = 0;; shift += 7) {
      const byte = module[at++]!;
      value += (byte & 127) * (1 << shift);
      if (byte < 128) return value;
    }
  };
  const skipName = () => {
    const length = u32();
    at += length;
  };
  for (; at < module.length;) {
    const start = at;
    const [id, length] = [module[at++], u32()];
    const [contents, end] = [at, at + length];
    at = end;
    if (id !== IMPORT_SECTION) continue;
    at = contents;
    const imports = u32();
    skipName();
    skipName();
    const limits = at + 1;
    if (imports !== 1 || module[at] !== MEMORY_IMPORT || module[limits] !== 0) break;
    const section = [
      ...module.subarray(contents, limits),
      SHARED_WITH_MAXIMUM,
      ...module.subarray(limits + 1, end),
      ...encodeU32(MAXIMUM_PAGES),
    ];
    return Uint8Array.from([
      ...module.subarray(0, start),
      IMPORT_SECTION,
      ...encodeU32(section.length),
      ...section,
      ...module.subarray(end),
    ]);
  }
  throw new TypeError("Cannot share the memory of this module: it does not import an unshared one");
}

function encodeU32(value: number): number[] {
  const bytes: number[] = [];
  for (; value > 127; value >>>= 7) bytes.push(value & 127 | 128);
  return [...bytes, value];
}
