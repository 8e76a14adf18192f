/**
 * The kernels as native code: the same C, compiled on the user's machine for the instruction set
 * that its processor has, and kept in the cache under the hash of its source. Called by Deno's
 * foreign function interface; needs --allow-run for the compiler and --allow-ffi for the result.
 * @module
 */
import { sha256Hex } from "../sha256.ts";
import type {
  CompiledKernels,
  Kernel,
  KernelInstance,
  NativeBuild,
} from "../engines/exact/kernels.ts";
import { hashKernelSources, KERNEL_SOURCES, kernelSourceFiles } from "./kernel_sources.ts";

/** Compilers in the order in which they are tried. */
const COMPILERS: readonly (readonly string[])[] = [
  ["cc"],
  ["clang"],
  ["gcc"],
  ["zig", "cc"],
  ["python3", "-m", "ziglang", "cc"],
];

const FLAGS = ["-O3", "-ffp-contract=off", "-fno-math-errno", "-shared", "-fPIC", "-w"];

/** As numbered in kernels/native.c. */
const INSTRUCTION_SETS = [null, "avx2", "avx512", "neon"] as const;
export type InstructionSet = NonNullable<(typeof INSTRUCTION_SETS)[number]>;

/** For GCC and Clang, and for Zig, which names processors otherwise. */
const TARGET_FLAGS: { readonly [set in InstructionSet]: { cc: string[]; zig: string[] } } = {
  avx2: { cc: ["-march=x86-64-v3"], zig: ["-mcpu=x86_64_v3"] },
  avx512: { cc: ["-march=x86-64-v4"], zig: ["-mcpu=x86_64_v4"] },
  neon: { cc: [], zig: [] },
};

/** Why there is no native code here: the caller goes on with WebAssembly. */
export class NativeError extends Error {
  override readonly name = "NativeError";
}

export interface NativeOptions {
  /** Tried in order, in place of the usual ones. */
  readonly compilers?: readonly (readonly string[])[];
  /** In place of the widest that the processor has. */
  readonly instructionSet?: InstructionSet;
}

/**
 * Finds, or builds, the library for this processor in `cache`, and gives its path. Throws a
 * NativeError where no compiler works or the processor has none of the instruction sets.
 */
export async function buildNativeKernels(
  cache: string,
  { compilers = COMPILERS, instructionSet }: NativeOptions = {},
): Promise<{ path: string; build: NativeBuild }> {
  const hash = (await hashKernelSources([FLAGS, TARGET_FLAGS])).slice(0, 16);
  await Deno.mkdir(cache, { recursive: true });
  const extension = Deno.build.os === "darwin" ? "dylib" : "so";
  const probe = `${cache}/probe-${hash}.${extension}`;
  await buildOnce(probe, compilers, ["native.c"], { cc: [], zig: [] }, ["-DLATENTBENCH_PROBE"]);
  const set = instructionSet ?? widestInstructionSet(probe);
  if (set === null) {
    throw new NativeError("this processor has neither AVX2 with FMA, nor AVX-512, nor NEON");
  }
  const path = `${cache}/kernels-${hash}-${set}.${extension}`;
  await buildOnce(path, compilers, kernelSourceFiles(".c"), TARGET_FLAGS[set], []);
  return { path, build: `native-${set}` };
}

/** Loads a library that `buildNativeKernels` gave. */
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

function widestInstructionSet(probe: string): InstructionSet | null {
  const library = Deno.dlopen(probe, {
    instruction_set: { parameters: [], result: "i32" },
  });
  const set = INSTRUCTION_SETS[library.symbols.instruction_set()] ?? null;
  library.close();
  return set;
}

/** Compiles into a temporary file and moves it into place, unless the file is there. */
async function buildOnce(
  path: string,
  compilers: readonly (readonly string[])[],
  files: readonly string[],
  target: { cc: string[]; zig: string[] },
  flags: readonly string[],
): Promise<void> {
  try {
    await Deno.stat(path);
    return;
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  const temporary = `${path}.${crypto.randomUUID()}.tmp`;
  const problems: string[] = [];
  for (const compiler of compilers) {
    const zig = compiler.some((word) => word.includes("zig"));
    try {
      const { success, stderr } = await new Deno.Command(compiler[0]!, {
        args: [
          ...compiler.slice(1),
          ...FLAGS,
          ...zig ? ["-fno-sanitize=all", ...target.zig] : target.cc,
          ...flags,
          ...files,
          "-o",
          temporary,
        ],
        cwd: KERNEL_SOURCES,
        stdin: "null",
        stdout: "null",
        stderr: "piped",
      }).output();
      if (success) {
        await Deno.rename(temporary, path);
        return;
      }
      const reason = new TextDecoder().decode(stderr).trim().split("\n").at(-1) ?? "";
      problems.push(`${compiler.join(" ")} failed (${reason})`);
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
      problems.push(`${compiler.join(" ")} was not found`);
    }
  }
  throw new NativeError(problems.join(", "));
}

class NativeInstance implements KernelInstance {
  /** By address: the kernels keep no reference of their own. */
  readonly #buffers = new Map<number, { buffer: ArrayBuffer; offset: number }>();
  readonly #path: string;
  readonly #control: Deno.DynamicLibrary<{
    begin_exact: { parameters: []; result: "u64" };
    end_exact: { parameters: ["u64"]; result: "void" };
  }>;

  constructor(path: string) {
    this.#path = path;
    this.#control = Deno.dlopen(path, {
      begin_exact: { parameters: [], result: "u64" },
      end_exact: { parameters: ["u64"], result: "void" },
    });
  }

  allocate(bytes: number): number {
    const buffer = new ArrayBuffer(bytes + 64);
    const start = Number(Deno.UnsafePointer.value(Deno.UnsafePointer.of(new Uint8Array(buffer))));
    const address = Math.ceil(start / 64) * 64;
    this.#buffers.set(address, { buffer, offset: address - start });
    return address;
  }

  view(address: number, bytes: number): Uint8Array<ArrayBuffer> {
    for (const [start, { buffer, offset }] of this.#buffers) {
      const at = address - start + offset;
      if (address >= start && at + bytes <= buffer.byteLength) {
        return new Uint8Array(buffer, at, bytes);
      }
    }
    throw new RangeError(`Cannot view ${bytes} bytes at ${address}: they were not allocated`);
  }

  kernel(name: string, addresses: number, numbers: number): Kernel {
    const parameters = [
      ...new Array<"usize">(addresses).fill("usize"),
      ...new Array<"i32">(numbers).fill("i32"),
    ];
    const library = Deno.dlopen(this.#path, { [name]: { parameters, result: "void" } });
    return library.symbols[name] as unknown as Kernel;
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
