import assert from "node:assert/strict";
import { hex } from "./kernel_arena.ts";

type Arrays = { readonly [name: string]: Float32Array | Uint32Array };

/** Asserts that arrays have the same bits, and names the first value that has not. */
export function assertSameBits(what: string, got: Arrays, expected: Arrays): void {
  assert.deepEqual(Object.keys(got), Object.keys(expected));
  for (const [name, values] of Object.entries(expected)) {
    const others = got[name]!;
    assert.equal(others.length, values.length, `${what}: length of ${name}`);
    if (hex(others) === hex(values)) continue;
    const at = values.findIndex((value, k) => !Object.is(value, others[k]));
    assert.fail(`${what}: ${name}[${at}] is ${others[at]}, not ${values[at]}`);
  }
}
