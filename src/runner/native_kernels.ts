/**
 * The kernels as native code: the same C, compiled on the user's machine for the instruction set
 * that its processor has, and kept in the cache under the hash of its source. Needs --allow-run for
 * the compiler and --allow-ffi for the result.
 * @module
 */
import type { NativeBuild } from "../engines/exact/kernels.ts";
import { osErrorNumber } from "../os_error.ts";
import { sha256Hex } from "../sha256.ts";
import { writeAtomically } from "../write_atomically.ts";
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
  /** By default the widest that the processor has. */
  readonly instructionSet?: InstructionSet;
}

/** A library that was found or built. */
export interface NativeLibrary {
  readonly path: string;
  readonly build: NativeBuild;
  /** What compiled it, as it names itself. */
  readonly compiler: string;
}

/**
 * Finds, or builds, the library for this processor in `cache`. Throws a NativeError if no compiler
 * works, what was built cannot be loaded, or the processor does not have the instruction set.
 */
export async function buildNativeKernels(
  cache: string,
  options: NativeOptions = {},
): Promise<NativeLibrary> {
  try {
    return await findOrBuild(cache, options);
  } catch (error) {
    const isOfSystem = osErrorNumber(error) !== null ||
      Object.values(Deno.errors).some((kind) => error instanceof kind);
    if (!isOfSystem) throw error;
    throw new NativeError(`${cache} cannot be used (${(error as Error).message})`);
  }
}

async function findOrBuild(
  cache: string,
  { compilers = COMPILERS, instructionSet }: NativeOptions,
): Promise<NativeLibrary> {
  // Machines of several systems may share the cache.
  const settings = [FLAGS, TARGET_FLAGS, Deno.build.target];
  const hash = (await hashKernelSources(settings)).slice(0, 16);
  await Deno.mkdir(cache, { recursive: true });
  const extension = Deno.build.os === "darwin" ? "dylib" : "so";
  const probe = `${cache}/probe-${hash}.${extension}`;
  const none = { cc: [], zig: [] };
  const widest = await buildAndLoad(
    probe,
    () => compile(probe, compilers, ["native.c"], none, ["-DLATENTBENCH_PROBE"]),
    widestInstructionSet,
  );
  const set = instructionSet ?? widest;
  if (set === null) {
    throw new NativeError("this processor has neither AVX2 with FMA, nor AVX-512, nor NEON");
  }
  if (set !== widest && !(set === "avx2" && widest === "avx512")) {
    throw new NativeError(`this processor does not have ${set}: its widest is ${widest}`);
  }
  const path = `${cache}/kernels-${hash}-${set}.${extension}`;
  await buildAndLoad(
    path,
    () => compile(path, compilers, kernelSourceFiles(".c"), TARGET_FLAGS[set], []),
    (path) => Deno.dlopen(path, {}).close(),
  );
  const compiler = (await Deno.readTextFile(`${path}.compiler`)).trim();
  return { path, build: `native-${set}`, compiler };
}

function widestInstructionSet(probe: string): InstructionSet | null {
  const library = Deno.dlopen(probe, {
    instruction_set: { parameters: [], result: "i32" },
  });
  const set = INSTRUCTION_SETS[library.symbols.instruction_set()] ?? null;
  library.close();
  return set;
}

/**
 * Loads a library that is there and whole: a damaged one could end the process. Builds it where there
 * is none, or where it cannot be loaded, as one that was built against a newer system's libraries.
 */
async function buildAndLoad<T>(
  path: string,
  build: () => Promise<void>,
  load: (path: string) => T,
): Promise<T> {
  if (await isWhole(path)) {
    try {
      return load(path);
    } catch {
      // Of another machine: the one that is built here says why it cannot be loaded either.
    }
  }
  await build();
  try {
    return load(path);
  } catch (error) {
    const reason = (error as Error).message.replace(/^(Could not open library: )+/, "");
    throw new NativeError(
      `what was built cannot be loaded (${reason}): a folder that programs may be loaded from can ` +
        "be named in XDG_CACHE_HOME",
    );
  }
}

/** Compiles into a temporary file and moves it into place. */
async function compile(
  path: string,
  compilers: readonly (readonly string[])[],
  files: readonly string[],
  target: { cc: string[]; zig: string[] },
  flags: readonly string[],
): Promise<void> {
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
        const digest = await sha256Hex(await Deno.readFile(temporary));
        const encode = (text: string) => [new TextEncoder().encode(text)];
        await writeAtomically(`${path}.compiler`, encode(await versionOf(compiler)));
        await writeAtomically(`${path}.sha256`, encode(digest));
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

/** The first line of what a compiler says of its version, for example `cc (Debian 14.2.0) 14.2.0`. */
async function versionOf(compiler: readonly string[]): Promise<string> {
  const { stdout } = await new Deno.Command(compiler[0]!, {
    args: [...compiler.slice(1), "--version"],
    stdin: "null",
    stderr: "null",
  }).output();
  const [line = ""] = new TextDecoder().decode(stdout).split("\n");
  return line.trim().slice(0, 120) || compiler.join(" ");
}

/** Whether a file is there with the SHA-256 that was noted when it was built. */
async function isWhole(path: string): Promise<boolean> {
  try {
    await Deno.stat(`${path}.compiler`);
    const digest = await Deno.readTextFile(`${path}.sha256`);
    return digest === await sha256Hex(await Deno.readFile(path));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
