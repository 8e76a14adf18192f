/**
 * Calls kernels by hand: arrays are placed in one instance's memory, kernels called on them, results
 * copied out. Memory that was not placed holds NaN, so that a kernel that reads it is noticed.
 * @module
 */
import {
  compileKernels,
  type KernelInstance,
  readKernelBytes,
  type WasmBuild,
} from "../../src/engines/exact/kernels.ts";

type Values = Float32Array | Uint32Array | Uint8Array;

/** The builds that are committed. */
export const BUILDS = ["wasm", "wasm-emulated"] as const satisfies readonly WasmBuild[];

/** An array in the arena. */
export interface Placed<T extends Values> {
  readonly address: number;
  /** A copy of what it holds now. */
  read(): T;
}

const ARENA_BYTES = 24 * 2 ** 20;

export class KernelArena {
  readonly #instance: KernelInstance;
  readonly #start: number;
  #end: number;

  constructor(instance: KernelInstance) {
    this.#instance = instance;
    this.#start = instance.allocate(ARENA_BYTES);
    this.#end = this.#start + ARENA_BYTES;
    this.clear();
  }

  /** Forgets all arrays. */
  clear(): void {
    this.#instance.view(this.#start, this.#end - this.#start).fill(0xff);
    this.#end = this.#start;
  }

  /** A copy of `values`, 64-byte aligned. */
  place<T extends Values>(values: T): Placed<T> {
    const address = this.#end, { byteLength } = values;
    this.#end = Math.ceil((address + byteLength + 64) / 64) * 64;
    if (this.#end > this.#start + ARENA_BYTES) throw new RangeError("Cannot place: arena is full");
    const bytes = () => this.#instance.view(address, byteLength);
    bytes().set(new Uint8Array(values.buffer, values.byteOffset, byteLength));
    const make = values.constructor as { new (buffer: ArrayBuffer): T };
    return { address, read: () => new make(bytes().slice().buffer) };
  }

  /** `length` floats, all of one value. */
  floats(length: number, value: number): Placed<Float32Array> {
    return this.place(new Float32Array(length).fill(value));
  }

  /** A call of the whole kernel, ready to be timed. */
  bind(
    kernel: string,
    pointers: readonly { address: number }[],
    sizes: readonly number[],
  ): () => void {
    const run = this.#instance.kernel(kernel, pointers.length, sizes.length + 2);
    const args = [...pointers.map(({ address }) => address), ...sizes, 0, 1];
    return () => run(...args);
  }

  /** One call for each part, in falling order: parts may run in any. */
  call(
    kernel: string,
    pointers: readonly { address: number }[],
    sizes: readonly number[],
    parts: number,
  ): void {
    const run = this.#instance.kernel(kernel, pointers.length, sizes.length + 2);
    for (let part = parts - 1; part >= 0; part--) {
      run(...pointers.map(({ address }) => address), ...sizes, part, parts);
    }
  }
}

/** An arena of the committed kernels. */
export async function openArena(build: WasmBuild): Promise<KernelArena> {
  const kernels = await compileKernels(build, await readKernelBytes());
  if (kernels === null) throw new Error(`Cannot validate the ${build} build here`);
  return new KernelArena(kernels.instantiate());
}

/** The bytes of an array as text: -0 and 0, and all NaNs, are told apart. */
export function hex(values: Values): string {
  return new Uint8Array(values.buffer as ArrayBuffer, values.byteOffset, values.byteLength).toHex();
}
