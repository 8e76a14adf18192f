/**
 * Engines in one process: the native libraries of TensorFlow change nothing that the exact engine
 * computes, and its back ends do not take each other's place. Slow: it needs tfjs-node.
 * @module
 */
import assert from "node:assert/strict";
import { GOLDEN_STEPS, MODELS, samplesOf, shortSteps } from "../../../tests/helpers/short_steps.ts";
import { testInstalled, testSlowly, testWith } from "../../../tests/needs.ts";
import { findExactEngine } from "../../runner/find_kernels.ts";
import { compileKernels, readKernelBytes } from "../exact/kernels.ts";
import { loadNativeKernels } from "../exact/native_instance.ts";
import { loadBackend } from "./load_backend.ts";
import { TfjsEngine } from "./tfjs_engine.ts";

/** The smallest normal numbers of both widths; a quarter of them is subnormal. */
const SMALLEST = Float64Array.of(2 ** -126, 2 ** -1022);
const UNFLUSHED = quarters();

/** Computed when it is called, from numbers that no compiler knows: with flushing, some are 0. */
function quarters(): number[] {
  const quarter = SMALLEST[0]! / SMALLEST[0]! / 4;
  return [Math.fround(SMALLEST[0]! * quarter), SMALLEST[1]! * quarter];
}

for (const build of ["wasm", "native"] as const) {
  await testSlowly(
    `the ${build} kernels' bits stay as they are beside libtensorflow`,
    (name) =>
      testInstalled("tfjs-node", name, async (folder) => {
        const engine = new TfjsEngine(await loadBackend("tfjs-node", folder, 1));
        const { source } = await findExactEngine(build, await Deno.makeTempDir(), () => {});
        assert.ok(source.build.startsWith(build));
        const kernels = "path" in source
          ? await loadNativeKernels(source.path, source.build)
          : await compileKernels(source.build, await readKernelBytes());
        for (const spec of MODELS) {
          const splits = samplesOf(spec);
          const session = await engine.open(spec, splits, 1);
          if (spec.loss !== null) {
            for (let i = 0; i < 2; i++) await session.step(Uint32Array.of(1, 2, 3), 0.001, 1);
          }
          await session.evaluate("test", 3, 1);
          assert.deepEqual(quarters(), UNFLUSHED, spec.name);
          assert.deepEqual(await shortSteps(kernels!, spec), GOLDEN_STEPS[spec.name], spec.name);
          session.close();
        }
      }),
  );
}

await testSlowly(
  "two back ends of TensorFlow.js take turns in one thread",
  (name) =>
    testInstalled("tfjs-node", name, async (folder) => {
      const spec = MODELS[0]!, splits = samplesOf(spec);
      const node = await loadBackend("tfjs-node", folder, 1);
      const cpu = await loadBackend("tfjs-cpu", folder, 1);
      const inCharge: string[] = [];
      const losses: number[] = [];
      const sessions = await Promise.all(
        [node, cpu].map((backend) => new TfjsEngine(backend).open(spec, splits, 1)),
      );
      for (let i = 0; i < 3; i++) {
        for (const session of sessions) {
          losses.push(await session.step(Uint32Array.of(i, 9), 0.001, 1));
          inCharge.push(node.tf.getBackend());
        }
      }
      assert.deepEqual(inCharge, ["tensorflow", "cpu", "tensorflow", "cpu", "tensorflow", "cpu"]);
      for (let i = 0; i < losses.length; i += 2) {
        assert.ok(Math.abs(losses[i]! - losses[i + 1]!) < 1e-4 * losses[i]!, `${losses}`);
      }
      for (const session of sessions) session.close();
    }),
);

/** What libraries built with fast-math do: flushes subnormal results and operands to 0. */
const FLUSHING = `
#include <xmmintrin.h>
unsigned set_flushing(unsigned on) {
  unsigned found = _mm_getcsr();
  _mm_setcsr(on ? found | 0x8040u : found & ~0x8040u);
  return found;
}
`;

if (Deno.build.arch === "x86_64") {
  testWith(
    "cc",
    "a flushing library is seen, and does not change what native kernels compute",
    async ([cc]) => {
      const folder = await Deno.makeTempDir();
      try {
        await Deno.writeTextFile(`${folder}/flushing.c`, FLUSHING);
        const { success } = await new Deno.Command(cc!, {
          args: ["-shared", "-fPIC", "-o", `${folder}/flushing.so`, `${folder}/flushing.c`],
        }).output();
        assert.ok(success);
        const library = Deno.dlopen(`${folder}/flushing.so`, {
          set_flushing: { parameters: ["u32"], result: "u32" },
        });
        const { source } = await findExactEngine("native", `${folder}/cache`, () => {});
        assert.ok("path" in source);
        const kernels = await loadNativeKernels(source.path, source.build);
        library.symbols.set_flushing(1);
        try {
          assert.notDeepEqual(quarters(), UNFLUSHED);
          for (const spec of MODELS.filter(({ name }) => name === "fc" || name === "vae")) {
            assert.deepEqual(await shortSteps(kernels, spec), GOLDEN_STEPS[spec.name], spec.name);
          }
        } finally {
          library.symbols.set_flushing(0);
          library.close();
        }
        assert.deepEqual(quarters(), UNFLUSHED);
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    },
  );
}
