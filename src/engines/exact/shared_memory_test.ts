import assert from "node:assert/strict";
import { readKernelBytes } from "./kernels.ts";
import { withSharedMemory } from "./shared_memory.ts";

const BYTES = await readKernelBytes();

function instantiate(bytes: Uint8Array<ArrayBuffer>, shared: boolean): WebAssembly.Instance {
  const memory = new WebAssembly.Memory({ initial: 32, maximum: 65536, shared });
  return new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } });
}

for (const build of ["wasm", "wasm-emulated"] as const) {
  Deno.test(`withSharedMemory() changes the limits of the ${build} build, and nothing else`, () => {
    const bytes = BYTES[build], shared = withSharedMemory(bytes);
    assert.throws(() => instantiate(bytes, true), WebAssembly.LinkError);
    assert.throws(() => instantiate(shared, false), WebAssembly.LinkError);
    assert.deepEqual(
      Object.keys(instantiate(shared, true).exports),
      Object.keys(instantiate(bytes, false).exports),
    );
    // Three bytes more for the maximum, in the third section or before.
    assert.equal(shared.length, bytes.length + 3);
    const tail = bytes.length - 1000;
    assert.deepEqual(shared.subarray(-tail), bytes.subarray(-tail));
  });
}

Deno.test("withSharedMemory() refuses what does not import an unshared memory alone", () => {
  const message = /^Cannot share the memory of this module: it does not import an unshared one$/;
  const empty = Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0);
  for (const bytes of [empty, withSharedMemory(BYTES.wasm)]) {
    assert.throws(() => withSharedMemory(bytes), { name: "TypeError", message });
  }
});
