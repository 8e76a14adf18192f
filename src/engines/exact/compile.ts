/**
 * The compiler of the exact engine: a model spec becomes a plan. The same spec gives the same plan
 * on every machine.
 * @module
 */
import type { Activation, ModelSpec } from "../../models/spec.ts";
import { layerParameters } from "../../models/parameters.ts";
import { type Call, padded, PANEL, type ParameterSlot, type Plan, type Pointer } from "./plan.ts";
import { type BufferRequest, planMemory } from "./plan_memory.ts";

/** As in kernels/activation.h. */
const ACTIVATION: { readonly [name in Activation]: number } = {
  "linear": 0,
  "relu": 1,
  "leaky-relu": 2,
};

/** Samples a call when scoring: its activations stay in the second-level cache. */
const EVALUATION_BATCH = 100;

/** Buffers that outlive a step. */
const PERSISTENT = ["parameters", "first-moments", "second-moments", "indices", "rate"] as const;

export function compile(spec: ModelSpec): Plan {
  const { slots, parameterFloats } = placeParameters(spec);
  const step = new ProgramBuilder(spec, slots, spec.batchSize, "step");
  step.forward();
  step.backward();
  step.adam(parameterFloats);
  const evaluate = new ProgramBuilder(spec, slots, EVALUATION_BATCH, "evaluate");
  evaluate.forward();

  const sizes: { readonly [name in (typeof PERSISTENT)[number]]: number } = {
    "parameters": parameterFloats,
    "first-moments": parameterFloats,
    "second-moments": parameterFloats,
    "indices": Math.max(spec.batchSize, EVALUATION_BATCH),
    "rate": 1,
  };
  const persistent = PERSISTENT.map((name) => ({
    name,
    floats: sizes[name],
    first: 0,
    last: Infinity,
  }));
  // The two programs never run at the same time: each has the memory above the persistent part.
  const base = memoryEnd(planMemory(persistent));
  const buffers = [
    ...planMemory(persistent),
    ...[step, evaluate].flatMap(({ requests }) =>
      planMemory(requests).map((buffer) => ({ ...buffer, offset: base + buffer.offset }))
    ),
  ];
  return {
    parameters: slots,
    buffers,
    floats: memoryEnd(buffers),
    step: { batchSize: spec.batchSize, calls: step.calls },
    evaluate: { batchSize: EVALUATION_BATCH, calls: evaluate.calls },
    output: { buffer: `evaluate/${spec.layers.at(-1)!.name}`, width: spec.layers.at(-1)!.units },
  };
}

function memoryEnd(buffers: readonly { offset: number; floats: number }[]): number {
  return Math.max(...buffers.map(({ offset, floats }) => offset + padded(floats)));
}

function placeParameters(spec: ModelSpec) {
  const slots: ParameterSlot[] = [];
  let offset = 0;
  for (const [i, { layer, inputs, outputs }] of layerParameters(spec).entries()) {
    // Pixels address whole rows of weights; everything else reads panels as streams.
    const panel = isOnPixels(spec, i) ? padded(outputs) : PANEL;
    slots.push({ name: `${layer}/weights`, shape: [inputs, outputs], offset, panel });
    offset += inputs * padded(outputs);
    slots.push({ name: `${layer}/bias`, shape: [outputs], offset, panel: PANEL });
    offset += padded(outputs);
  }
  return { slots, parameterFloats: offset };
}

/** Whether a layer reads the pixels themselves. */
function isOnPixels(spec: ModelSpec, layer: number): boolean {
  return layer === 0 && spec.input.kind === "pixels";
}

/** Collects the calls of one program, and the lifetimes of the buffers that they touch. */
class ProgramBuilder {
  readonly calls: Call[] = [];
  readonly #requests = new Map<string, BufferRequest>();

  constructor(
    private readonly spec: ModelSpec,
    private readonly slots: readonly ParameterSlot[],
    private readonly batchSize: number,
    private readonly name: string,
  ) {}

  get requests(): BufferRequest[] {
    return [...this.#requests.values()];
  }

  /** Input, layers, then losses and the gradient of the logits. */
  forward(): void {
    const { input, layers } = this.spec;
    if (input.kind === "pixels") {
      this.#call("gather_pixels", [
        { buffer: "samples", offset: 0 },
        { buffer: "indices", offset: 0 },
        ...this.#pixelsBySample(),
      ], ["count", input.width]);
    } else {
      this.#call("gather_features", [
        { buffer: "samples", offset: 0 },
        { buffer: "indices", offset: 0 },
        this.#output(-1),
      ], ["count", input.width]);
    }
    for (const [i, layer] of layers.entries()) {
      const onPixels = isOnPixels(this.spec, i);
      this.#call(onPixels ? "pixel_dense_forward" : "dense_forward", [
        ...(onPixels ? this.#pixelsBySample() : [this.#output(i - 1)]),
        this.#parameter(`${layer.name}/weights`),
        this.#parameter(`${layer.name}/bias`),
        this.#output(i),
      ], ["count", this.#width(i - 1), layer.units, ACTIVATION[layer.activation]]);
    }
    const last = layers.length - 1;
    this.#call("softmax_cross_entropy", [
      this.#output(last),
      { buffer: "labels", offset: 0 },
      { buffer: "indices", offset: 0 },
      this.#buffer("losses", this.batchSize),
      this.#gradient(last),
    ], ["count", this.#width(last)]);
    this.#keepToEnd("losses");
    this.#keepToEnd(layers[last]!.name);
  }

  /** From the gradient of the logits down to those of every parameter. */
  backward(): void {
    const { layers } = this.spec;
    for (let i = layers.length - 1; i >= 0; i--) {
      const { name, units } = layers[i]!;
      const inputs = this.#width(i - 1);
      if (isOnPixels(this.spec, i)) {
        this.#call("transpose_pixels", [
          ...this.#pixelsBySample(),
          ...this.#pixelsByInput(),
        ], ["count", inputs, this.batchSize]);
        this.#call("pixel_dense_weight_gradient", [
          ...this.#pixelsByInput(),
          this.#gradient(i),
          this.#parameterGradient(`${name}/weights`),
        ], [inputs, units, this.batchSize]);
      } else {
        this.#call("dense_weight_gradient", [
          this.#output(i - 1),
          this.#gradient(i),
          this.#parameterGradient(`${name}/weights`),
        ], ["count", inputs, units]);
      }
      this.#call("dense_bias_gradient", [
        this.#gradient(i),
        this.#parameterGradient(`${name}/bias`),
      ], ["count", units]);
      if (i === 0) continue;
      this.#call("dense_input_gradient", [
        this.#gradient(i),
        this.#parameter(`${name}/weights`),
        this.#output(i - 1),
        this.#gradient(i - 1),
        this.#buffer(`${name}/transposed`, (units + inputs) * padded(this.batchSize)),
      ], ["count", inputs, units, ACTIVATION[layers[i - 1]!.activation]]);
    }
  }

  adam(length: number): void {
    this.#call("adam", [
      { buffer: "parameters", offset: 0 },
      this.#parameterGradient(this.slots[0]!.name),
      { buffer: "first-moments", offset: 0 },
      { buffer: "second-moments", offset: 0 },
      { buffer: "rate", offset: 0 },
    ], [length]);
  }

  /** Width of a layer's output; layer -1 is the input. */
  #width(layer: number): number {
    return layer < 0 ? this.spec.input.width : this.spec.layers[layer]!.units;
  }

  #output(layer: number): Pointer {
    return this.#rows(layer < 0 ? "input" : this.spec.layers[layer]!.name, this.#width(layer));
  }

  /** The list of pixels that are not 0 (8 bytes each), and its lengths. */
  #pixelsBySample(): Pointer[] {
    const { width } = this.spec.input;
    return [
      this.#buffer("pixels-by-sample", this.batchSize * width * 2),
      this.#buffer("sample-counts", this.batchSize),
    ];
  }

  #pixelsByInput(): Pointer[] {
    const { width } = this.spec.input;
    return [
      this.#buffer("pixels-by-input", this.batchSize * width * 2),
      this.#buffer("input-counts", width),
    ];
  }

  #gradient(layer: number): Pointer {
    return this.#rows(`${this.spec.layers[layer]!.name}/gradient`, this.#width(layer));
  }

  #parameter(name: string): Pointer {
    return { buffer: "parameters", offset: this.slots.find((slot) => slot.name === name)!.offset };
  }

  #parameterGradient(name: string): Pointer {
    const last = this.slots.at(-1)!;
    const floats = last.offset + padded(last.shape[0]!);
    const { offset } = this.#parameter(name);
    return { buffer: this.#buffer("parameter-gradients", floats).buffer, offset };
  }

  #rows(name: string, width: number): Pointer {
    return this.#buffer(name, this.batchSize * padded(width));
  }

  #buffer(name: string, floats: number): Pointer {
    const full = `${this.name}/${name}`;
    if (!this.#requests.has(full)) {
      const first = this.calls.length;
      this.#requests.set(full, { name: full, floats, first, last: first });
    }
    return { buffer: full, offset: 0 };
  }

  #call(kernel: string, pointers: Pointer[], sizes: (number | "count")[]): void {
    for (const { buffer } of pointers) {
      const request = this.#requests.get(buffer);
      if (request) this.#requests.set(buffer, { ...request, last: this.calls.length });
    }
    this.calls.push({ kernel, pointers, sizes });
  }

  #keepToEnd(name: string): void {
    const full = `${this.name}/${name}`;
    this.#requests.set(full, { ...this.#requests.get(full)!, last: Infinity });
  }
}
