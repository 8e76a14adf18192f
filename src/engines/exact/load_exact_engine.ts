import { ExactEngine } from "./exact_engine.ts";
import { compileKernels, type KernelBytes, type WasmBuild } from "./kernels.ts";
import { passesSelfTest } from "./startup_check.ts";

/**
 * The exact engine on the fastest build that works here. A build that this host does not validate,
 * or whose self-test gives another digest, gives way to the next, with one line to `notify`.
 *
 * @param wanted only this build; an Error where it does not work
 */
export async function loadExactEngine(
  bytes: KernelBytes,
  wanted: WasmBuild | null,
  notify: (line: string) => void,
): Promise<ExactEngine> {
  const builds: readonly WasmBuild[] = wanted === null ? ["wasm", "wasm-emulated"] : [wanted];
  for (const [i, build] of builds.entries()) {
    const kernels = await compileKernels(build, bytes);
    const engine = kernels && new ExactEngine(kernels);
    if (engine !== null && await passesSelfTest(engine)) return engine;
    const problem = kernels === null ? "is not supported by this host" : "failed its self-test";
    const next = builds[i + 1];
    if (next !== undefined) notify(`The ${build} build ${problem}: using ${next}, slower`);
    else if (wanted !== null) throw new Error(`Cannot use the ${wanted} build: it ${problem}`);
  }
  throw new Error("Cannot run the exact engine: no build of its kernels works on this host");
}
