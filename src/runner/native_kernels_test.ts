import assert from "node:assert/strict";
import { testWith } from "../../tests/needs.ts";
import { sliceSamples } from "../data/dataset.ts";
import { drawStrokes } from "../data/strokes.ts";
import { namesIn, temporaryFolder } from "../data/test_files.ts";
import { ae } from "../models/autoencoder.ts";
import { sha256Hex } from "../sha256.ts";
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

/** A copy of a library that says, as ELF does in byte 18, that it is for another processor. */
async function plantForeign(path: string): Promise<void> {
  const bytes = await Deno.readFile(path);
  bytes[18] = bytes[18] === 0xb7 ? 0x3e : 0xb7;
  await Deno.remove(path);
  await Deno.writeFile(path, bytes);
  await Deno.writeTextFile(`${path}.sha256`, await sha256Hex(bytes));
}

if (Deno.build.os === "linux") {
  testWith("cc", "a library that another system left in the cache is built again", async () => {
    await using folder = await temporaryFolder();
    // No kernel is called here: an empty library is soon built.
    const quick = 'case "$*" in *PROBE*) cc "$@";; *) for file; do :; done; ' +
      'cc -shared -x c /dev/null -o "$file";; esac';
    const compilers = [["sh", "-c", quick, "sh"]];
    const { path } = await buildNativeKernels(folder.path, { compilers });
    const libraries = namesIn(folder.path).filter((name) => name.endsWith(".so"));
    assert.equal(libraries.length, 2);
    for (const name of libraries) await plantForeign(`${folder.path}/${name}`);
    assert.throws(() => Deno.dlopen(path, {}));
    assert.equal((await buildNativeKernels(folder.path, { compilers })).path, path);
    Deno.dlopen(path, {}).close();
  });

  testWith(
    "cc",
    "a library that cannot be loaded gives way to WebAssembly, with one line",
    async () => {
      await using folder = await temporaryFolder();
      // As in a folder that is mounted noexec, what the compiler writes is no use.
      const useless = ["sh", "-c", 'for file; do :; done; echo "no library" > "$file"', "sh"];
      await assert.rejects(buildNativeKernels(folder.path, { compilers: [useless] }), {
        name: "NativeError",
        message:
          /^what was built cannot be loaded \(.*probe-.*: .*\): a folder .* in XDG_CACHE_HOME$/,
      });
    },
  );
}

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

testWith("cc", "a session gives its memory back when it is closed, with a team too", async () => {
  const cache = await Deno.makeTempDir();
  try {
    const { engine } = await findExactEngine("native", cache, () => {});
    const spec = ae({ kind: "pixels", width: 784 }, 20);
    const few = sliceSamples(drawStrokes().train, 0, 10);
    const before = Deno.memoryUsage().rss;
    for (let i = 0; i < 12; i++) {
      const session = await engine.withThreads(1 + i % 2).open(
        spec,
        { train: few, validation: few, test: few },
        0,
      );
      session.step(Uint32Array.of(0, 1), 0.001, 1);
      await session.close();
    }
    // Each takes 140 MB; the initial weights, 26 MB, wait for the garbage collector.
    const grown = Deno.memoryUsage().rss - before;
    assert.ok(grown < 800e6, `${Math.round(grown / 1e6)} MB more`);
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
});
