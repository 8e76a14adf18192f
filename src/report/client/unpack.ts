/** The bytes in a text that `pack` wrote. */
export async function unpack(packed: string): Promise<Uint8Array<ArrayBuffer>> {
  const characters = atob(packed);
  const zipped = new Uint8Array(characters.length);
  for (let i = 0; i < zipped.length; i++) zipped[i] = characters.charCodeAt(i);
  // WebKit reads no Blob in a worker that a page from a file has made.
  const stream = new Response(zipped).body!.pipeThrough(new DecompressionStream("deflate"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
