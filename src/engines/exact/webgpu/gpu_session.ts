/**
 * A plan at work on a GPU: its memory is one buffer, and a batch is one list of dispatches.
 * @module
 */
import type { SplitName, Splits } from "../../../data/dataset.ts";
import type { Tensor } from "../../../models/parameters.ts";
import {
  DeviceError,
  type Evaluation,
  type ModelState,
  requireBatch,
  requireSamples,
  type Session,
} from "../../engine.ts";
import { type KernelName, KERNELS, padded } from "../kernel_table.ts";
import { drawUniform } from "../noise.ts";
import { packTensor, unpackValues } from "../parameter_layout.ts";
import { type Call, divergencesOf, type Plan, type Program } from "../plan.ts";
import type { Gpu } from "./gpu.ts";
import { ARGUMENTS, type GpuKernel, type Sizes, WORKGROUP } from "./gpu_kernel.ts";
import { GPU_KERNELS } from "./kernels/all.ts";

/** In words of 32 bits, from the start of a buffer. */
type Place = number;

/** Where the samples and labels of a split lie. */
interface Placed {
  readonly samples: Place;
  readonly labels: Place;
}

/** A program on a split, with its shaders. */
interface BoundProgram {
  readonly program: Program;
  readonly placed: Placed;
  readonly pipelines: readonly GPUComputePipeline[];
  readonly groups: readonly GPUBindGroup[];
  /** The arguments of every phase, and how it is dispatched, for `count` samples. */
  readonly arguments: GPUBuffer;
  count: number;
  dispatches: readonly (readonly [x: number, y: number])[];
}

/** Losses of steps that are read back at once. */
interface LossGroup {
  /** A row of the batch size for each step. */
  readonly buffer: GPUBuffer;
  steps: number;
  readonly values: Promise<Float32Array<ArrayBuffer>>;
}

type StateBuffer = "parameters" | "first-moments" | "second-moments";

const WORD_BYTES = 4;
/** Arguments of phases lie so far apart, in bytes: the largest alignment that a device may ask for. */
const ARGUMENT_STRIDE = 256;
/** Steps whose losses are read back at once. */
const LARGEST_GROUP = 256;
/** So many batches are scored before the first is waited for. */
const BATCHES_AHEAD = 16;
/** Workgroups of a row of a dispatch: every device allows 65,535. */
const ROW_OF_GROUPS = 4096;

export class GpuSession implements Session {
  readonly threads = 1;
  readonly #places = new Map<string, Place>();
  readonly #placed: { readonly [split in SplitName]: Placed };
  /** The plan's memory. */
  readonly #memory: GPUBuffer;
  /** What the phases of one kernel hand to each other. */
  readonly #extra: GPUBuffer;
  readonly #samples: GPUBuffer;
  readonly #bound = new Map<string, BoundProgram>();
  /** The one that the next step joins; null if that begins another. */
  #losses: LossGroup | null = null;
  #isClosed = false;

  /** Throws a RangeError if the GPU has too little memory. */
  constructor(
    private readonly gpu: Gpu,
    private readonly plan: Plan,
    readonly digests: { readonly plan: string; readonly kernels: string },
    private readonly splits: Splits,
    private readonly seed: number,
  ) {
    for (const { name, offset } of plan.buffers) this.#places.set(name, offset);
    const extra = [plan.step, plan.evaluate].flatMap((program) =>
      program === null
        ? []
        : program.calls.map(({ kernel, sizes }) =>
          kernelOf(kernel).extra?.(named(kernel, sizes, program.batchSize)) ?? 0
        )
    );
    let end = 0;
    const uploads: { readonly at: Place; readonly bytes: Uint8Array<ArrayBuffer> }[] = [];
    const place = (values: Uint8Array | Float32Array): Place => {
      const at = end;
      const bytes = new Uint8Array(Math.ceil(values.byteLength / WORD_BYTES) * WORD_BYTES);
      bytes.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength));
      uploads.push({ at, bytes });
      end += bytes.length / WORD_BYTES;
      return at;
    };
    const placeSplit = (split: SplitName): Placed => ({
      samples: place(splits[split].values),
      labels: place(splits[split].labels),
    });
    this.#placed = {
      train: placeSplit("train"),
      validation: placeSplit("validation"),
      test: placeSplit("test"),
    };
    const buffer = (words: number) => {
      const size = Math.max(1, words) * WORD_BYTES;
      const most = gpu.device.limits.maxStorageBufferBindingSize;
      if (size > most) {
        throw new RangeError(
          `Cannot open a session on the GPU: it needs a buffer of ${size} bytes, ${most} are allowed`,
        );
      }
      const { STORAGE, COPY_DST, COPY_SRC } = GPUBufferUsage;
      return gpu.device.createBuffer({ size, usage: STORAGE | COPY_DST | COPY_SRC });
    };
    this.#memory = buffer(plan.floats);
    this.#extra = buffer(Math.max(...extra));
    this.#samples = buffer(end);
    for (const { at, bytes } of uploads) {
      gpu.device.queue.writeBuffer(this.#samples, at * WORD_BYTES, bytes);
    }
  }

  get backend(): string {
    return `webgpu-${this.gpu.mode}`;
  }

  /** Compiles what the session will run. */
  async start(): Promise<void> {
    await Promise.all([
      ...this.plan.step === null ? [] : [this.#bind(this.plan.step, "train")],
      this.#bind(this.plan.evaluate, "validation"),
      this.#bind(this.plan.evaluate, "test"),
    ]);
  }

  step(indices: Uint32Array, rate: number, epoch: number): Promise<number> {
    this.#use();
    const count = indices.length;
    const { step } = this.plan;
    requireBatch(step, count);
    const { batchSize } = step;
    this.#put(this.#place("rate"), new Float32Array([rate]));
    const encoder = this.#encode(this.#bound.get("step/train")!, indices, "noise/train", epoch);
    const group = this.#losses ??= this.#beginGroup(batchSize);
    const first = group.steps++ * batchSize;
    encoder.copyBufferToBuffer(
      this.#memory,
      this.#place(step.losses) * WORD_BYTES,
      group.buffer,
      first * WORD_BYTES,
      count * WORD_BYTES,
    );
    this.gpu.device.queue.submit([encoder.finish()]);
    if (group.steps === LARGEST_GROUP) this.#losses = null;
    return group.values.then((values) => {
      let sum = 0;
      for (const loss of values.subarray(first, first + count)) sum += loss;
      return sum / count;
    });
  }

  #beginGroup(batchSize: number): LossGroup {
    const buffer = this.#readable(LARGEST_GROUP * batchSize * WORD_BYTES);
    return { buffer, steps: 0, values: this.#readLosses(buffer) };
  }

  /**
   * Reading back takes longer than a step, so the losses of all steps up to the next wait are read at
   * once.
   */
  async #readLosses(buffer: GPUBuffer): Promise<Float32Array<ArrayBuffer>> {
    await null;
    if (this.#losses?.buffer === buffer) this.#losses = null;
    return await readAndDestroy(buffer);
  }

  #readable(size: number): GPUBuffer {
    const usage = GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST;
    return this.gpu.device.createBuffer({ size, usage });
  }

  async evaluate(split: SplitName, count: number, epoch: number): Promise<Evaluation> {
    this.#use();
    requireSamples(this.splits, split, count);
    const { evaluate, output: { buffer, width } } = this.plan;
    const bound = await this.#bind(evaluate, split);
    const row = padded(width);
    const divergence = divergencesOf(this.plan);
    const outputs = new Float32Array(count * width);
    const losses = new Float32Array(count);
    const divergences = divergence === null ? null : new Float32Array(count);
    const batches = Array.from({ length: Math.ceil(count / evaluate.batchSize) }, (_, batch) => {
      const start = batch * evaluate.batchSize;
      return { start, n: Math.min(evaluate.batchSize, count - start) };
    });
    const read = async ({ start, n }: typeof batches[number]) => {
      const indices = Uint32Array.from({ length: n }, (_, i) => start + i);
      const encoder = this.#encode(bound, indices, `noise/${split}`, epoch);
      this.gpu.device.queue.submit([encoder.finish()]);
      const [rows, batchLosses, batchDivergences] = await this.#read(
        [buffer, n * row],
        [evaluate.losses, n],
        ...divergence === null ? [] : [[divergence, n] as const],
      );
      losses.set(batchLosses!, start);
      if (batchDivergences) divergences!.set(batchDivergences, start);
      for (let i = 0; i < n; i++) {
        outputs.set(rows!.subarray(i * row, i * row + width), (start + i) * width);
      }
    };
    for (let first = 0; first < batches.length; first += BATCHES_AHEAD) {
      await Promise.all(batches.slice(first, first + BATCHES_AHEAD).map(read));
    }
    return { width, outputs, losses, ...divergences && { divergences } };
  }

  async weights(): Promise<Tensor[]> {
    const [weights] = await this.#tensors("parameters");
    return weights!;
  }

  setWeights(weights: readonly Tensor[]): void {
    this.#write("parameters", weights);
  }

  async state(): Promise<ModelState> {
    const [weights, firstMoments, secondMoments] = await this.#tensors(
      ...["parameters", "first-moments", "second-moments"] as const,
    );
    return {
      weights: weights!,
      firstMoments: firstMoments!,
      secondMoments: secondMoments!,
    };
  }

  setState({ weights, firstMoments, secondMoments }: ModelState): void {
    this.#write("parameters", weights);
    this.#write("first-moments", firstMoments);
    this.#write("second-moments", secondMoments);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    for (const buffer of [this.#memory, this.#extra, this.#samples]) buffer.destroy();
    for (const bound of this.#bound.values()) bound.arguments.destroy();
  }

  #use(): void {
    if (this.#isClosed) throw new TypeError("Cannot use a session that is closed");
  }

  #place(buffer: string): Place {
    return this.#places.get(buffer)!;
  }

  #put(
    at: Place,
    values: Uint8Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Float32Array<ArrayBuffer>,
  ) {
    this.gpu.device.queue.writeBuffer(this.#memory, at * WORD_BYTES, values);
  }

  /** The first values of buffers, in one wait for all that was handed to the device before. */
  async #read(
    ...wanted: readonly (readonly [buffer: string, floats: number])[]
  ): Promise<Float32Array<ArrayBuffer>[]> {
    const { device } = this.gpu;
    const copy = this.#readable(wanted.reduce((sum, [, n]) => sum + n, 0) * WORD_BYTES);
    const encoder = device.createCommandEncoder();
    const ends: number[] = [];
    for (const [buffer, floats] of wanted) {
      const from = this.#place(buffer) * WORD_BYTES, to = (ends.at(-1) ?? 0) * WORD_BYTES;
      encoder.copyBufferToBuffer(this.#memory, from, copy, to, floats * WORD_BYTES);
      ends.push((ends.at(-1) ?? 0) + floats);
    }
    device.queue.submit([encoder.finish()]);
    const values = await readAndDestroy(copy);
    return wanted.map(([, floats], i) => values.subarray(ends[i]! - floats, ends[i]));
  }

  async #tensors(...buffers: readonly StateBuffer[]): Promise<Tensor[][]> {
    this.#use();
    const wanted = buffers.map((buffer) => [buffer, this.#floatsOf(buffer)] as const);
    return (await this.#read(...wanted)).map((memory) =>
      this.plan.parameters.map((slot) => ({
        name: slot.name,
        shape: slot.shape,
        values: unpackValues(memory, slot),
      }))
    );
  }

  #write(buffer: StateBuffer, tensors: readonly Tensor[]): void {
    this.#use();
    const memory = new Float32Array(this.#floatsOf(buffer));
    for (const [i, slot] of this.plan.parameters.entries()) packTensor(memory, slot, tensors[i]!);
    this.#put(this.#place(buffer), memory);
  }

  #floatsOf(buffer: string): number {
    return this.plan.buffers.find(({ name }) => name === buffer)!.floats;
  }

  /** The commands for a batch; its inputs are handed over at once. */
  #encode(
    bound: BoundProgram,
    indices: Uint32Array,
    role: string,
    epoch: number,
  ): GPUCommandEncoder {
    this.#put(this.#place("indices"), new Uint32Array(indices));
    this.#drawNoise(bound.program, role, epoch, indices);
    this.#prepare(bound, indices.length);
    const encoder = this.gpu.device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    for (const [i, [x, y]] of bound.dispatches.entries()) {
      pass.setPipeline(bound.pipelines[i]!);
      pass.setBindGroup(0, bound.groups[i]!);
      pass.dispatchWorkgroups(x, y);
    }
    pass.end();
    return encoder;
  }

  #drawNoise({ noise }: Program, role: string, epoch: number, samples: Uint32Array): void {
    if (noise === null) return;
    const floats = samples.length * padded(noise.width);
    const [u, v] = [new Float32Array(floats), new Float32Array(floats)];
    drawUniform({ u, v, width: noise.width }, { seed: this.seed, role }, epoch, samples);
    this.#put(this.#place(noise.u), u);
    this.#put(this.#place(noise.v), v);
  }

  async #bind(program: Program, split: SplitName): Promise<BoundProgram> {
    const key = `${program === this.plan.step ? "step" : "evaluate"}/${split}`;
    const bound = this.#bound.get(key) ?? await this.#compile(program, this.#placed[split]);
    this.#bound.set(key, bound);
    return bound;
  }

  async #compile(program: Program, placed: Placed): Promise<BoundProgram> {
    const { gpu } = this;
    const pipelines = (await Promise.all(program.calls.map(({ kernel }) => gpu.pipelines(kernel))))
      .flat();
    const size = pipelines.length * ARGUMENT_STRIDE;
    const { STORAGE, COPY_DST } = GPUBufferUsage;
    const buffer = gpu.device.createBuffer({ size, usage: STORAGE | COPY_DST });
    const groups = pipelines.map((_, i) =>
      gpu.device.createBindGroup({
        layout: gpu.layout,
        entries: [
          { buffer, offset: i * ARGUMENT_STRIDE, size: ARGUMENTS.words * WORD_BYTES },
          ...[this.#memory, this.#extra, this.#samples].map((buffer) => ({ buffer })),
        ].map((resource, binding) => ({ binding, resource })),
      })
    );
    return { program, placed, pipelines, groups, arguments: buffer, count: 0, dispatches: [] };
  }

  /** Fills in the arguments for so many samples, unless they are those of the last batch. */
  #prepare(bound: BoundProgram, count: number): void {
    if (bound.count === count) return;
    const words = new Uint32Array(bound.pipelines.length * ARGUMENT_STRIDE / WORD_BYTES);
    const dispatches: [number, number][] = [];
    for (const call of bound.program.calls) {
      const sizes = named(call.kernel, call.sizes, count);
      for (const { threads } of kernelOf(call.kernel).phases) {
        const first = dispatches.length * ARGUMENT_STRIDE / WORD_BYTES;
        const all = threads(sizes);
        const groups = Math.ceil(all / WORKGROUP);
        const x = Math.min(groups, ROW_OF_GROUPS);
        words.set([...this.#pointersOf(call, bound.placed), ...Object.values(sizes)], first);
        words[first + ARGUMENTS.rowOfThreads] = x * WORKGROUP;
        words[first + ARGUMENTS.threads] = all;
        dispatches.push([x, Math.ceil(groups / x)]);
      }
    }
    this.gpu.device.queue.writeBuffer(bound.arguments, 0, words);
    bound.count = count;
    bound.dispatches = dispatches;
  }

  #pointersOf({ pointers }: Call, placed: Placed): Place[] {
    return pointers.map(({ buffer, offset }) =>
      buffer === "samples" || buffer === "labels" ? placed[buffer] : this.#place(buffer) + offset
    );
  }
}

/** Throws a DeviceError if the device is lost. */
async function readAndDestroy(buffer: GPUBuffer): Promise<Float32Array<ArrayBuffer>> {
  try {
    await buffer.mapAsync(GPUMapMode.READ);
  } catch (error) {
    throw new DeviceError(
      `the GPU was lost: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
  const values = new Float32Array(buffer.getMappedRange().slice(0));
  buffer.destroy();
  return values;
}

function kernelOf(name: KernelName): GpuKernel {
  return GPU_KERNELS[name];
}

/** A call's sizes by name. */
function named(name: KernelName, sizes: Call["sizes"], count: number): Sizes {
  const values = sizes.map((size) => size === "count" ? count : size);
  return Object.fromEntries(KERNELS[name].sizes.map((size, i) => [size, values[i]!]));
}
