import assert from "node:assert/strict";
import { testWith } from "../../tests/needs.ts";
import { findExactEngine } from "./find_kernels.ts";
import { buildNativeKernels } from "./native_kernels.ts";

testWith("cc", "a damaged library in the cache is built again, not loaded", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const { path } = await buildNativeKernels(cache);
    const whole = await Deno.readFile(path);
    // Cut to a third: its header promises more than is there.
    await Deno.writeFile(path, whole.subarray(0, whole.length / 3));
    const lines: string[] = [];
    const { engine } = await findExactEngine("native", cache, (line) => lines.push(line));
    assert.match(engine.build, /^native-/);
    assert.deepEqual(lines, []);
    assert.equal((await Deno.readFile(path)).length, whole.length);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

testWith("cc", "a library that is there and whole is not built again", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const { path } = await buildNativeKernels(cache);
    const { mtime } = await Deno.stat(path);
    const again = await buildNativeKernels(cache, { compilers: [] });
    assert.equal(again.path, path);
    assert.deepEqual((await Deno.stat(path)).mtime, mtime);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});

Deno.test("without a compiler or a place to build, WebAssembly takes over with one line", async () => {
  const file = await Deno.makeTempFile();
  try {
    const lines: string[] = [];
    const { engine } = await findExactEngine("native", `${file}/cache`, (line) => lines.push(line));
    assert.match(engine.build, /^wasm/);
    assert.equal(lines.length, 1);
    assert.match(
      lines[0]!,
      /^Native code is not used: .*cannot be used .*; going on with WebAssembly$/,
    );
  } finally {
    await Deno.remove(file);
  }
});
