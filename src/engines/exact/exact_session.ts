/**
 * A plan at work: one memory, and the bound calls that one thread runs, or a team of them.
 * @module
 */
import type { SplitName, Splits } from "../../data/dataset.ts";
import type { Tensor } from "../../models/parameters.ts";
import {
  type Evaluation,
  type ModelState,
  requireBatch,
  requireSamples,
  type Session,
} from "../engine.ts";
import { type BoundProgram, link, type LinkedProgram, runAlone } from "./bound_program.ts";
import type { CompiledKernels, KernelInstance } from "./kernels.ts";
import { drawUniform } from "./noise.ts";
import { packTensor, unpackValues } from "./parameter_layout.ts";
import { padded } from "./kernel_table.ts";
import { divergencesOf, type Plan, type Program } from "./plan.ts";
import { Team } from "./team.ts";

/** The order in which programs are bound; a model without a loss has no step. */
const PROGRAMS = { train: 0, validation: 1, test: 2, step: 3 } as const;

/** Addresses of a split's values and labels. */
interface Placed {
  readonly samples: number;
  readonly labels: number;
}

type StateBuffer = "parameters" | "first-moments" | "second-moments";

export class ExactSession implements Session {
  readonly backend: string;
  readonly digests: { readonly plan: string; readonly kernels: string };
  readonly #plan: Plan;
  readonly #splits: Splits;
  readonly #instance: KernelInstance;
  readonly #addresses = new Map<string, number>();
  readonly #placed: { readonly [split in SplitName]: Placed };
  /** Made once, after the last allocation. */
  readonly #views = new Map<string, Float32Array>();
  readonly #indices: Uint32Array;
  readonly #rate: Float32Array;
  readonly #programs: readonly BoundProgram[];
  /** As one thread runs them. */
  readonly #linked: readonly LinkedProgram[];
  #team: Team | null = null;
  #isClosed = false;
  /** How often the state has changed: what was handed out before is not read any more. */
  #changes = 0;

  constructor(
    plan: Plan,
    planDigest: string,
    kernels: CompiledKernels,
    splits: Splits,
    private readonly seed: number,
    readonly threads: number,
  ) {
    this.#plan = plan;
    this.#splits = splits;
    this.backend = kernels.build;
    this.digests = { plan: planDigest, kernels: kernels.sha256 };
    this.#instance = kernels.instantiate(threads > 1);
    const base = this.#instance.allocate(plan.floats * 4);
    for (const { name, offset } of plan.buffers) this.#addresses.set(name, base + offset * 4);
    this.#placed = {
      train: this.#placeSamples(splits.train),
      validation: this.#placeSamples(splits.validation),
      test: this.#placeSamples(splits.test),
    };
    const indices = this.#floats("indices");
    this.#indices = new Uint32Array(indices.buffer, indices.byteOffset, indices.length);
    this.#rate = this.#floats("rate");
    this.#programs = [
      ...[this.#placed.train, this.#placed.validation, this.#placed.test]
        .map((split) => this.#bind(plan.evaluate, split)),
      ...plan.step ? [this.#bind(plan.step, this.#placed.train)] : [],
    ];
    this.#linked = this.#programs.map((program) => link(program, this.#instance, 0, 1));
  }

  /** Starts the other threads. */
  async start(): Promise<void> {
    if (this.threads === 1) return;
    this.#team = await Team.start(this.#instance, this.#programs, this.threads);
  }

  step(indices: Uint32Array, rate: number, epoch: number): number {
    this.#use();
    const count = indices.length;
    const { step } = this.#plan;
    requireBatch(step, count);
    this.#indices.set(indices);
    this.#rate[0] = rate;
    this.#drawNoise(step, "noise/train", epoch, indices);
    this.#changes++;
    this.#run("step", count);
    const losses = this.#floats(step.losses);
    let sum = 0;
    for (let i = 0; i < count; i++) sum += losses[i]!;
    return sum / count;
  }

  evaluate(split: SplitName, count: number, epoch: number): Evaluation {
    this.#use();
    requireSamples(this.#splits, split, count);
    const { buffer, width } = this.#plan.output;
    const row = padded(width);
    const outputs = new Float32Array(count * width);
    const losses = new Float32Array(count);
    const { batchSize } = this.#plan.evaluate;
    const batchOutputs = this.#floats(buffer);
    const batchLosses = this.#floats(this.#plan.evaluate.losses);
    const divergence = divergencesOf(this.#plan);
    const batchDivergences = divergence === null ? null : this.#floats(divergence);
    const divergences = batchDivergences && new Float32Array(count);
    for (let start = 0; start < count; start += batchSize) {
      const n = Math.min(batchSize, count - start);
      for (let i = 0; i < n; i++) this.#indices[i] = start + i;
      this.#drawNoise(this.#plan.evaluate, `noise/${split}`, epoch, this.#indices.subarray(0, n));
      this.#run(split, n);
      losses.set(batchLosses.subarray(0, n), start);
      if (batchDivergences) divergences!.set(batchDivergences.subarray(0, n), start);
      for (let i = 0; i < n; i++) {
        outputs.set(batchOutputs.subarray(i * row, i * row + width), (start + i) * width);
      }
    }
    return { width, outputs, losses, ...divergences && { divergences } };
  }

  /**
   * Puts other values in the place of a split's first samples, so that one session can score what
   * comes up while it runs. Only of this engine, for no case does so, and not of samples that threads
   * share.
   */
  replaceSamples(split: SplitName, values: Uint8Array | Float32Array): void {
    this.#use();
    const { values: { length, constructor, buffer }, width } = this.#splits[split];
    if (!(buffer instanceof ArrayBuffer)) {
      throw new TypeError(`Cannot replace ${split} samples that threads share`);
    }
    if (values.constructor !== constructor || values.length > length || values.length % width) {
      throw new RangeError(
        `Cannot replace ${split} samples by ${values.length} values of ${values.constructor.name}: ` +
          `they are ${length} of ${constructor.name}, ${width} a sample`,
      );
    }
    this.#instance.view(this.#placed[split].samples, values.byteLength)
      .set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
  }

  weights(): Tensor[] {
    return this.#read("parameters").map((tensor) => ({ ...tensor }));
  }

  setWeights(weights: readonly Tensor[]): void {
    this.#write("parameters", weights);
    this.#changes++;
  }

  /** Its tensors are copied out when they are read; a TypeError where that is after the next step. */
  state(): ModelState {
    return {
      weights: this.#read("parameters"),
      firstMoments: this.#read("first-moments"),
      secondMoments: this.#read("second-moments"),
    };
  }

  setState(state: ModelState): void {
    this.#write("parameters", state.weights);
    this.#write("first-moments", state.firstMoments);
    this.#write("second-moments", state.secondMoments);
    this.#changes++;
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#team?.close();
    // A thread that failed the others may still be at work.
    if (!this.#team?.hasFailed) this.#instance.release();
  }

  /** Throws where the memory is gone. */
  #use(): void {
    if (this.#isClosed) throw new TypeError("Cannot use a session that is closed");
  }

  #run(program: keyof typeof PROGRAMS, count: number): void {
    const number = PROGRAMS[program];
    if (this.#team) this.#team.run(number, count);
    else runAlone(this.#instance, this.#linked[number]!, count);
  }

  #drawNoise({ noise }: Program, role: string, epoch: number, samples: Uint32Array): void {
    if (noise === null) return;
    const [u, v] = [this.#floats(noise.u), this.#floats(noise.v)];
    drawUniform({ u, v, width: noise.width }, { seed: this.seed, role }, epoch, samples);
  }

  /** The tensors in a buffer, each copied out anew whenever its values are read. */
  #read(buffer: StateBuffer): Tensor[] {
    this.#use();
    const memory = this.#floats(buffer);
    const taken = this.#changes;
    const use = () => this.#use();
    const current = () => this.#changes === taken;
    return this.#plan.parameters.map((slot) => ({
      name: slot.name,
      shape: slot.shape,
      get values() {
        use();
        if (current()) return unpackValues(memory, slot);
        throw new TypeError(`Cannot read ${slot.name} of a state after the next step`);
      },
    }));
  }

  #write(buffer: StateBuffer, tensors: readonly Tensor[]): void {
    this.#use();
    const memory = this.#floats(buffer);
    for (const [i, slot] of this.#plan.parameters.entries()) packTensor(memory, slot, tensors[i]!);
  }

  #floats(buffer: string): Float32Array {
    let view = this.#views.get(buffer);
    if (!view) {
      const { floats } = this.#plan.buffers.find(({ name }) => name === buffer)!;
      const bytes = this.#instance.view(this.#addresses.get(buffer)!, floats * 4);
      view = new Float32Array(bytes.buffer, bytes.byteOffset, floats);
      this.#views.set(buffer, view);
    }
    return view;
  }

  /** Samples that threads share stay where they are, if kernels reach them there. */
  #placeSamples({ values, labels }: Splits[SplitName]): Placed {
    const place = ({ buffer, byteOffset, byteLength }: Uint8Array | Float32Array) => {
      const there = buffer instanceof ArrayBuffer
        ? null
        : this.#instance.addressOf(new Uint8Array(buffer, byteOffset, byteLength));
      if (there !== null) return there;
      const address = this.#instance.allocate(byteLength);
      this.#instance.view(address, byteLength).set(new Uint8Array(buffer, byteOffset, byteLength));
      return address;
    };
    return { samples: place(values), labels: place(labels) };
  }

  #bind(program: Program, bound: Placed): BoundProgram {
    return program.calls.map(({ kernel, pointers, sizes }) => ({
      kernel,
      addresses: pointers.map(({ buffer, offset }) => {
        if (buffer === "samples" || buffer === "labels") return bound[buffer];
        return this.#addresses.get(buffer)! + offset * 4;
      }),
      sizes,
    }));
  }
}
