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

export interface WantedEngine {
  readonly engine: EngineName;
  /** Build of the exact engine; null: the fastest WebAssembly. */
  readonly backend: WantedBuild | null;
}

export interface FoundEngine {
  readonly source: EngineSource;
  /** The engine in this thread. */
  open(threads: number): Promise<Engine>;
}

/**
 * Finds what was asked for, before any work: kernels that pass their self-test, or an installation of
 * TensorFlow.js. Throws a TfjsError where that is missing.
 *
 * @param cache the folder of what is built and installed; null where the user has none
 */
export async function findEngine(
  { engine: name, backend }: WantedEngine,
  cache: string | null,
  notify: (line: string) => void,
): Promise<FoundEngine> {
  if (name === "exact") {
    const native = cache === null ? null : `${cache}/native`;
    const { engine, source } = await findExactEngine(backend, native, notify);
    return {
      source: { name, kernels: source },
      open: (threads) => Promise.resolve(engine.withThreads(threads)),
    };
  }
  const source: EngineSource = { name, folder: await findTfjs(name, cache) };
  return { source, open: (threads) => openEngine(source, threads) };
}

/** The engine in the thread that calls; TensorFlow.js is loaded only here. */
export async function openEngine(source: EngineSource, threads: number): Promise<Engine> {
  if (source.name === "exact") return (await openKernels(source.kernels)).withThreads(threads);
  const { loadBackend } = await import("../engines/tfjs/load_backend.ts");
  const { TfjsEngine } = await import("../engines/tfjs/tfjs_engine.ts");
  return new TfjsEngine(await loadBackend(source.name, source.folder, threads));
}
