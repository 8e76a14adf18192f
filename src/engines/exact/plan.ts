/**
 * A plan: what the exact engine does for one training step and for one pass of evaluation, as a
 * list of kernel calls over one planned memory. It follows from the model spec alone: no thread,
 * machine or dataset is in it, and neither is a number that training decides.
 * @module
 */

import type { KernelName } from "./kernel_table.ts";

/** A place in a buffer, in float32 values. `samples` and `labels` are bound when the plan runs. */
export interface Pointer {
  readonly buffer: string;
  readonly offset: number;
}

/** One call of a kernel (`kernel_table.ts`): pointers first, then whole numbers, of which `count` is the batch's samples. */
export interface Call {
  readonly kernel: KernelName;
  readonly pointers: readonly Pointer[];
  readonly sizes: readonly (number | "count")[];
}

/** Where a parameter tensor lies within `parameters`, and how it is packed there. */
export interface ParameterSlot {
  readonly name: string;
  readonly shape: readonly number[];
  /** In float32 values from the start of `parameters`; Adam's moments lie likewise. */
  readonly offset: number;
  /** The tensor as a matrix, stored as [columns / panel][rows][panel], padded with zeros. */
  readonly rows: number;
  readonly columns: number;
  readonly panel: number;
}

export interface PlannedBuffer {
  readonly name: string;
  readonly floats: number;
  /** In float32 values from the start of the plan's memory. */
  readonly offset: number;
}

/** Calls that run in order on batches of at most `batchSize` samples. */
export interface Program {
  readonly batchSize: number;
  readonly calls: readonly Call[];
  /** Where the losses are left, one a sample. */
  readonly losses: string;
  /** Where uniform numbers for sampled latents are expected, in padded rows; null without any. */
  readonly noise: { readonly u: string; readonly v: string; readonly width: number } | null;
}

export interface Plan {
  readonly parameters: readonly ParameterSlot[];
  /** All of them are zero at first; some rely on parts of them staying so. */
  readonly buffers: readonly PlannedBuffer[];
  /** Size of the whole memory, in float32 values. */
  readonly floats: number;
  /** null for a model without a loss, which is only evaluated. */
  readonly step: Program | null;
  readonly evaluate: Program;
  /** Where `evaluate` leaves the model's outputs, in padded rows of `width` values. */
  readonly output: { readonly buffer: string; readonly width: number };
}

/**
 * Where a batch's KL terms are left by `evaluate`, without their weight; null if the losses have none.
 */
export function divergencesOf({ step, evaluate, buffers }: Plan): string | null {
  if (step === null || evaluate.noise === null) return null;
  const isDivergence = ({ name }: { name: string }) =>
    name.startsWith("evaluate/") && name.endsWith("/divergence");
  return buffers.find(isDivergence)!.name;
}
