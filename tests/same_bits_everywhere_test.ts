/**
 * Every model, three steps: the same weights from every build, and split in any number of parts. A
 * decoder, which is only evaluated, with its initial weights.
 */
import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import {
  type CompiledKernels,
  compileKernels,
  readKernelBytes,
  type WasmBuild,
} from "../src/engines/exact/kernels.ts";
import { loadNativeKernels } from "../src/engines/exact/native_instance.ts";
import { buildNativeKernels } from "../src/runner/native_kernels.ts";
import { compileDriver, drivenKernels } from "./helpers/driven_kernels.ts";
import { GOLDEN_STEPS, MODELS, shortSteps } from "./helpers/short_steps.ts";
import { findTool, testSlowly, testWith } from "./needs.ts";

async function wasm(build: WasmBuild): Promise<CompiledKernels> {
  return (await compileKernels(build, await readKernelBytes()))!;
}

for (const spec of MODELS) {
  for (const threads of [1, 2, 3, 7]) {
    Deno.test(`${spec.name} gives its known digests, threads: ${threads}`, async () => {
      assert.deepEqual(
        await shortSteps(await wasm("wasm"), spec, threads),
        GOLDEN_STEPS[spec.name],
      );
    });
  }

  for (const threads of [1, 2]) {
    Deno.test(`${spec.name} gives the same bits with exactly emulated multiply-adds, threads: ${threads}`, async () => {
      const kernels = await wasm("wasm-emulated");
      assert.deepEqual(await shortSteps(kernels, spec, threads), GOLDEN_STEPS[spec.name]);
    });
  }
}

// Debian's cc is GCC, and Zig's is Clang.
for (const compiler of ["cc", "zig"] as const) {
  testWith(
    compiler,
    `every model gives the same bits from native code by ${compiler}, of every width`,
    async (command) => {
      const cache = await Deno.makeTempDir({ prefix: "latentbench-native-" });
      const compilers = [compiler === "zig" ? [...command, "cc"] : command];
      try {
        const widest = await buildNativeKernels(cache, { compilers });
        const builds = [widest];
        if (widest.build === "native-avx512") {
          builds.push(await buildNativeKernels(cache, { compilers, instructionSet: "avx2" }));
        }
        for (const { path, build } of builds) {
          const kernels = await loadNativeKernels(path, build);
          // Teams are of one compiler's code: what differs between compilers is in the kernels.
          const teams = compiler === "cc" && build === widest.build ? [1, 2, 3, 7] : [1];
          for (const spec of MODELS) {
            for (const threads of teams) {
              const where = `${build}, threads: ${threads}`;
              assert.deepEqual(
                await shortSteps(kernels, spec, threads),
                GOLDEN_STEPS[spec.name],
                where,
              );
            }
          }
        }
      } finally {
        await Deno.remove(cache, { recursive: true });
      }
    },
  );
}

testSlowly(
  "every model gives the same bits from NEON, emulated",
  (name) =>
    testWith("qemu-aarch64", name, async (qemu) => {
      const zig = findTool("zig");
      assert.ok(zig, "zig compiles for the emulated machine");
      const folder = await Deno.makeTempDir({ prefix: "latentbench-neon-" });
      try {
        const program = `${folder}/driver`;
        await compileDriver([...zig, "cc", "-target", "aarch64-linux-musl"], program);
        const kernels = drivenKernels([...qemu, program], "native-neon");
        for (const spec of MODELS) {
          assert.deepEqual(await shortSteps(kernels, spec), GOLDEN_STEPS[spec.name], spec.name);
        }
      } finally {
        await Deno.remove(folder, { recursive: true });
      }
    }),
);

testSlowly(
  "every model gives the same bits from V8's code for arm64, emulated",
  (name) =>
    testWith("deno-arm64", name, async ([program, ...args]) => {
      const script = fileURLToPath(new URL("helpers/short_steps_here.ts", import.meta.url));
      const { success, stdout } = await new Deno.Command(program!, {
        args: [...args, "run", "--no-check", "--allow-read", script],
        stderr: "inherit",
      }).output();
      assert.ok(success);
      assert.deepEqual(JSON.parse(new TextDecoder().decode(stdout)), {
        arch: "aarch64",
        digests: GOLDEN_STEPS,
      });
    }),
);
