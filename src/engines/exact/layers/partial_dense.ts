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
  const width = units + others;
  const read = { pointer: b.buffer(`${name}/read`), width: inputs };
  copyColumns(b, input, 0, read, 0, inputs);
  const own = dense(b, { ...layer, kind: "dense" }, { ...input, ...read });
  const joined = { pointer: b.buffer(`${name}/joined`), width };
  copyColumns(b, own.output, 0, joined, 0, units);
  copyColumns(b, input, inputs, joined, units, others);
  const gradient = () => b.buffer(`${name}/joined-gradient`);
  return {
    output: { ...joined, activation, gradient },
    embedding: joined.pointer,
    backward: () => {
      const of = { pointer: gradient(), width };
      copyColumns(b, of, 0, { pointer: own.output.gradient!(), width: units }, 0, units);
      own.backward();
    },
  };
}

type Rows = Pick<Value, "pointer" | "width">;

function copyColumns(
  b: ProgramBuilder,
  from: Rows,
  fromFirst: number,
  to: Rows,
  toFirst: number,
  columns: number,
): void {
  b.call("copy_columns", { from: from.pointer, to: to.pointer }, {
    ...{ from_width: from.width, from_first: fromFirst },
    ...{ to_width: to.width, to_first: toFirst, columns },
  });
}
