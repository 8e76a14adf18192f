/**
 * The kernels as WebAssembly: two builds of one source, with the fused multiply-add of relaxed SIMD
 * or with one computed exactly from float64. Both give the same bits.
 * @module
 */
import { sha256Hex } from "../../sha256.ts";

export type Build = "wasm" | "wasm-emulated";

/** The bytes of both builds, wherever they were read from. */
export type KernelBytes = { readonly [build in Build]: Uint8Array<ArrayBuffer> };

export type Kernel = (...args: number[]) => void;

/** A build that compiled here. */
export interface CompiledKernels {
  readonly build: Build;
  readonly module: WebAssembly.Module;
  readonly sha256: string;
}

/** Reads both builds from beside this file. */
export async function readKernelBytes(): Promise<KernelBytes> {
  const read = (name: string) => Deno.readFile(new URL(name, import.meta.url));
  return {
    "wasm": await read("kernels.wasm"),
    "wasm-emulated": await read("kernels_emulated.wasm"),
  };
}

/** Compiles a build, or gives null where this host does not validate it. */
export async function compileKernels(
  build: Build,
  bytes: KernelBytes,
): Promise<CompiledKernels | null> {
  if (!WebAssembly.validate(bytes[build])) return null;
  return {
    build,
    module: await WebAssembly.compile(bytes[build]),
    sha256: await sha256Hex(bytes[build]),
  };
}

const PAGE_BYTES = 65536;

/** An instance with its own memory, of which `allocate` hands out 64-byte aligned pieces. */
export class KernelInstance {
  readonly #memory: WebAssembly.Memory;
  readonly #exports: WebAssembly.Exports;
  #end: number;

  constructor(kernels: CompiledKernels) {
    this.#memory = new WebAssembly.Memory({ initial: 32, maximum: 65536 });
    this.#exports = new WebAssembly.Instance(kernels.module, { env: { memory: this.#memory } })
      .exports;
    this.#end = (this.#exports["__heap_base"] as WebAssembly.Global).value;
  }

  /** Byte address of `bytes` fresh bytes, all zero. Views made before are detached: make new ones. */
  allocate(bytes: number): number {
    const address = Math.ceil(this.#end / 64) * 64;
    this.#end = address + bytes;
    const missing = Math.ceil((this.#end - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
    return address;
  }

  get buffer(): ArrayBuffer {
    return this.#memory.buffer as ArrayBuffer;
  }

  kernel(name: string): Kernel {
    const kernel = this.#exports[name];
    if (typeof kernel !== "function") throw new TypeError(`Cannot find the kernel "${name}"`);
    return kernel as Kernel;
  }
}
