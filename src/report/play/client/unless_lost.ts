import type { GpuEngine } from "../../../engines/exact/webgpu/gpu_engine.ts";

/** What a run on a GPU comes to. Throws an Error that says so in plain words if the GPU is lost. */
export async function unlessLost<T>({ gpu }: GpuEngine, run: Promise<T>): Promise<T> {
  const { device, description } = gpu;
  const lost = device.lost.then(({ message }) => {
    throw new Error(`The GPU (${description}) was lost, and the run with it: ${message}`);
  });
  return await Promise.race([lost, run]);
}
