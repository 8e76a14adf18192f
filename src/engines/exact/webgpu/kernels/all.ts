/** Every kernel of the table, in WGSL. */
import type { KernelName } from "../../kernel_table.ts";
import type { GpuKernels } from "../gpu_kernel.ts";
import { CONV } from "./conv.ts";
import { DENSE } from "./dense.ts";
import { FEATURES } from "./features.ts";
import { LATENT } from "./latent.ts";
import { LOSSES } from "./losses.ts";
import { TRANSPOSED_CONV } from "./transposed_conv.ts";

export const GPU_KERNELS: GpuKernels<KernelName> = {
  ...CONV,
  ...DENSE,
  ...FEATURES,
  ...LATENT,
  ...LOSSES,
  ...TRANSPOSED_CONV,
};
