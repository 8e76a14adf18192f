import assert from "node:assert/strict";
import { unpack } from "../client/unpack.ts";
import { pack } from "./pack.ts";

Deno.test("unpack() gives back the bytes that pack() was given, all 256 and none", async () => {
  for (const length of [0, 1, 300_000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8)) & 255);
    const packed = pack(bytes);
    assert.match(packed, /^[A-Za-z0-9+/]+=*$/);
    assert.deepEqual(await unpack(packed), bytes);
  }
});
