/**
 * Which build runs: the one that was asked for or the fastest that works here. Whatever is found has
 * passed its self-test.
 * @module
 */
import { ExactEngine } from "../engines/exact/exact_engine.ts";
import { type KernelSource, readKernelBytes, type WasmBuild } from "../engines/exact/kernels.ts";
import { loadExactEngine } from "../engines/exact/load_exact_engine.ts";
import { loadNativeKernels } from "../engines/exact/native_instance.ts";
import { buildNativeKernels, type InstructionSet, NativeError } from "./native_kernels.ts";
import { passesSelfTest } from "../engines/exact/startup_check.ts";

/**
 * Builds of the exact engine: WebAssembly, the same for hosts without relaxed SIMD, native code that
 * is compiled on the machine, or the host's GPU.
 */
export type WantedBuild =
  | "wasm"
  | "wasm-emulated"
  | "native"
  | "native-avx2"
  | "native-avx512"
  | "native-neon"
  | "webgpu";

/** The builds that can be asked for. */
export const WANTED_BUILDS: readonly WantedBuild[] = [
  ...["wasm", "wasm-emulated", "native"] as const,
  ...["native-avx2", "native-avx512", "native-neon", "webgpu"] as const,
];

/** Those whose kernels run on the processor. */
type WantedKernels = Exclude<WantedBuild, "webgpu">;

/**
 * The engine, and where its kernels came from. Native code that cannot be built or that fails its
 * self-test gives way to WebAssembly, with one line to `notify`.
 *
 * @param wanted null: the fastest WebAssembly build
 * @param cache folder for native libraries; null where the user has none
 */
export async function findExactEngine(
  wanted: WantedKernels | null,
  cache: string | null,
  notify: (line: string) => void,
): Promise<{ engine: ExactEngine; source: KernelSource }> {
  const isNative = wanted !== null && !isWasm(wanted);
  if (isNative) {
    try {
      if (cache === null) throw new NativeError("there is no cache folder to build it in");
      const source = await buildNativeKernels(
        cache,
        wanted === "native"
          ? {}
          : { instructionSet: wanted.slice("native-".length) as InstructionSet },
      );
      return { engine: await openKernels(source), source };
    } catch (error) {
      if (!(error instanceof NativeError)) throw error;
      notify(`Native code is not used: ${error.message}; going on with WebAssembly`);
    }
  }
  const engine = await loadExactEngine(
    await readKernelBytes(),
    isNative ? null : wanted,
    notify,
  );
  return { engine, source: { build: engine.build as WasmBuild } };
}

function isWasm(build: WantedKernels): build is WasmBuild {
  return build === "wasm" || build === "wasm-emulated";
}

/** The engine on kernels that were found before. */
export async function openKernels(source: KernelSource): Promise<ExactEngine> {
  if (!("path" in source)) {
    return await loadExactEngine(await readKernelBytes(), source.build, () => {});
  }
  const kernels = await loadNativeKernels(source.path, source.build);
  const engine = new ExactEngine(kernels);
  if (await passesSelfTest(engine)) return engine;
  throw new NativeError(`${source.path} failed its self-test`);
}
