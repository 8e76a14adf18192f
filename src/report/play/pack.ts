import { Buffer } from "node:buffer";

/** Bytes as text that can stand inside of a page: gzip, then base64. `client/unpack.ts` reads it. */
export async function pack(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const zipped = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  return Buffer.from(await new Response(zipped).arrayBuffer()).toString("base64");
}
