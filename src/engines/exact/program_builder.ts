import type { Activation } from "../../models/spec.ts";
import { type Call, padded, type ParameterSlot, type Pointer, type Program } from "./plan.ts";
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

  /** @param sizes whole numbers, or `count` for the samples of the batch */
  call(kernel: string, pointers: readonly Pointer[], sizes: readonly (number | "count")[]): void {
    for (const { buffer } of pointers) {
      const request = this.#requests.get(buffer);
      if (request) this.#requests.set(buffer, { ...request, last: this.#calls.length });
    }
    this.#calls.push({ kernel, pointers, sizes });
  }

  /** A buffer that is needed from the next call on that names it, up to the last one. */
  buffer(name: string, floats: number): Pointer {
    const full = `${this.name}/${name}`;
    if (!this.#requests.has(full)) {
      const first = this.#calls.length;
      this.#requests.set(full, { name: full, floats, first, last: first });
    }
    return { buffer: full, offset: 0 };
  }

  /** A padded row a sample. */
  rows(name: string, width: number): Pointer {
    return this.buffer(name, this.batchSize * padded(width));
  }

  /** A buffer of its own, whose untouched parts stay 0: borders of images. */
  keptBuffer(name: string, floats: number): Pointer {
    const full = `${this.name}/${name}`;
    this.#kept.set(full, floats);
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
  parameterState(name: string): Pointer[] {
    const { offset } = this.parameter(name);
    this.#updated.add(name);
    return ["parameters", "first-moments", "second-moments"].map((buffer) => ({ buffer, offset }));
  }

  parameterGradient(name: string): Pointer {
    const { offset } = this.parameter(name);
    return { ...this.buffer("parameter-gradients", this.parameterFloats), offset };
  }

  /** Adam's step on every parameter that no layer has updated itself. */
  adam(): void {
    // A layer that does so is the first, and its weights lie at the start.
    const { offset } = this.slots.find(({ name }) => !this.#updated.has(name))!;
    this.call("adam", [
      { buffer: "parameters", offset },
      { ...this.buffer("parameter-gradients", this.parameterFloats), offset },
      { buffer: "first-moments", offset },
      { buffer: "second-moments", offset },
      { buffer: "rate", offset: 0 },
    ], [this.parameterFloats - offset]);
  }
}
