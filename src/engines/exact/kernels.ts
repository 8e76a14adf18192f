/**
 * The kernels, in one of their builds: WebAssembly with the fused multiply-add of relaxed SIMD, or
 * with one computed exactly from float64, or native code. All give the same bits.
 * @module
 */
import { sha256Hex } from "../../sha256.ts";
import { MAXIMUM_PAGES, withSharedMemory } from "./shared_memory.ts";

export type WasmBuild = "wasm" | "wasm-emulated";
export type NativeBuild = "native-avx512" | "native-avx2" | "native-neon";
export type Build = WasmBuild | NativeBuild;

/** Where kernels come from: enough for another thread to load the same. */
export type KernelSource =
  | { readonly build: WasmBuild }
  | { readonly build: NativeBuild; readonly path: string; readonly compiler: string };

export type Kernel = (...args: number[]) => void;

/** A build that can run here. */
export interface CompiledKernels {
  readonly build: Build;
  /** Of the bytes that run. */
  readonly sha256: string;
  /** @param shared whether other threads will call kernels on the same memory */
  instantiate(shared?: boolean): KernelInstance;
}

/** Kernels on some memory, in one thread. */
export interface KernelRunner {
  /** A kernel that takes so many addresses, then so many whole numbers. */
  kernel(name: string, addresses: number, numbers: number): Kernel;
  /** Runs `calls` with the rounding mode that the kernels rely on. */
  run(calls: () => void): void;
}

/** Kernels with a memory of their own. */
export interface KernelInstance extends KernelRunner {
  /** Address of `bytes` fresh bytes, all zero, on a 64-byte boundary. */
  allocate(bytes: number): number;
  /** The bytes at an address; for unshared WebAssembly, valid until the next allocation. */
  view(address: number, bytes: number): Uint8Array;
  /** Where bytes lie that threads share, for kernels that reach them there; null for others. */
  addressOf(shared: Uint8Array<SharedArrayBuffer>): number | null;
  /** What one more thread needs to run kernels on this memory, which must be shared. */
  share(): KernelHandle;
  /** Gives the memory back, where that does not wait for the garbage collector. */
  release(): void;
}

/** Kernels and memory as one thread can send them to another. */
export type KernelHandle =
  | {
    readonly module: WebAssembly.Module;
    readonly memory: WebAssembly.Memory;
    /** Where the thread's own stack begins: it grows downwards. */
    readonly stack: number;
  }
  | { readonly path: string };

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
  let sharedModule: WebAssembly.Module | null = null;
  return {
    build,
    sha256: await sha256Hex(bytes[build]),
    instantiate: (shared = false) =>
      shared
        ? new WasmInstance(
          sharedModule ??= new WebAssembly.Module(withSharedMemory(bytes[build])),
          newMemory(true),
        )
        : new WasmInstance(module, newMemory(false)),
  };
}

const PAGE_BYTES = 65536;
const STACK_BYTES = 1 << 20;

function newMemory(shared: boolean): WebAssembly.Memory {
  return new WebAssembly.Memory({ initial: 32, maximum: MAXIMUM_PAGES, shared });
}

/** The kernels of a module on a memory that another thread sent. */
export function joinMemory(
  { module, memory, stack }: Extract<KernelHandle, { readonly module: WebAssembly.Module }>,
): KernelRunner {
  const instance = new WasmInstance(module, memory);
  instance.moveStack(stack);
  return instance;
}

/** An instance of a compiled module. */
export class WasmInstance implements KernelInstance {
  readonly #module: WebAssembly.Module;
  readonly #memory: WebAssembly.Memory;
  readonly #exports: WebAssembly.Exports;
  #end: number;

  constructor(module: WebAssembly.Module, memory = newMemory(false)) {
    this.#module = module;
    this.#memory = memory;
    this.#exports = new WebAssembly.Instance(module, { env: { memory } }).exports;
    this.#end = this.#global("__heap_base").value;
  }

  allocate(bytes: number): number {
    const address = Math.ceil(this.#end / 64) * 64;
    this.#end = address + bytes;
    const missing = Math.ceil((this.#end - this.#memory.buffer.byteLength) / PAGE_BYTES);
    if (missing > 0) this.#memory.grow(missing);
    return address;
  }

  view(address: number, bytes: number): Uint8Array {
    return new Uint8Array(this.#memory.buffer, address, bytes);
  }

  kernel(name: string): Kernel {
    const kernel = this.#exports[name];
    if (typeof kernel !== "function") throw new TypeError(`Cannot find the kernel "${name}"`);
    return kernel as Kernel;
  }

  addressOf(): null {
    return null;
  }

  /** A memory of WebAssembly goes when nothing refers to it any more. */
  release(): void {}

  run(calls: () => void): void {
    calls();
  }

  share(): KernelHandle {
    const stack = this.allocate(STACK_BYTES) + STACK_BYTES;
    return { module: this.#module, memory: this.#memory, stack };
  }

  /** Every instance starts with the same stack, which no two threads may use. */
  moveStack(top: number): void {
    this.#global("__stack_pointer").value = top;
  }

  #global(name: string): WebAssembly.Global {
    return this.#exports[name] as WebAssembly.Global;
  }
}
