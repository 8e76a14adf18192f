/**
 * A dense layer on the first columns of the features, joined with the others: see
 * kernels/gather_features.c. Nothing is below it, so the others need no gradient.
 * @module
 */
import type { PartialDenseLayer } from "../../../models/spec.ts";
import type { ProgramBuilder } from "../program_builder.ts";
import { dense } from "./dense.ts";
import type { ForwardLayer, Value } from "./layer.ts";

export function partialDense(
  b: ProgramBuilder,
  layer: PartialDenseLayer,
  input: Value,
): ForwardLayer {
  const { name, inputs, units, activation } = layer;
  const others = input.width - inputs;
  const read = b.rows(`${name}/read`, inputs);
  b.call("copy_columns", [input.pointer, read], ["count", input.width, 0, inputs, 0, inputs]);
  const own = dense(b, { ...layer, kind: "dense" }, { ...input, pointer: read, width: inputs });
  const width = units + others;
  const joined = b.rows(`${name}/joined`, width);
  b.call("copy_columns", [own.output.pointer, joined], ["count", units, 0, width, 0, units]);
  b.call("copy_columns", [input.pointer, joined], [
    "count",
    input.width,
    inputs,
    width,
    units,
    others,
  ]);
  const gradient = () => b.rows(`${name}/joined-gradient`, width);
  return {
    output: { pointer: joined, width, activation, gradient },
    embedding: joined,
    backward: () => {
      b.call("copy_columns", [gradient(), own.output.gradient!()], [
        "count",
        width,
        0,
        units,
        0,
        units,
      ]);
      own.backward();
    },
  };
}
