/** Rows of features, and sums and products by powers of two: see kernels/gather_features.c, add.c, scale.c. */
import { padded } from "../../kernel_table.ts";
import type { GpuKernels } from "../gpu_kernel.ts";

export const FEATURES: GpuKernels<"gather_features" | "copy_columns" | "add" | "scale"> = {
  gather_features: {
    phases: [{
      threads: ({ count, width }) => count * padded(width),
      body: `
  let row = padded(width);
  let i = t / row;
  let j = t % row;
  var value = 0u;
  if (j < width) { value = samples[at_features + memory[at_indices + i] * width + j]; }
  memory[at_out + t] = value;`,
    }],
  },
  // The last columns of a row are followed by its padding, which is 0.
  copy_columns: {
    phases: [{
      threads: ({ count, to_first, to_width, columns }) =>
        count * (to_first + columns === to_width ? padded(to_width) - to_first : columns),
      body: `
  let written = select(columns, padded(to_width) - to_first, to_first + columns == to_width);
  let i = t / written;
  let j = t % written;
  var value = 0u;
  if (j < columns) { value = memory[at_from + i * padded(from_width) + from_first + j]; }
  memory[at_to + i * padded(to_width) + to_first + j] = value;`,
    }],
  },
  add: {
    phases: [{
      threads: ({ count, width }) => count * width,
      body: `
  store(at_out + t, f_add(load(at_a + t), load(at_b + t)));`,
    }],
  },
  scale: {
    phases: [{
      threads: ({ count, width }) => count * width,
      body: `
  let factor = of_bits(bitcast<u32>((bitcast<i32>(exponent) + 127) << 23u));
  store(at_out + t, f_mul(load(at_values + t), factor));`,
    }],
  },
};
