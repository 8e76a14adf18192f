import { Gpu } from "../../../engines/exact/webgpu/gpu.ts";
import { type GpuEngine, loadGpuEngine } from "../../../engines/exact/webgpu/gpu_engine.ts";

/** The exact engine on this browser's GPU, or why WebAssembly takes its place. */
export type FoundGpu =
  | { readonly engine: GpuEngine; readonly seconds: number }
  | { readonly engine: null; readonly reason: string };

/**
 * Looks for a GPU that passes its self-test.
 *
 * @param takesSoftware whether one that is emulated in software is wanted too
 */
export async function findGpu(takesSoftware: boolean): Promise<FoundGpu> {
  const start = performance.now();
  try {
    if (!takesSoftware) {
      const gpu = await Gpu.open("native");
      gpu.close();
      const { isSoftware, description } = gpu;
      if (isSoftware) {
        return { engine: null, reason: `${description} is emulated in software, which is slower` };
      }
    }
    const engine = await loadGpuEngine(() => {});
    return { engine, seconds: (performance.now() - start) / 1000 };
  } catch (error) {
    return { engine: null, reason: error instanceof Error ? error.message : String(error) };
  }
}
