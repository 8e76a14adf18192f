/** How C becomes the WebAssembly of the exact engine; the tests' probes are built alike. */
import type { WasmBuild } from "../src/engines/exact/kernels.ts";

export const WASM_FLAGS: readonly string[] = [
  "-target wasm32-freestanding -mcpu=mvp+simd128+bulk_memory+sign_ext+nontrapping_fptoint" +
  "+mutable_globals",
  "-O3 -ffp-contract=off -fno-builtin -nostdlib -Wall -Wextra -Werror",
  "-Wl,--no-entry -Wl,--import-memory -Wl,--strip-all",
  // Each thread of a team sets its own stack.
  "-Wl,--export=__heap_base -Wl,--export=__stack_pointer",
].flatMap((flags) => flags.split(" "));

/** What tells the builds apart. */
export const BUILD_FLAGS: { readonly [build in WasmBuild]: readonly string[] } = {
  "wasm": ["-mrelaxed-simd"],
  "wasm-emulated": ["-DLATENTBENCH_EMULATED_FMA"],
};
