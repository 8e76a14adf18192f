import type { Splits } from "../../../data/dataset.ts";
import { initialParameters } from "../../../models/parameters.ts";
import type { ModelSpec } from "../../../models/spec.ts";
import { sha256HexOfText } from "../../../sha256.ts";
import type { Engine } from "../../engine.ts";
import { compile } from "../compile.ts";
import { type KernelName, KERNELS } from "../kernel_table.ts";
import { type Mode, MODES } from "./arithmetic.ts";
import { Gpu, GpuError } from "./gpu.ts";
import { type GpuKernel, shaderOf } from "./gpu_kernel.ts";
import { GPU_KERNELS } from "./kernels/all.ts";
import { GpuSession } from "./gpu_session.ts";
import { passesWiderSelfTest } from "../startup_check.ts";

/** The exact engine on a GPU: the same plans and the same bits. */
export class GpuEngine implements Engine {
  readonly name = "exact";
  #kernels: string | null = null;

  constructor(readonly gpu: Gpu) {}

  async open(spec: ModelSpec, splits: Splits, seed: number): Promise<GpuSession> {
    const plan = compile(spec);
    const session = new GpuSession(
      this.gpu,
      plan,
      {
        plan: await sha256HexOfText(JSON.stringify(plan)),
        kernels: this.#kernels ??= await digestOfShaders(this.gpu.mode),
      },
      splits,
      seed,
    );
    try {
      await session.start();
      session.setWeights(initialParameters(spec, seed));
    } catch (error) {
      session.close();
      throw error;
    }
    return session;
  }
}

/**
 * The engine on this host's GPU, in the first of the modes that passes the self-test. Throws a
 * GpuError if no mode does, or if there is no GPU.
 *
 * @param notify takes a line for each mode that does not pass
 */
export async function loadGpuEngine(
  notify: (line: string) => void,
  modes: readonly Mode[] = MODES,
): Promise<GpuEngine> {
  let description = "";
  for (const mode of modes) {
    const gpu = await Gpu.open(mode);
    description = gpu.description;
    const engine = new GpuEngine(gpu);
    if (await passesWiderSelfTest(engine)) return engine;
    notify(`The GPU (${description}) has other bits in the mode ${mode}, which is not used`);
    gpu.close();
  }
  throw new GpuError(`${description} failed its self-test`);
}

/** SHA-256 of the text of all shaders. */
async function digestOfShaders(mode: Mode): Promise<string> {
  const names = (Object.keys(KERNELS) as KernelName[]).sort();
  const texts = names.flatMap((name) => {
    const { phases }: GpuKernel = GPU_KERNELS[name];
    return phases.map((phase) => shaderOf(name, phase, mode));
  });
  return await sha256HexOfText(texts.join("\n"));
}
