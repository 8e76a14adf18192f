/** Which engine runs, and how each thread opens its own. */
import type { Engine } from "../engines/engine.ts";
import type { EngineName, TfjsEngineName } from "../engines/engine_name.ts";
import type { KernelSource } from "../engines/exact/kernels.ts";
import type { Mode } from "../engines/exact/webgpu/arithmetic.ts";
import type { GpuEngine } from "../engines/exact/webgpu/gpu_engine.ts";
import { guarded } from "../engines/exact/webgpu/guard.ts";
import { findExactEngine, openKernels, type WantedBuild } from "./find_kernels.ts";
import { findTfjs } from "./tfjs_packages.ts";

/** What a thread needs to know to open the engine. */
export type EngineSource =
  /** `gpu`: on the host's GPU, which passed its self-test in this mode, guarded by the kernels. */
  | { readonly name: "exact"; readonly kernels: KernelSource; readonly gpu?: Mode }
  /** `folder`: where TensorFlow.js is installed. */
  | { readonly name: TfjsEngineName; readonly folder: string };

/** Which engine is wanted. */
export interface WantedEngine {
  /** By its name. */
  readonly engine: EngineName;
  /** Build of the exact engine; null: the fastest WebAssembly. */
  readonly backend?: WantedBuild | null;
}

/** An engine that works here. */
export interface FoundEngine {
  /**
   * How the runner's workers open the same.
   * @ignore
   */
  readonly source: EngineSource;
  /**
   * The engine in this thread. Its sessions share their work between `threads`, 1 unless told; those
   * of `exact` give the same bits with any number.
   */
  open(threads?: number): Promise<Engine>;
}

/**
 * Finds what was asked for, before any work: kernels that pass their self-test, or an installation of
 * TensorFlow.js. Throws a TfjsError where that is missing, and an Error where no WebAssembly build, or
 * not the one that was asked for, works here. Native code that cannot be built, and a GPU that is not
 * there or has other bits, give way to WebAssembly.
 *
 * @param cache the folder of what is built and installed, as `cacheDirectory` gives it; null where
 * the user has none
 * @param notify takes a line that says why another build is used than the one that was asked for
 *
 * @example A step
 * ```ts
 * import { drawStrokes, fc, findEngine } from "@latentbench/latentbench";
 * import assert from "node:assert/strict";
 *
 * const engine = await (await findEngine({ engine: "exact" })).open();
 * const session = await engine.open(fc({ kind: "pixels", width: 784 }), drawStrokes(), 0);
 * const first = await session.step(Uint32Array.of(0, 1, 2, 3), 1e-3, 1);
 * const second = await session.step(Uint32Array.of(0, 1, 2, 3), 1e-3, 1);
 * await session.close();
 * assert.ok(second < first);
 * ```
 */
export async function findEngine(
  { engine: name, backend = null }: WantedEngine,
  cache: string | null = null,
  notify: (line: string) => void = () => {},
): Promise<FoundEngine> {
  if (name === "exact") {
    const native = cache === null ? null : `${cache}/native`;
    const { engine, source: kernels } = await findExactEngine(
      backend === "webgpu" ? null : backend,
      native,
      notify,
    );
    const gpu = backend === "webgpu" ? await findGpu(notify) : null;
    if (gpu !== null) {
      return {
        source: { name, kernels, gpu: gpu.gpu.mode },
        open: (threads = 1) => Promise.resolve(guarded(gpu, engine.withThreads(threads))),
      };
    }
    return {
      source: { name, kernels },
      open: (threads = 1) => Promise.resolve(engine.withThreads(threads)),
    };
  }
  const source: EngineSource = { name, folder: await findTfjs(name, cache) };
  return { source, open: (threads = 1) => openEngine(source, threads) };
}

/** The exact engine on a GPU; null, and a line to `notify`, if there is none that has its bits. */
async function findGpu(notify: (line: string) => void): Promise<GpuEngine | null> {
  const { GpuError } = await import("../engines/exact/webgpu/gpu.ts");
  const { loadGpuEngine } = await import("../engines/exact/webgpu/gpu_engine.ts");
  try {
    const engine = await loadGpuEngine(notify);
    const { description, isSoftware } = engine.gpu;
    if (isSoftware) {
      notify(`The GPU (${description}) is emulated in software: --backend wasm is faster`);
    }
    return engine;
  } catch (error) {
    if (!(error instanceof GpuError)) throw error;
    notify(`The GPU is not used: ${error.message}; going on with WebAssembly`);
    return null;
  }
}

/** The engine in the thread that calls; what only some need is loaded only here. */
export async function openEngine(source: EngineSource, threads: number): Promise<Engine> {
  if (source.name === "exact") {
    const processor = (await openKernels(source.kernels)).withThreads(threads);
    if (source.gpu === undefined) return processor;
    const { loadGpuEngine } = await import("../engines/exact/webgpu/gpu_engine.ts");
    return guarded(await loadGpuEngine(() => {}, [source.gpu]), processor);
  }
  const { loadBackend } = await import("../engines/tfjs/load_backend.ts");
  const { TfjsEngine } = await import("../engines/tfjs/tfjs_engine.ts");
  return new TfjsEngine(await loadBackend(source.name, source.folder, threads));
}
