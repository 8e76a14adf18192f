/** SHA-256 of bytes, in the forms that the data layer compares and combines. */
import { createHash } from "node:crypto";

/** SHA-256 (hex) over the concatenation of `parts`. */
export function sha256(parts: Iterable<Uint8Array>): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex");
}

/** SHA-256 (hex) over the concatenation of digests (hex), as raw bytes: order counts. */
export function combineDigests(digests: readonly string[]): string {
  return sha256(digests.map((digest) => Uint8Array.fromHex(digest)));
}
