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

/** Loads a library of kernels. */
export async function loadNativeKernels(
  path: string,
  build: NativeBuild,
): Promise<CompiledKernels> {
  return {
    build,
    sha256: await sha256Hex(await Deno.readFile(path)),
    instantiate: (shared = false) => new NativeInstance(path, shared),
  };
}

/** The kernels of a library on memory that another thread sent. */
export function joinNativeMemory(
  { path, buffers }: Extract<KernelHandle, { readonly path: string }>,
): KernelRunner {
  return new NativeRunner(path, buffers);
}

class NativeRunner implements KernelRunner {
  readonly #control: Deno.DynamicLibrary<{
    begin_exact: { parameters: []; result: "u64" };
    end_exact: { parameters: ["u64"]; result: "void" };
    prefer_large_pages: { parameters: ["usize", "usize"]; result: "void" };
  }>;

  /** @param held memory that lives as long as this does: kernels keep no reference of their own */
  constructor(protected readonly path: string, protected readonly held: readonly unknown[] = []) {
    this.#control = Deno.dlopen(path, {
      begin_exact: { parameters: [], result: "u64" },
      end_exact: { parameters: ["u64"], result: "void" },
      prefer_large_pages: { parameters: ["usize", "usize"], result: "void" },
    });
  }

  kernel(name: string, addresses: number, numbers: number): Kernel {
    const parameters = [
      ...new Array<"usize">(addresses).fill("usize"),
      ...new Array<"i32">(numbers).fill("i32"),
    ];
    const library = Deno.dlopen(this.path, { [name]: { parameters, result: "void" } });
    return library.symbols[name] as unknown as Kernel;
  }

  /** Before memory is written to for the first time. */
  protected preferLargePages(address: number, bytes: number): void {
    this.#control.symbols.prefer_large_pages(BigInt(address), BigInt(bytes));
  }

  run(calls: () => void): void {
    const found = this.#control.symbols.begin_exact();
    try {
      calls();
    } finally {
      this.#control.symbols.end_exact(found);
    }
  }
}

class NativeInstance extends NativeRunner implements KernelInstance {
  /** By address. */
  readonly #buffers = new Map<number, { buffer: ArrayBufferLike; offset: number }>();

  constructor(path: string, private readonly shared: boolean) {
    super(path);
  }

  allocate(bytes: number): number {
    const buffer = this.shared ? new SharedArrayBuffer(bytes + 64) : new ArrayBuffer(bytes + 64);
    const view = new Uint8Array(buffer) as Uint8Array<ArrayBuffer>;
    const start = Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(view)));
    const address = Math.ceil(start / 64) * 64;
    this.preferLargePages(address, bytes);
    this.#buffers.set(address, { buffer, offset: address - start });
    return address;
  }

  view(address: number, bytes: number): Uint8Array {
    for (const [start, { buffer, offset }] of this.#buffers) {
      const at = address - start + offset;
      if (address >= start && at + bytes <= buffer.byteLength) {
        return new Uint8Array(buffer, at, bytes);
      }
    }
    throw new RangeError(`Cannot view ${bytes} bytes at ${address}: they were not allocated`);
  }

  share(): KernelHandle {
    const buffers = [...this.#buffers.values()].map(({ buffer }) => buffer as SharedArrayBuffer);
    return { path: this.path, buffers };
  }
}
