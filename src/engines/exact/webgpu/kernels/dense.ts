/** Dense layers, on values and on pixels, and Adam: see kernels/dense.c, pixel_dense.c and adam.c. */
import { padded } from "../../kernel_table.ts";
import type { GpuKernels } from "../gpu_kernel.ts";
import { ADAM } from "./functions.ts";

export const DENSE: GpuKernels<
  | "dense_forward"
  | "dense_weight_gradient"
  | "dense_bias_gradient"
  | "dense_input_gradient"
  | "gather_pixels"
  | "transpose_pixels"
  | "pixel_dense_forward"
  | "pixel_dense_adam"
  | "adam"
> = {
  dense_forward: {
    phases: [{
      threads: ({ count, outputs }) => count * padded(outputs),
      body: `
  let row = padded(outputs);
  let i = t / row;
  let n = t % row;
  let x = at_x + i * padded(inputs);
  var sum = load(at_bias + n);
  for (var k = 0u; k < inputs; k++) {
    sum = f_fma(load(x + k), load(at_w + in_panels(inputs, k, n)), sum);
  }
  store(at_y + t, activate(sum, activation));`,
    }],
  },
  dense_weight_gradient: {
    phases: [{
      threads: ({ inputs, outputs }) => inputs * padded(outputs),
      body: `
  let y_row = padded(outputs);
  let x_row = padded(inputs);
  let k = t / y_row;
  let n = t % y_row;
  var sum = f_zero();
  for (var i = 0u; i < count; i++) {
    sum = f_fma(load(at_x + i * x_row + k), load(at_dy + i * y_row + n), sum);
  }
  store(at_dw + in_panels(inputs, k, n), sum);`,
    }],
  },
  dense_bias_gradient: {
    phases: [{
      threads: ({ outputs }) => padded(outputs),
      body: `
  let row = padded(outputs);
  var sum = f_zero();
  for (var i = 0u; i < count; i++) { sum = f_add(sum, load(at_dy + i * row + t)); }
  store(at_db + t, sum);`,
    }],
  },
  dense_input_gradient: {
    phases: [{
      threads: ({ count, inputs }) => count * padded(inputs),
      body: `
  let row = padded(inputs);
  let i = t / row;
  let k = t % row;
  let dy = at_dy + i * padded(outputs);
  var sum = f_zero();
  if (k < inputs) {
    for (var n = 0u; n < outputs; n++) {
      sum = f_fma(load(dy + n), load(at_w + in_panels(inputs, k, n)), sum);
    }
  }
  store(at_dx + t, activate_gradient(sum, load(at_x + t), activation));`,
    }],
  },
  gather_pixels: {
    phases: [{
      threads: ({ count }) => count,
      body: `
  let base = memory[at_indices + t] * inputs;
  var length = 0u;
  for (var k = 0u; k < inputs; k++) {
    let byte = sample_byte(at_images, base + k);
    if (byte != 0u) {
      let at = at_by_sample + (t * inputs + length) * 2u;
      memory[at] = k;
      store(at + 1u, pixel_of(byte));
      length++;
    }
  }
  memory[at_sample_counts + t] = length;`,
    }],
  },
  transpose_pixels: {
    phases: [{
      threads: ({ inputs }) => inputs,
      body: `
  var length = 0u;
  for (var i = 0u; i < count; i++) {
    let listed = memory[at_sample_counts + i];
    for (var e = 0u; e < listed; e++) {
      let from_at = at_by_sample + (i * inputs + e) * 2u;
      if (memory[from_at] == t) {
        let to_at = at_by_input + (t * batch + length) * 2u;
        memory[to_at] = i;
        memory[to_at + 1u] = memory[from_at + 1u];
        length++;
      }
    }
  }
  memory[at_input_counts + t] = length;`,
    }],
  },
  pixel_dense_forward: {
    phases: [{
      threads: ({ count, outputs }) => count * padded(outputs),
      body: `
  let row = padded(outputs);
  let i = t / row;
  let n = t % row;
  let listed = memory[at_sample_counts + i];
  var sum = load(at_bias + n);
  for (var e = 0u; e < listed; e++) {
    let at = at_by_sample + (i * inputs + e) * 2u;
    sum = f_fma(load(at + 1u), load(at_w + memory[at] * row + n), sum);
  }
  store(at_y + t, activate(sum, activation));`,
    }],
  },
  pixel_dense_adam: {
    phases: [{
      library: ADAM,
      threads: ({ inputs, outputs }) => inputs * padded(outputs),
      body: `
  let row = padded(outputs);
  let k = t / row;
  let n = t % row;
  let listed = memory[at_input_counts + k];
  var sum = f_zero();
  for (var e = 0u; e < listed; e++) {
    let at = at_by_input + (k * batch + e) * 2u;
    sum = f_fma(load(at + 1u), load(at_dy + memory[at] * row + n), sum);
  }
  adam_step(sum, at_w + t, at_m + t, at_v + t, load(at_rate));`,
    }],
  },
  adam: {
    phases: [{
      library: ADAM,
      threads: ({ length }) => length,
      body: `
  adam_step(load(at_g + t), at_w + t, at_m + t, at_v + t, load(at_rate));`,
    }],
  },
};
