// The script of a page that runs the short case, and a few steps of every model, in a browser: it
// fetches both builds of the kernels and posts what they gave back, or what went wrong, to where the
// page came from.
import {
  compileKernels,
  type KernelBytes,
  type WasmBuild,
} from "../../src/engines/exact/kernels.ts";
import { runShortCase } from "./short_case.ts";
import { MODELS, shortSteps } from "./short_steps.ts";

async function steps(bytes: KernelBytes, build: WasmBuild) {
  const kernels = (await compileKernels(build, bytes))!;
  const digests: { [model: string]: readonly string[] } = {};
  for (const spec of MODELS) digests[spec.name] = await shortSteps(kernels, spec);
  return digests;
}

async function results(): Promise<unknown> {
  try {
    const read = async (path: string) =>
      new Uint8Array(await (await fetch(path)).arrayBuffer()) as Uint8Array<ArrayBuffer>;
    const bytes = { "wasm": await read("/wasm"), "wasm-emulated": await read("/wasm-emulated") };
    const emulated = await runShortCase(bytes, "wasm-emulated");
    // Relaxed SIMD is not in every browser; where it is missing the second build is what counts.
    const hasFused = WebAssembly.validate(bytes.wasm);
    const fused = hasFused ? await runShortCase(bytes, "wasm") : null;
    return { fused, emulated, steps: await steps(bytes, hasFused ? "wasm" : "wasm-emulated") };
  } catch (error) {
    return { error: String(error) };
  }
}

async function post(): Promise<void> {
  await fetch("/results", { method: "POST", body: JSON.stringify(await results()) });
}

// Who opened the page waits until it is loaded, and no longer.
addEventListener("load", () => setTimeout(post));
