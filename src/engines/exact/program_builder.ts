import type { Activation } from "../../models/spec.ts";
import {
  extentsOf,
  type KernelName,
  KERNELS,
  type PointerName,
  type SizeName,
} from "./kernel_table.ts";
import type { Call, ParameterSlot, Pointer, Program } from "./plan.ts";
import type { BufferRequest } from "./plan_memory.ts";

/** As in kernels/activation.h. */
export const ACTIVATION: { readonly [name in Activation]: number } = {
  "linear": 0,
  "relu": 1,
  "leaky-relu": 2,
};

/** Collects the calls of one program, and the lifetimes of the buffers that they touch. */
export class ProgramBuilder {
  readonly #calls: Call[] = [];
  readonly #requests = new Map<string, BufferRequest>();
  readonly #kept = new Map<string, number>();
  readonly #updated = new Set<string>();

  constructor(
    private readonly slots: readonly ParameterSlot[],
    private readonly parameterFloats: number,
    readonly batchSize: number,
    private readonly name: "step" | "evaluate",
  ) {}

  /** Buffers that may share memory with others of the program. */
  get requests(): BufferRequest[] {
    return [...this.#requests.values()];
  }

  /** Buffers that keep what is written to them from batch to batch. */
  get kept(): { name: string; floats: number }[] {
    return [...this.#kept].map(([name, floats]) => ({ name, floats }));
  }

  program(losses: Pointer, noise: Program["noise"]): Program {
    return { batchSize: this.batchSize, calls: this.#calls, losses: losses.buffer, noise };
  }

  /**
   * Buffers that are mentioned here for the first time get the size that the kernel needs. Throws a
   * RangeError for a call that would leave a buffer of another size.
   *
   * @param sizes whole numbers, but for the samples of the batch, which every kernel is told
   */
  call<N extends KernelName>(
    kernel: N,
    pointers: { readonly [name in PointerName<N>]: Pointer },
    sizes: { readonly [name in SizeName<N>]: number },
  ): void {
    const named: { readonly [name: string]: number } = sizes;
    const given = KERNELS[kernel].sizes.map((size) => size === "count" ? size : named[size]!);
    const most = given.map((size) => size === "count" ? this.batchSize : size);
    const ordered = extentsOf(kernel, most).map(([name, { access, floats }]) => {
      const pointer = pointers[name as PointerName<N>];
      if (access !== "bound") this.#use(kernel, name, pointer, floats);
      return pointer;
    });
    this.#calls.push({ kernel, pointers: ordered, sizes: given });
  }

  /** Gives a buffer its size, or checks it, and keeps it up to the call that is added next. */
  #use(kernel: string, name: string, { buffer, offset }: Pointer, floats: number): void {
    const request = this.#requests.get(buffer);
    const end = offset + floats;
    const size = (request ? request.floats : this.#kept.get(buffer)) || end;
    if (end > size) {
      throw new RangeError(
        `Cannot call ${kernel}: its pointer ${name} ends at ${end} of ${size} floats of ${buffer}`,
      );
    }
    if (request) {
      this.#requests.set(buffer, { ...request, floats: size, last: this.#calls.length });
    } else if (this.#kept.has(buffer)) this.#kept.set(buffer, size);
  }

  /**
   * A buffer that is needed from the next call on, up to the last one that names it.
   *
   * @param floats by default what the first kernel that names it needs
   */
  buffer(name: string, floats = 0): Pointer {
    const full = `${this.name}/${name}`;
    if (!this.#requests.has(full)) {
      const first = this.#calls.length;
      this.#requests.set(full, { name: full, floats, first, last: first });
    }
    return { buffer: full, offset: 0 };
  }

  /** A buffer of its own, whose untouched parts stay 0: borders of images. */
  keptBuffer(name: string, floats = 0): Pointer {
    const full = `${this.name}/${name}`;
    if (!this.#kept.has(full)) this.#kept.set(full, floats);
    return { buffer: full, offset: 0 };
  }

  /** Keeps a buffer's contents until the program has ended. */
  keepToEnd({ buffer }: Pointer): void {
    const request = this.#requests.get(buffer);
    if (request) this.#requests.set(buffer, { ...request, last: Infinity });
  }

  parameter(name: string): Pointer {
    const slot = this.slots.find((slot) => slot.name === name);
    if (!slot) throw new TypeError(`Cannot find the parameter "${name}"`);
    return { buffer: "parameters", offset: slot.offset };
  }

  /** A parameter that its layer updates itself, with Adam's moments. */
  parameterState(name: string): { w: Pointer; m: Pointer; v: Pointer } {
    const { offset } = this.parameter(name);
    this.#updated.add(name);
    return {
      w: { buffer: "parameters", offset },
      m: { buffer: "first-moments", offset },
      v: { buffer: "second-moments", offset },
    };
  }

  parameterGradient(name: string): Pointer {
    const { offset } = this.parameter(name);
    return { ...this.buffer("parameter-gradients", this.parameterFloats), offset };
  }

  /** Adam's step on every parameter that no layer has updated itself. */
  adam(): void {
    // A layer that does so is the first, and its weights lie at the start.
    const { offset } = this.slots.find(({ name }) => !this.#updated.has(name))!;
    this.call("adam", {
      w: { buffer: "parameters", offset },
      g: { ...this.buffer("parameter-gradients", this.parameterFloats), offset },
      m: { buffer: "first-moments", offset },
      v: { buffer: "second-moments", offset },
      rate: { buffer: "rate", offset: 0 },
    }, { length: this.parameterFloats - offset });
  }
}
