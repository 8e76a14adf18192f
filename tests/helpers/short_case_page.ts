// The script of a page that runs the short case in a browser: it fetches both builds of the kernels
// and posts what they gave back, or what went wrong, to where the page came from.
import { runShortCase } from "./short_case.ts";

async function results(): Promise<unknown> {
  try {
    const read = async (path: string) =>
      new Uint8Array(await (await fetch(path)).arrayBuffer()) as Uint8Array<ArrayBuffer>;
    const bytes = { "wasm": await read("/wasm"), "wasm-emulated": await read("/wasm-emulated") };
    const emulated = await runShortCase(bytes, "wasm-emulated");
    // Relaxed SIMD is not in every browser; where it is missing the second build is what counts.
    const fused = WebAssembly.validate(bytes.wasm) ? await runShortCase(bytes, "wasm") : null;
    return { fused, emulated };
  } catch (error) {
    return { error: String(error) };
  }
}

await fetch("/results", { method: "POST", body: JSON.stringify(await results()) });
