/** A GPU that can run the kernels: its device, and the shaders that it has compiled. */
import type { KernelName } from "../kernel_table.ts";
import type { Mode } from "./arithmetic.ts";
import { type GpuKernel, shaderOf } from "./gpu_kernel.ts";
import { GPU_KERNELS } from "./kernels/all.ts";

/** No GPU can be used: the message says why. */
export class GpuError extends Error {
  override readonly name = "GpuError";
}

export class Gpu {
  readonly #pipelines = new Map<string, Promise<GPUComputePipeline>>();
  readonly layout: GPUBindGroupLayout;
  readonly #pipelineLayout: GPUPipelineLayout;

  private constructor(
    readonly device: GPUDevice,
    /** What it is called. */
    readonly description: string,
    /** Whether it is emulated in software. */
    readonly isSoftware: boolean,
    readonly mode: Mode,
    private readonly shader: typeof shaderOf,
  ) {
    const types = ["read-only-storage", "storage", "storage", "read-only-storage"] as const;
    this.layout = device.createBindGroupLayout({
      entries: types.map((type, binding) => ({
        binding,
        visibility: GPUShaderStage.COMPUTE,
        buffer: { type },
      })),
    });
    this.#pipelineLayout = device.createPipelineLayout({ bindGroupLayouts: [this.layout] });
  }

  /**
   * The first GPU that the host offers, with all the memory that it allows. Throws a GpuError.
   *
   * @param shader another text for the shaders, for tests
   */
  static async open(mode: Mode, shader = shaderOf): Promise<Gpu> {
    const adapter = await navigator.gpu?.requestAdapter({ powerPreference: "high-performance" });
    if (!adapter) throw new GpuError("this host offers no GPU");
    const { maxStorageBufferBindingSize, maxBufferSize } = adapter.limits;
    const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
    const name = description || `${vendor} ${architecture}`.trim() || "without a name";
    try {
      const device = await adapter.requestDevice({
        requiredLimits: { maxStorageBufferBindingSize, maxBufferSize },
      });
      return new Gpu(device, name, isFallbackAdapter, mode, shader);
    } catch (error) {
      throw new GpuError(
        `its device cannot be opened: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  /** The shaders of a kernel's phases. All that are asked for at once are compiled in parallel. */
  pipelines(name: KernelName): Promise<GPUComputePipeline[]> {
    const { phases }: GpuKernel = GPU_KERNELS[name];
    return Promise.all(phases.map((phase, i) => {
      const key = `${name}/${i}`;
      const pipeline = this.#pipelines.get(key) ??
        this.#compile(key, this.shader(name, phase, this.mode));
      this.#pipelines.set(key, pipeline);
      return pipeline;
    }));
  }

  async #compile(label: string, code: string): Promise<GPUComputePipeline> {
    this.device.pushErrorScope("validation");
    const module = this.device.createShaderModule({ label, code });
    const pipeline = this.device.createComputePipelineAsync({
      label,
      layout: this.#pipelineLayout,
      compute: { module, entryPoint: "main" },
    }).catch((error: Error) => error);
    const invalid = await this.device.popErrorScope();
    const compiled = await pipeline;
    if (invalid === null && !(compiled instanceof Error)) return compiled;
    const message = invalid?.message ?? (compiled as Error).message;
    throw new GpuError(`its compiler refuses the kernel ${label}: ${message}`);
  }

  close(): void {
    this.device.destroy();
  }
}
