/** The kernels of a native library, called by Deno's foreign function interface. */
import { sha256Hex } from "../../sha256.ts";
import type {
  CompiledKernels,
  Kernel,
  KernelHandle,
  KernelInstance,
  KernelRunner,
  NativeBuild,
} from "./kernels.ts";

/** Of a cache line, and of the widest vector. */
const ALIGNMENT = 64;

/** Loads a library of kernels. */
export async function loadNativeKernels(
  path: string,
  build: NativeBuild,
): Promise<CompiledKernels> {
  return {
    build,
    sha256: await sha256Hex(await Deno.readFile(path)),
    instantiate: () => new NativeInstance(path),
  };
}

/** The kernels of a library for one more thread: all of a process see the same memory. */
export function joinNativeMemory(
  { path }: Extract<KernelHandle, { readonly path: string }>,
): KernelRunner {
  return new NativeRunner(path);
}

const CONTROL = {
  allocate_memory: { parameters: ["usize"], result: "pointer" },
  release_memory: { parameters: ["pointer"], result: "void" },
  begin_exact: { parameters: [], result: "u64" },
  end_exact: { parameters: ["u64"], result: "void" },
} as const;

class NativeRunner implements KernelRunner {
  protected readonly control: Deno.DynamicLibrary<typeof CONTROL>["symbols"];

  constructor(protected readonly path: string) {
    this.control = Deno.dlopen(path, CONTROL).symbols;
  }

  kernel(name: string, addresses: number, numbers: number): Kernel {
    const parameters = [
      ...new Array<"usize">(addresses).fill("usize"),
      ...new Array<"i32">(numbers).fill("i32"),
    ];
    const library = Deno.dlopen(this.path, { [name]: { parameters, result: "void" } });
    return library.symbols[name] as unknown as Kernel;
  }

  run(calls: () => void): void {
    const found = this.control.begin_exact();
    try {
      calls();
    } finally {
      this.control.end_exact(found);
    }
  }
}

/** Memory of the library's own: it is gone as soon as it is released, and no collector moves it. */
interface Block {
  readonly pointer: Deno.PointerObject;
  readonly address: number;
  readonly buffer: ArrayBuffer;
}

class NativeInstance extends NativeRunner implements KernelInstance {
  readonly #blocks: Block[] = [];

  allocate(bytes: number): number {
    const pointer = this.control.allocate_memory(BigInt(bytes + ALIGNMENT));
    if (pointer === null) throw new RangeError(`Cannot allocate ${bytes} bytes of memory`);
    const start = Number(Deno.UnsafePointer.value(pointer));
    const address = Math.ceil(start / ALIGNMENT) * ALIGNMENT;
    const buffer = Deno.UnsafePointerView.getArrayBuffer(pointer, bytes, address - start);
    this.#blocks.push({ pointer, address, buffer });
    return address;
  }

  view(address: number, bytes: number): Uint8Array {
    for (const block of this.#blocks) {
      const at = address - block.address;
      if (at >= 0 && at + bytes <= block.buffer.byteLength) {
        return new Uint8Array(block.buffer, at, bytes);
      }
    }
    throw new RangeError(`Cannot view ${bytes} bytes at ${address}: they were not allocated`);
  }

  addressOf(shared: Uint8Array<SharedArrayBuffer>): number {
    const bytes = shared as Uint8Array<ArrayBufferLike> as Uint8Array<ArrayBuffer>;
    return Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes)));
  }

  share(): KernelHandle {
    return { path: this.path };
  }

  release(): void {
    for (const { pointer } of this.#blocks.splice(0)) this.control.release_memory(pointer);
  }
}
