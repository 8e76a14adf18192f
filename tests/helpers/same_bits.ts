import assert from "node:assert/strict";
import { hex, type KernelArena, openArena } from "./kernel_arena.ts";

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

/** Asserts that each of these arrays of `few` samples is the beginning of that of `many`. */
export function assertBeginningOf(
  many: Arrays,
  few: Arrays,
  names: readonly string[],
): void {
  for (const name of names) {
    const values = few[name]!, beginning = many[name]!.subarray(0, values.length);
    assertSameBits("fewer samples", { [name]: values }, { [name]: beginning });
  }
}

/** Asserts that kernels give the same bits in one part, and in two parts of the emulated build. */
export async function assertSameBitsInBothBuilds(
  compute: (arena: KernelArena, parts: number) => Arrays,
): Promise<void> {
  const [fused, emulated] = [await openArena("wasm"), await openArena("wasm-emulated")];
  assertSameBits("emulated", compute(emulated, 2), compute(fused, 1));
}
