/**
 * The arithmetic beneath the kernels, callable from tests: fixtures/engine/float_math_probe.c, built
 * with the flags of tools/build_kernels.ts in both builds.
 * @module
 */
import { type WasmBuild, WasmInstance } from "../../src/engines/exact/kernels.ts";
import { BUILD_FLAGS, WASM_FLAGS } from "../../tools/wasm_flags.ts";

const SOURCE = new URL("../../fixtures/engine/float_math_probe.c", import.meta.url);

/** Builds the probe with the compiler found by `testWith("zig", ...)`. */
export async function buildProbe(zig: readonly string[], build: WasmBuild): Promise<Probe> {
  const folder = await Deno.makeTempDir({ prefix: "latentbench-probe-" });
  try {
    const file = `${folder}/probe.wasm`;
    const { success, stderr } = await new Deno.Command(zig[0]!, {
      args: [
        ...zig.slice(1),
        "cc",
        ...WASM_FLAGS,
        ...BUILD_FLAGS[build],
        SOURCE.pathname,
        "-o",
        file,
      ],
      stdout: "null",
      stderr: "piped",
    }).output();
    if (!success) throw new Error(`Cannot build the probe: ${new TextDecoder().decode(stderr)}`);
    const module = await WebAssembly.compile(await Deno.readFile(file));
    return new Probe(module);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

export type ProbeFunction = "exp_array" | "log_array" | "fma_array";

/** Arrays in the probe's memory: write `inputs`, call `run`, read `output`. */
export interface ProbeArrays {
  readonly inputs: readonly Float32Array[];
  readonly output: Float32Array;
  readonly run: () => void;
}

export class Probe {
  readonly #instance: WasmInstance;

  constructor(module: WebAssembly.Module) {
    this.#instance = new WasmInstance(module);
  }

  /** Arrays of `length` values, a multiple of 4; those made before are detached. */
  arrays(name: ProbeFunction, length: number): ProbeArrays {
    if (length % 4 !== 0) {
      throw new RangeError(`Cannot probe ${length} values: not a multiple of 4`);
    }
    const addresses = Array.from(
      { length: name === "fma_array" ? 4 : 2 },
      () => this.#instance.allocate(length * 4),
    );
    const views = addresses.map((address) => {
      const bytes = this.#instance.view(address, length * 4);
      return new Float32Array(bytes.buffer, bytes.byteOffset, length);
    });
    const kernel = this.#instance.kernel(name);
    return {
      inputs: views.slice(0, -1),
      output: views.at(-1)!,
      run: () => kernel(...addresses, length),
    };
  }
}
