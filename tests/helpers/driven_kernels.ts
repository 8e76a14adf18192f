/**
 * Kernels that run in another process: calls are recorded, and each program is handed with the whole
 * memory to `plan_driver.c`, compiled for a machine that is emulated here.
 * @module
 */
import { fileURLToPath } from "node:url";
import type {
  CompiledKernels,
  Kernel,
  KernelInstance,
  NativeBuild,
} from "../../src/engines/exact/kernels.ts";
import { KERNEL_SOURCES, kernelSourceFiles } from "../../src/runner/kernel_sources.ts";

const DRIVER = fileURLToPath(new URL("plan_driver.c", import.meta.url));

/** Compiles kernels and driver with `compiler` into `program`. */
export async function compileDriver(
  compiler: readonly string[],
  program: string,
): Promise<void> {
  const { success, stderr } = await new Deno.Command(compiler[0]!, {
    args: [
      ...compiler.slice(1),
      ..."-O2 -ffp-contract=off -static -w -I.".split(" "),
      DRIVER,
      ...kernelSourceFiles(".c"),
      "-o",
      program,
    ],
    cwd: KERNEL_SOURCES,
    stdout: "null",
    stderr: "piped",
  }).output();
  if (!success) throw new Error(`Cannot compile: ${new TextDecoder().decode(stderr)}`);
}

/** @param command starts the compiled driver */
export function drivenKernels(command: readonly string[], build: NativeBuild): CompiledKernels {
  return { build, sha256: "0".repeat(64), instantiate: () => new DrivenInstance(command) };
}

interface RecordedCall {
  readonly name: string;
  readonly addresses: number;
  readonly args: readonly number[];
}

class DrivenInstance implements KernelInstance {
  #memory = new Uint8Array(0);
  #recorded: RecordedCall[] = [];

  constructor(private readonly command: readonly string[]) {}

  allocate(bytes: number): number {
    const address = Math.ceil(this.#memory.length / 64) * 64;
    const grown = new Uint8Array(address + bytes);
    grown.set(this.#memory);
    this.#memory = grown;
    return address;
  }

  view(address: number, bytes: number): Uint8Array<ArrayBuffer> {
    return this.#memory.subarray(address, address + bytes);
  }

  share(): never {
    throw new TypeError("Cannot share the memory of another process");
  }

  kernel(name: string, addresses: number): Kernel {
    return (...args) => {
      this.#recorded.push({ name, addresses, args });
    };
  }

  run(calls: () => void): void {
    this.#recorded = [];
    calls();
    const input = Deno.makeTempFileSync();
    try {
      Deno.writeFileSync(input, this.#program());
      const shell = `${this.command.join(" ")} < ${input}`;
      const { success, stdout, stderr } = new Deno.Command("sh", {
        args: ["-c", shell],
        stdout: "piped",
        stderr: "piped",
      }).outputSync();
      if (!success) throw new Error(`Cannot run the driver: ${new TextDecoder().decode(stderr)}`);
      this.#memory.set(stdout);
    } finally {
      Deno.removeSync(input);
    }
  }

  #program(): Uint8Array<ArrayBuffer> {
    const header = new DataView(new ArrayBuffer(1 << 16));
    let at = 0;
    const u32 = (value: number) => {
      header.setUint32(at, value, true);
      at += 4;
    };
    const u64 = (value: number) => {
      header.setBigUint64(at, BigInt(value), true);
      at += 8;
    };
    u64(this.#memory.length);
    u32(this.#recorded.length);
    for (const { name, addresses, args } of this.#recorded) {
      const bytes = new TextEncoder().encode(name);
      u32(bytes.length);
      for (const byte of bytes) header.setUint8(at++, byte);
      u32(addresses);
      u32(args.length - addresses);
      for (const address of args.slice(0, addresses)) u64(address);
      for (const number of args.slice(addresses)) u32(number);
    }
    const program = new Uint8Array(at + this.#memory.length);
    program.set(new Uint8Array(header.buffer, 0, at));
    program.set(this.#memory, at);
    return program;
  }

  addressOf(): null {
    return null;
  }

  release(): void {}
}
