/** Which engine runs, and how each thread opens its own. */
import type { Engine } from "../engines/engine.ts";
import type { EngineName, TfjsEngineName } from "../engines/engine_name.ts";
import type { KernelSource } from "../engines/exact/kernels.ts";
import { findExactEngine, openKernels, type WantedBuild } from "./find_kernels.ts";
import { findTfjs } from "./tfjs_packages.ts";

/** What a thread needs to know to open the engine. */
export type EngineSource =
  | { readonly name: "exact"; readonly kernels: KernelSource }
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
 * not the one that was asked for, works here. Native code that cannot be built gives way to
 * WebAssembly.
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
    const { engine, source } = await findExactEngine(backend, native, notify);
    return {
      source: { name, kernels: source },
      open: (threads = 1) => Promise.resolve(engine.withThreads(threads)),
    };
  }
  const source: EngineSource = { name, folder: await findTfjs(name, cache) };
  return { source, open: (threads = 1) => openEngine(source, threads) };
}

/** The engine in the thread that calls; TensorFlow.js is loaded only here. */
export async function openEngine(source: EngineSource, threads: number): Promise<Engine> {
  if (source.name === "exact") return (await openKernels(source.kernels)).withThreads(threads);
  const { loadBackend } = await import("../engines/tfjs/load_backend.ts");
  const { TfjsEngine } = await import("../engines/tfjs/tfjs_engine.ts");
  return new TfjsEngine(await loadBackend(source.name, source.folder, threads));
}
