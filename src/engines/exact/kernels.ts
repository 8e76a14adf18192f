/**
 * The kernels, in one of their builds: WebAssembly with the fused multiply-add of relaxed SIMD, or
 * with one computed exactly from float64, or native code. All give the same bits.
 * @module
 */
import { sha256Hex } from "../../sha256.ts";

export type WasmBuild = "wasm" | "wasm-emulated";
export type NativeBuild = "native-avx512" | "native-avx2" | "native-neon";
export type Build = WasmBuild | NativeBuild;

/** Where kernels come from: enough for another thread to load the same. */
export type KernelSource =
  | { readonly build: WasmBuild }
  | { readonly build: NativeBuild; readonly path: string };

export type Kernel = (...args: number[]) => void;

/** A build that can run here. */
export interface CompiledKernels {
  readonly build: Build;
  /** Of the bytes that run. */
  readonly sha256: string;
  instantiate(): KernelInstance;
}

/** Kernels with a memory of their own. */
export interface KernelInstance {
  /** Address of `bytes` fresh bytes, all zero, on a 64-byte boundary. */
  allocate(bytes: number): number;
  /** The bytes at an address; for WebAssembly, valid until the next allocation. */
  view(address: number, bytes: number): Uint8Array<ArrayBuffer>;
  /** A kernel that takes so many addresses, then so many whole numbers. */
  kernel(name: string, addresses: number, numbers: number): Kernel;
  /** Runs `calls` with the rounding mode that the kernels rely on. */
  run(calls: () => void): void;
}

/** The bytes of both WebAssembly builds, wherever they were read from. */
export type KernelBytes = { readonly [build in WasmBuild]: Uint8Array<ArrayBuffer> };

/** Reads both WebAssembly builds from beside this file. */
export async function readKernelBytes(): Promise<KernelBytes> {
  const read = (name: string) => Deno.readFile(new URL(name, import.meta.url));
  return {
    "wasm": await read("kernels.wasm"),
    "wasm-emulated": await read("kernels_emulated.wasm"),
  };
}

/** Compiles a WebAssembly build, or gives null where this host does not validate it. */
export async function compileKernels(
  build: WasmBuild,
  bytes: KernelBytes,
): Promise<CompiledKernels | null> {
  if (!WebAssembly.validate(bytes[build])) return null;
  const module = await WebAssembly.compile(bytes[build]);
  return {
    build,
    sha256: await sha256Hex(bytes[build]),
    instantiate: () => new WasmInstance(module),
  };
}

const PAGE_BYTES = 65536;

/** An instance of a compiled module, with its own memory. */
export class WasmInstance implements KernelInstance {
  readonly #memory = new WebAssembly.Memory({ initial: 32, maximum: 65536 });
  readonly #exports: WebAssembly.Exports;
  #end: number;

  constructor(module: WebAssembly.Module) {
    this.#exports = new WebAssembly.Instance(module, { env: { memory: this.#memory } }).exports;
    this.#end = (this.#exports["__heap_base"] as WebAssembly.Global).value;
  }

  allocate(bytes: number): number {
    const address = Math.ceil(this.#end / 64) * 64;
    this.#end = address + bytes;
    const missing = Math.ceil((this.#end - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
    return address;
  }

  view(address: number, bytes: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory.buffer as ArrayBuffer, address, bytes);
  }

  kernel(name: string): Kernel {
    const kernel = this.#exports[name];
    if (typeof kernel !== "function") throw new TypeError(`Cannot find the kernel "${name}"`);
    return kernel as Kernel;
  }

  run(calls: () => void): void {
    calls();
  }
}
