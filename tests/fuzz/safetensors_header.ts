/** Safetensors taken apart and put together, without a look at what the header says. */

export function splitSafetensors(bytes: Uint8Array): { header: string; data: Uint8Array } {
  const start = 8 + Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true));
  return {
    header: new TextDecoder().decode(bytes.subarray(8, start)).trimEnd(),
    data: bytes.subarray(start),
  };
}

/** A file of any text as header, with its right length. */
export function withHeader(text: string, data: Uint8Array): Uint8Array<ArrayBuffer> {
  const header = new TextEncoder().encode(text);
  const bytes = new Uint8Array(8 + header.length + data.length);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(header.length), true);
  bytes.set(header, 8);
  bytes.set(data, 8 + header.length);
  return bytes;
}
