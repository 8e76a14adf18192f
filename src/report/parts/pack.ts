import { deflateSync } from "node:zlib";

/** Bytes as text that can stand inside of a page: zipped, then base64. `client/unpack.ts` reads it. */
export function pack(bytes: Uint8Array): string {
  return deflateSync(bytes, { level: 9 }).toString("base64");
}
