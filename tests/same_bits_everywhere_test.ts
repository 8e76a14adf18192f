/** Every model, three steps: the same weights from every build, and split in any number of parts. */
import assert from "node:assert/strict";
import { drawStrokes } from "../src/data/strokes.ts";
import { ExactEngine } from "../src/engines/exact/exact_engine.ts";
import {
  type CompiledKernels,
  compileKernels,
  readKernelBytes,
  type WasmBuild,
} from "../src/engines/exact/kernels.ts";
import { loadNativeKernels } from "../src/engines/exact/native_instance.ts";
import { buildNativeKernels } from "../src/runner/native_kernels.ts";
import { ae, vae } from "../src/models/autoencoder.ts";
import { conv } from "../src/models/conv.ts";
import { fc } from "../src/models/fc.ts";
import type { ModelSpec } from "../src/models/spec.ts";
import { AdamRate } from "../src/training/adam_rate.ts";
import { digestOfOutputs, digestOfWeights } from "../src/training/digests.ts";
import { compileDriver, drivenKernels } from "./helpers/driven_kernels.ts";
import { findTool, testWith } from "./needs.ts";

const PIXELS = { kind: "pixels", width: 784 } as const;
const MODELS = [fc(PIXELS), conv(PIXELS), ae(PIXELS, 5), vae(PIXELS, 20)];
const SAMPLES = drawStrokes();

/** Three steps on 7 samples: an odd number leaves half a block of the convolutions. */
async function shortRun(
  kernels: CompiledKernels,
  spec: ModelSpec,
  threads = 1,
): Promise<string[]> {
  const session = await new ExactEngine(kernels, threads, 0).open(spec, SAMPLES, 2);
  try {
    const rate = new AdamRate();
    for (let step = 0; step < 3; step++) {
      session.step(Uint32Array.from({ length: 7 }, (_, i) => step * 7 + i), rate.next(), 1);
    }
    const { outputs } = session.evaluate("test", 5, 1);
    return [await digestOfWeights(session.weights()), await digestOfOutputs(outputs)];
  } finally {
    session.close();
  }
}

/** Known since numeric version 1. */
const GOLDEN: { readonly [model: string]: readonly string[] } = {
  fc: [
    "081903eec7e7114961f480af8d564d20f0f04b599d62239e812b67bb54824824",
    "b2a2f2afcab72d3ba943a3ba1937fe9f1a9a52d01f489225351d856cbafe6762",
  ],
  conv: [
    "e5b6412ed746eba180eb450741f8630f49b0c766e8d7da6b68fe8ecc02224b02",
    "1e90e8c2c6f708294b4ae8e983ca58de200d59f1859187d9088ac687ccf6fabd",
  ],
  ae: [
    "b2e0259759351e0704f6c6d717fc391da4e86829f46024820f9e4ec57d8f2824",
    "51dd1e11405298fed70dc9758fe153c2bf3693adb4bf13466cbbbc1258c56fca",
  ],
  vae: [
    "e9551309fec0d23ea47435ceaeaa953a66d95273c4758467f3033c69f28f5190",
    "41d2a7e1881aa76488e137d132675bb7cb2c0d46ca6380ed56f5b90a31a9c5bf",
  ],
};

async function wasm(build: WasmBuild): Promise<CompiledKernels> {
  return (await compileKernels(build, await readKernelBytes()))!;
}

for (const spec of MODELS) {
  for (const threads of [1, 2, 3, 7]) {
    Deno.test(`${spec.name} gives its known digests, threads: ${threads}`, async () => {
      assert.deepEqual(await shortRun(await wasm("wasm"), spec, threads), GOLDEN[spec.name]);
    });
  }

  for (const threads of [1, 2]) {
    Deno.test(`${spec.name} gives the same bits with exactly emulated multiply-adds, threads: ${threads}`, async () => {
      const kernels = await wasm("wasm-emulated");
      assert.deepEqual(await shortRun(kernels, spec, threads), GOLDEN[spec.name]);
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
              assert.deepEqual(await shortRun(kernels, spec, threads), GOLDEN[spec.name], where);
            }
          }
        }
      } finally {
        await Deno.remove(cache, { recursive: true });
      }
    },
  );
}

if (Deno.env.get("LATENTBENCH_SLOW")) {
  testWith("qemu-aarch64", "every model gives the same bits from NEON, emulated", async (qemu) => {
    const zig = findTool("zig");
    assert.ok(zig, "zig compiles for the emulated machine");
    const folder = await Deno.makeTempDir({ prefix: "latentbench-neon-" });
    try {
      const program = `${folder}/driver`;
      await compileDriver([...zig, "cc", "-target", "aarch64-linux-musl"], program);
      const kernels = drivenKernels([...qemu, program], "native-neon");
      for (const spec of MODELS) {
        assert.deepEqual(await shortRun(kernels, spec), GOLDEN[spec.name], spec.name);
      }
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}
