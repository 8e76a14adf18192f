import assert from "node:assert/strict";
import { combineDigests, sha256 } from "./digest.ts";

// FIPS 180-2, appendix B.1.
const ABC = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

Deno.test("sha256() is SHA-256 over the parts joined", () => {
  const encoder = new TextEncoder();
  assert.equal(sha256([encoder.encode("a"), encoder.encode("bc")]), ABC);
});

Deno.test("combineDigests() hashes raw digests in their order", () => {
  const other = sha256([new Uint8Array()]);
  const raw = new Uint8Array([...Uint8Array.fromHex(ABC), ...Uint8Array.fromHex(other)]);
  assert.equal(combineDigests([ABC, other]), sha256([raw]));
  assert.notEqual(combineDigests([ABC, other]), combineDigests([other, ABC]));
});
