/**
 * The compiler of the exact engine: a model spec becomes a plan. The same spec gives the same plan
 * on every machine. Each layer emits its own calls (`layers/`); here they are put in order.
 * @module
 */
import { type PlacedLayer, placeLayers } from "../../models/parameters.ts";
import type { ModelSpec } from "../../models/spec.ts";
import { conv5, convPixels, gatherImages } from "./layers/conv.ts";
import { dense } from "./layers/dense.ts";
import { type ForwardLayer, requireShape, type Value } from "./layers/layer.ts";
import { partialDense } from "./layers/partial_dense.ts";
import { pixelDense } from "./layers/pixel_dense.ts";
import { sampledLatent } from "./layers/sampled_latent.ts";
import { sigmoid } from "./layers/sigmoid.ts";
import { transposedConv, transposedConvPixels } from "./layers/transposed_conv.ts";
import { padded, PANEL } from "./kernel_table.ts";
import type { ParameterSlot, Plan, Pointer } from "./plan.ts";
import { planMemory } from "./plan_memory.ts";
import { ProgramBuilder } from "./program_builder.ts";

/** Samples a call when scoring. */
const EVALUATION_BATCH = 100;

export function compile(spec: ModelSpec): Plan {
  const layers = placeLayers(spec);
  const { slots, parameterFloats } = placeParameters(spec, layers);
  const builder = (batchSize: number, name: "step" | "evaluate") =>
    new ProgramBuilder(slots, parameterFloats, batchSize, name);

  const step = builder(spec.batchSize, "step");
  const stepped = spec.loss === null ? null : emitForward(step, spec, layers);
  if (stepped) {
    for (const layer of stepped.layers.toReversed()) layer.backward();
    step.adam();
  }

  const evaluate = builder(EVALUATION_BATCH, "evaluate");
  const scored = emitForward(evaluate, spec, layers);
  const outputLayer = layers.findIndex(({ layer }) => layer.name === spec.output);
  const output = scored.layers[outputLayer]!.embedding;
  evaluate.keepToEnd(output);
  if (scored.sampling) evaluate.keepToEnd(scored.sampling.divergence);

  const persistent = planMemory([
    { name: "parameters", floats: parameterFloats },
    { name: "first-moments", floats: parameterFloats },
    { name: "second-moments", floats: parameterFloats },
    { name: "indices", floats: Math.max(spec.batchSize, EVALUATION_BATCH) },
    { name: "rate", floats: 1 },
    ...step.kept,
    ...evaluate.kept,
  ].map((buffer) => ({ ...buffer, first: 0, last: Infinity })));
  // The two programs never run at the same time: each has the memory above the persistent part.
  const base = memoryEnd(persistent);
  const buffers = [
    ...persistent,
    ...[step, evaluate].flatMap(({ requests }) =>
      planMemory(requests).map((buffer) => ({ ...buffer, offset: base + buffer.offset }))
    ),
  ];
  return {
    parameters: slots,
    buffers,
    floats: memoryEnd(buffers),
    step: stepped && step.program(stepped.losses, stepped.sampling?.noise ?? null),
    evaluate: evaluate.program(scored.losses, scored.sampling?.noise ?? null),
    output: { buffer: output.buffer, width: layers[outputLayer]!.output.width },
  };
}

function memoryEnd(buffers: readonly { offset: number; floats: number }[]): number {
  return Math.max(...buffers.map(({ offset, floats }) => offset + padded(floats)));
}

function placeParameters(spec: ModelSpec, layers: readonly PlacedLayer[]) {
  const slots: ParameterSlot[] = [];
  let offset = 0;
  const place = (
    name: string,
    shape: readonly number[],
    rows: number,
    columns: number,
    panel: number,
  ) => {
    slots.push({ name, shape, offset, rows, columns, panel });
    offset += rows * Math.ceil(columns / panel) * panel;
  };
  for (const [i, { parameters }] of layers.entries()) {
    for (const { name, weights, outputs } of parameters) {
      const rows = weights.slice(0, -1).reduce((product, n) => product * n, 1);
      if (weights.length === 2) {
        // Pixels address whole rows of weights; everything else reads panels as streams.
        const panel = i === 0 && spec.input.kind === "pixels" ? padded(outputs) : PANEL;
        place(`${name}/weights`, weights, rows, outputs, panel);
      } else {
        // Kernels of convolutions lie as they are.
        place(`${name}/weights`, weights, 1, rows * outputs, PANEL);
      }
      place(`${name}/bias`, [outputs], 1, outputs, PANEL);
    }
  }
  return { slots, parameterFloats: offset };
}

interface Forward {
  readonly layers: readonly ForwardLayer[];
  readonly losses: Pointer;
  readonly sampling: ForwardLayer["sampling"];
}

/** Input, layers, then losses and the gradient of the last layer's output. */
function emitForward(b: ProgramBuilder, spec: ModelSpec, placed: readonly PlacedLayer[]): Forward {
  const image = placed[0]!.layer.kind === "conv" ? gatherImages(b) : null;
  let value = spec.input.kind === "features" ? gatherFeatures(b, spec.input.width) : null;
  const layers: ForwardLayer[] = [];
  for (const layer of placed) {
    const forward = emitLayer(b, layer, value, image);
    layers.push(forward);
    value = forward.output;
  }
  const losses = emitLoss(b, spec, value!, image);
  const sampling = layers.find((layer) => layer.sampling)?.sampling;
  if (spec.loss) sampling?.addDivergence(losses);
  b.keepToEnd(losses);
  return { layers, losses, sampling };
}

/**
 * @param value the output of the layer below; null for a first layer that reads pixels
 * @param image those pixels within a border, where the first layer is a convolution
 */
function emitLayer(
  b: ProgramBuilder,
  { layer, input }: PlacedLayer,
  value: Value | null,
  image: Pointer | null,
): ForwardLayer {
  switch (layer.kind) {
    case "dense":
      return value === null ? pixelDense(b, layer, input.width) : dense(b, layer, value);
    case "partial-dense":
      return partialDense(b, layer, value!);
    case "sigmoid":
      return sigmoid(b, value!);
    case "conv":
      if (value === null) {
        requireShape(layer, input, { side: 28, channels: 1, out: 32 });
        return convPixels(b, layer, image!);
      }
      requireShape(layer, input, { side: 14, channels: 32, out: 64 });
      return conv5(b, layer, value);
    case "reshape":
      return { output: value!, embedding: value!.pointer, backward: () => {} };
    case "transposed-conv":
      if (layer.channels === 1) {
        requireShape(layer, input, { side: 14, channels: 32, out: 1 });
        return transposedConvPixels(b, layer, value!);
      }
      requireShape(layer, input, { side: 7, channels: 64, out: 32 });
      return transposedConv(b, layer, value!);
    case "sampled-latent":
      return sampledLatent(b, layer, value!);
    default:
      return layer satisfies never;
  }
}

function gatherFeatures(b: ProgramBuilder, width: number): Value {
  const pointer = b.buffer("input");
  b.call("gather_features", {
    features: { buffer: "samples", offset: 0 },
    indices: { buffer: "indices", offset: 0 },
    out: pointer,
  }, { width });
  return { pointer, width, activation: "linear", gradient: null };
}

function emitLoss(
  b: ProgramBuilder,
  { loss }: ModelSpec,
  last: Value,
  image: Pointer | null,
): Pointer {
  if (loss === null) return b.keptBuffer("losses", b.batchSize);
  if (last.gradient === null) {
    throw new TypeError("Cannot train through a sigmoid layer: it is for evaluation");
  }
  const losses = b.buffer("losses");
  const gradient = last.gradient();
  switch (loss) {
    case "softmax-cross-entropy":
      b.call("softmax_cross_entropy", {
        logits: last.pointer,
        labels: { buffer: "labels", offset: 0 },
        indices: { buffer: "indices", offset: 0 },
        losses,
        dlogits: gradient,
      }, { classes: last.width });
      return losses;
    case "sigmoid-cross-entropy":
      b.call("sigmoid_cross_entropy", {
        z: last.pointer,
        targets: image!,
        outputs: b.buffer("probabilities"),
        losses,
        dz: gradient,
      }, {});
      return losses;
    default:
      return loss satisfies never;
  }
}
