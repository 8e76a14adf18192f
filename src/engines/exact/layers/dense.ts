import type { DenseLayer } from "../../../models/spec.ts";
import { MAX_PARTS, padded, type Pointer } from "../plan.ts";
import { ACTIVATION, type ProgramBuilder } from "../program_builder.ts";
import type { ForwardLayer, Value } from "./layer.ts";

/** Of x that the weight gradient transposes at a time, and of dy: see kernels/dense.c. */
const GRADIENT_ROWS = 240 + 32;
/** Of w that a part transposes at a time for the input gradient, and the samples that need none. */
const TRANSPOSED_WEIGHTS = 256 * 32, FEW_SAMPLES = 64;

export function dense(b: ProgramBuilder, layer: DenseLayer, input: Value): ForwardLayer {
  const { name, units, activation } = layer;
  const output = b.rows(name, units);
  denseForward(b, name, input, units, ACTIVATION[activation], output);
  const gradient = () => b.rows(`${name}/gradient`, units);
  return {
    output: { pointer: output, width: units, activation, gradient },
    embedding: output,
    backward: () => {
      denseParameterGradients(b, name, input, units, gradient());
      if (input.gradient) denseInputGradient(b, name, input, units, gradient(), input.gradient());
    },
  };
}

export function denseForward(
  b: ProgramBuilder,
  name: string,
  input: Value,
  units: number,
  activation: number,
  output: Pointer,
): void {
  b.call("dense_forward", [
    input.pointer,
    b.parameter(`${name}/weights`),
    b.parameter(`${name}/bias`),
    output,
  ], ["count", input.width, units, activation]);
}

export function denseParameterGradients(
  b: ProgramBuilder,
  name: string,
  input: Value,
  units: number,
  gradient: Pointer,
): void {
  b.call("dense_weight_gradient", [
    input.pointer,
    gradient,
    b.parameterGradient(`${name}/weights`),
    b.buffer(`${name}/transposed-input`, MAX_PARTS * padded(b.batchSize) * GRADIENT_ROWS),
  ], ["count", input.width, units]);
  b.call("dense_bias_gradient", [gradient, b.parameterGradient(`${name}/bias`)], ["count", units]);
}

export function denseInputGradient(
  b: ProgramBuilder,
  name: string,
  input: Value,
  units: number,
  gradient: Pointer,
  inputGradient: Pointer,
): void {
  b.call("dense_input_gradient", [
    gradient,
    b.parameter(`${name}/weights`),
    input.pointer,
    inputGradient,
    b.buffer(
      `${name}/transposed`,
      Math.max(
        MAX_PARTS * TRANSPOSED_WEIGHTS,
        (units + input.width) * padded(Math.min(b.batchSize, FEW_SAMPLES)),
      ),
    ),
  ], ["count", input.width, units, ACTIVATION[input.activation]]);
}
