/** The losses with their gradients, and the sigmoid: see kernels/softmax.c and sigmoid_cross_entropy.c. */
import { padded } from "../../kernel_table.ts";
import { constant as c } from "../arithmetic.ts";
import type { GpuKernels } from "../gpu_kernel.ts";
import { EXP, FOLD, LOG } from "./functions.ts";

const PIXELS = 28 * 28;

export const LOSSES: GpuKernels<"softmax_cross_entropy" | "sigmoid" | "sigmoid_cross_entropy"> = {
  softmax_cross_entropy: {
    phases: [{
      library: EXP + LOG + FOLD,
      threads: ({ count }) => count,
      body: `
  let row = padded(classes);
  let z = at_logits + t * row;
  let dz = at_dlogits + t * row;
  let label = sample_byte(at_labels, memory[at_indices + t]);
  var largest = load(z);
  for (var n = 1u; n < classes; n++) { largest = f_larger(load(z + n), largest); }
  var lanes: array<F, 16>;
  for (var n = 0u; n < 16u; n++) { lanes[n] = f_zero(); }
  for (var n = 0u; n < row; n++) {
    var e = f_zero();
    if (n < classes) { e = f_exp(f_sub(load(z + n), largest)); }
    store(dz + n, e);
    lanes[n & 15u] = f_add(lanes[n & 15u], e);
  }
  let sum = fold(&lanes);
  store(at_losses + t, f_sub(f_log(sum), f_sub(load(z + label), largest)));
  let scale = f_div(f_one(), f_of_integer(i32(count)));
  for (var n = 0u; n < row; n++) {
    var p = f_div(load(dz + n), sum);
    if (n == label) { p = f_sub(p, f_one()); }
    store(dz + n, f_mul(p, scale));
  }`,
    }],
  },
  sigmoid: {
    phases: [{
      library: EXP,
      threads: ({ count, width }) => count * padded(width),
      body: `
  store(at_p + t, f_div(f_one(), f_add(f_one(), f_exp(f_sub(f_zero(), load(at_z + t))))));`,
    }],
  },
  sigmoid_cross_entropy: {
    // The two logarithms of each pixel.
    extra: ({ count }) => count * PIXELS * 2,
    phases: [{
      library: EXP + LOG,
      threads: ({ count }) => count * PIXELS,
      body: `
  let i = t / 784u;
  let k = t % 784u;
  let y = load(at_targets + i * 1024u + (k / 28u + 2u) * 32u + k % 28u + 2u);
  let p = f_div(f_one(), f_add(f_one(), f_exp(f_sub(f_zero(), load(at_z + t)))));
  let q = f_sub(f_one(), p);
  let with_p = f_add(${c(1e-8)}, p);
  let with_q = f_add(${c(1e-8)}, q);
  store(at_outputs + t, p);
  store_extra(t * 2u, f_log(with_p));
  store_extra(t * 2u + 1u, f_log(with_q));
  let scale = f_div(f_one(), f_of_integer(i32(count)));
  let slope = f_sub(f_div(f_sub(f_one(), y), with_q), f_div(y, with_p));
  let dz = f_mul(f_mul(slope, f_mul(p, q)), scale);
  store(at_dz + i * 961u + (k / 28u + 1u) * 31u + k % 28u + 1u, dz);`,
    }, {
      library: FOLD,
      threads: ({ count }) => count,
      body: `
  var lanes: array<F, 16>;
  for (var n = 0u; n < 16u; n++) { lanes[n] = f_zero(); }
  for (var k = 0u; k < 784u; k++) {
    let y = load(at_targets + t * 1024u + (k / 28u + 2u) * 32u + k % 28u + 2u);
    let at = (t * 784u + k) * 2u;
    let lane = k & 15u;
    lanes[lane] = f_fma(y, load_extra(at), lanes[lane]);
    lanes[lane] = f_fma(f_sub(f_one(), y), load_extra(at + 1u), lanes[lane]);
  }
  store(at_losses + t, f_negative(fold(&lanes)));`,
    }],
  },
};
