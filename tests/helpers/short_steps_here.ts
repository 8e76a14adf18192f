/** Prints the digests of every model's short steps, computed by the Deno that runs this. */
import { compileKernels, readKernelBytes } from "../../src/engines/exact/kernels.ts";
import { MODELS, shortSteps } from "./short_steps.ts";

const kernels = await compileKernels("wasm", await readKernelBytes());
if (kernels === null) throw new Error("Cannot validate the wasm build here");
const digests: { [model: string]: readonly string[] } = {};
for (const spec of MODELS) digests[spec.name] = await shortSteps(kernels, spec);
console.log(JSON.stringify({ arch: Deno.build.arch, digests }));
