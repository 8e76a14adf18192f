/** The self-test of each build, and what happens when a build does not pass it. */
import assert from "node:assert/strict";
import { sha256Hex } from "../../sha256.ts";
import { compileKernels, type KernelBytes, readKernelBytes, type WasmBuild } from "./kernels.ts";
import { ExactEngine } from "./exact_engine.ts";
import { loadExactEngine } from "./load_exact_engine.ts";
import { fc } from "../../models/fc.ts";
import { compile } from "./compile.ts";
import { KERNELS } from "./kernel_table.ts";
import {
  passesSelfTest,
  SELF_TEST_DIGEST,
  selfTestDigest,
  WIDER_CASES,
  WIDER_SELF_TEST_DIGEST,
  widerSelfTestDigest,
} from "./startup_check.ts";

const BYTES = await readKernelBytes();

/** Constants of the kernels, each of which decides some number, as they stand in the sources. */
const CONSTANTS: { readonly [name: string]: number } = {
  "adam.c: 0.9": 0.9,
  "adam.c: 0.1": 0.1,
  "adam.c: 0.999": 0.999,
  "adam.c: 0.001": 0.001,
  "pixel_dense.c: 255": 255,
  "float_math.h: 1 / ln 2": 1.44269504,
  "float_math.h: first of exp": 1.3950525e-3,
  "float_math.h: second of exp": 8.368911e-3,
  "float_math.h: third of exp": 4.1666206e-2,
  "float_math.h: fourth of exp": 1.6666518e-1,
  "float_math.h: first of log": 6.9173165e-2,
  "float_math.h: second of log": -1.1790798e-1,
  "float_math.h: last of log": 3.3333310e-1,
};

/** Little-endian bytes of a constant: a float32, or the same value as the float64 of the emulation. */
function encodings(constant: number): { bytes: Uint8Array; byte: number; bit: number }[] {
  const single = new Uint8Array(4), double = new Uint8Array(8);
  new DataView(single.buffer).setFloat32(0, constant, true);
  new DataView(double.buffer).setFloat64(0, Math.fround(constant), true);
  // In both, the bit of 2^-7 of the leading one.
  return [{ bytes: single, byte: 2, bit: 1 }, { bytes: double, byte: 5, bit: 0x20 }];
}

/** A build with one byte changed in each copy of a constant, or in the first one alone. */
function corrupt(
  bytes: Uint8Array<ArrayBuffer>,
  constant: number,
  copies: "all" | "first" = "all",
): Uint8Array<ArrayBuffer> {
  const corrupted = bytes.slice();
  let changed = 0;
  for (const { bytes: pattern, byte, bit } of encodings(constant)) {
    for (let i = 0; i + pattern.length <= bytes.length; i++) {
      if (!pattern.every((value, j) => bytes[i + j] === value)) continue;
      if (copies === "first" && changed > 0) continue;
      corrupted[i + byte]! ^= bit;
      changed++;
    }
  }
  assert.ok(changed > 0, `${constant} was not found`);
  assert.ok(WebAssembly.validate(corrupted), "the corrupted module does not validate");
  return corrupted;
}

const INVALID = Uint8Array.of(0, 97, 115, 109, 2, 0, 0, 0);

/** Loads an engine and keeps the lines of notice. */
async function load(bytes: KernelBytes, wanted: WasmBuild | null) {
  const lines: string[] = [];
  const engine = await loadExactEngine(bytes, wanted, (line) => lines.push(line));
  return { build: engine.build, lines };
}

for (const build of ["wasm", "wasm-emulated"] as const) {
  Deno.test(`the committed ${build} build passes its self-test`, async () => {
    const kernels = await compileKernels(build, BYTES);
    assert.ok(kernels);
    const engine = new ExactEngine(kernels);
    assert.equal(await selfTestDigest(engine), SELF_TEST_DIGEST);
    assert.ok(await passesSelfTest(engine));
    assert.equal(kernels.build, build);
    assert.equal(kernels.sha256, await sha256Hex(BYTES[build]));
  });

  Deno.test(`the ${build} build has the digest that GPUs are asked for`, async () => {
    const engine = new ExactEngine((await compileKernels(build, BYTES))!);
    assert.equal(await widerSelfTestDigest(engine), WIDER_SELF_TEST_DIGEST);
  });

  Deno.test(`a ${build} build with any constant off by 2^-7 fails its self-test`, async () => {
    let failed = 0;
    for (const [name, constant] of Object.entries(CONSTANTS)) {
      const bytes = { ...BYTES, [build]: corrupt(BYTES[build], constant) };
      const kernels = await compileKernels(build, bytes);
      assert.equal(await passesSelfTest(new ExactEngine(kernels!)), false, name);
      failed++;
    }
    assert.equal(failed, 13);
  });
}

Deno.test("the self-test of GPUs runs every kernel", () => {
  const pixels = fc({ kind: "pixels", width: 784 });
  const plans = [pixels, ...WIDER_CASES.map(([spec]) => spec)].map(compile);
  const called = plans.flatMap(({ step, evaluate }) => [...step?.calls ?? [], ...evaluate.calls])
    .map(({ kernel }) => kernel);
  assert.deepEqual([...new Set(called)].sort(), Object.keys(KERNELS).sort());
});

Deno.test("loadExactEngine() takes the fast build, and says nothing, where it works", async () => {
  assert.deepEqual(await load(BYTES, null), { build: "wasm", lines: [] });
});

Deno.test("loadExactEngine() takes the build that is wanted", async () => {
  assert.deepEqual(await load(BYTES, "wasm"), { build: "wasm", lines: [] });
  assert.deepEqual(await load(BYTES, "wasm-emulated"), { build: "wasm-emulated", lines: [] });
});

Deno.test("a corrupted fast build gives way to the other one, with one line", async () => {
  const bytes = { ...BYTES, "wasm": corrupt(BYTES.wasm, 0.999, "first") };
  assert.deepEqual(await load(bytes, null), {
    build: "wasm-emulated",
    lines: ["The wasm build failed its self-test: using wasm-emulated, slower"],
  });
});

Deno.test("a fast build that does not validate gives way to the other one, with one line", async () => {
  assert.deepEqual(await load({ ...BYTES, "wasm": INVALID }, null), {
    build: "wasm-emulated",
    lines: ["The wasm build is not supported by this host: using wasm-emulated, slower"],
  });
});

Deno.test("a wanted build that does not work is an Error that says why", async () => {
  await assert.rejects(load({ ...BYTES, "wasm": corrupt(BYTES.wasm, 0.9, "first") }, "wasm"), {
    name: "Error",
    message: "Cannot use the wasm build: it failed its self-test",
  });
  await assert.rejects(load({ ...BYTES, "wasm-emulated": INVALID }, "wasm-emulated"), {
    name: "Error",
    message: "Cannot use the wasm-emulated build: it is not supported by this host",
  });
});

Deno.test("no build that works is an Error, after the line about the first", async () => {
  const lines: string[] = [];
  await assert.rejects(
    loadExactEngine(
      { "wasm": INVALID, "wasm-emulated": corrupt(BYTES["wasm-emulated"], 0.9) },
      null,
      (line) => lines.push(line),
    ),
    {
      name: "Error",
      message: "Cannot run the exact engine: no build of its kernels works on this host",
    },
  );
  assert.equal(lines.length, 1);
});

Deno.test("kernels.sha256 names the committed builds", async () => {
  const manifest = await Deno.readTextFile(new URL("kernels.sha256", import.meta.url));
  for (
    const [file, build] of [["kernels.wasm", "wasm"], ["kernels_emulated.wasm", "wasm-emulated"]]
  ) {
    const sha256 = await sha256Hex(BYTES[build as WasmBuild]);
    assert.ok(manifest.split("\n").includes(`${file} ${sha256}`), file);
  }
});
