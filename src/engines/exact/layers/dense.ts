import type { DenseLayer } from "../../../models/spec.ts";
import type { Pointer } from "../plan.ts";
import { ACTIVATION, type ProgramBuilder } from "../program_builder.ts";
import type { ForwardLayer, Value } from "./layer.ts";

export function dense(b: ProgramBuilder, layer: DenseLayer, input: Value): ForwardLayer {
  const { name, units, activation } = layer;
  const output = b.buffer(name);
  denseForward(b, name, input, units, ACTIVATION[activation], output);
  const gradient = () => b.buffer(`${name}/gradient`);
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
  b.call("dense_forward", {
    x: input.pointer,
    w: b.parameter(`${name}/weights`),
    bias: b.parameter(`${name}/bias`),
    y: output,
  }, { inputs: input.width, outputs: units, activation });
}

export function denseParameterGradients(
  b: ProgramBuilder,
  name: string,
  input: Value,
  units: number,
  gradient: Pointer,
): void {
  b.call("dense_weight_gradient", {
    x: input.pointer,
    dy: gradient,
    dw: b.parameterGradient(`${name}/weights`),
    scratch: b.buffer(`${name}/transposed-input`),
  }, { inputs: input.width, outputs: units });
  const db = b.parameterGradient(`${name}/bias`);
  b.call("dense_bias_gradient", { dy: gradient, db }, { outputs: units });
}

export function denseInputGradient(
  b: ProgramBuilder,
  name: string,
  input: Value,
  units: number,
  gradient: Pointer,
  inputGradient: Pointer,
): void {
  b.call("dense_input_gradient", {
    dy: gradient,
    w: b.parameter(`${name}/weights`),
    x: input.pointer,
    dx: inputGradient,
    scratch: b.buffer(`${name}/transposed`),
  }, { inputs: input.width, outputs: units, activation: ACTIVATION[input.activation] });
}
