/** The VAE's latent, its noise and its KL term: see kernels/sampled_latent.c. */
import { padded } from "../../kernel_table.ts";
import { constant as c } from "../arithmetic.ts";
import type { GpuKernels } from "../gpu_kernel.ts";
import { FOLD, LOG } from "./functions.ts";

export const LATENT: GpuKernels<
  "draw_normal" | "sampled_latent_forward" | "sampled_latent_gradient"
> = {
  draw_normal: {
    phases: [{
      library: LOG,
      threads: ({ count, width }) => count * padded(width),
      body: `
  var eps = f_zero();
  if (t % padded(width) < width) {
    let radius = f_sqrt(f_mul(${c(-2)}, f_log(load(at_u + t))));
    let v = load(at_v + t);
    let n = f_nearest(f_mul(v, ${c(4)}));
    let turn = f_mul(f_fma(n, ${c(-0.25)}, v), ${c(6.2831853)});
    let turn2 = f_mul(turn, turn);
    var sine = f_fma(turn2, ${c(-1.9515296e-4)}, ${c(8.3321609e-3)});
    sine = f_fma(sine, turn2, ${c(-1.6666655e-1)});
    sine = f_fma(f_mul(sine, turn2), turn, turn);
    var cosine = f_fma(turn2, ${c(2.4433157e-5)}, ${c(-1.3887316e-3)});
    cosine = f_fma(cosine, turn2, ${c(4.1666646e-2)});
    cosine = f_fma(f_mul(turn2, turn2), cosine, f_fma(${c(-0.5)}, turn2, f_one()));
    let quarter = integer_of(n);
    if (quarter == 1) {
      cosine = f_sub(f_zero(), sine);
    } else if (quarter == 2) {
      cosine = f_sub(f_zero(), cosine);
    } else if (quarter == 3) {
      cosine = sine;
    }
    eps = f_mul(radius, cosine);
  }
  store(at_eps + t, eps);`,
    }],
  },
  sampled_latent_forward: {
    phases: [{
      library: LOG + FOLD,
      threads: ({ count }) => count,
      body: `
  let row = padded(width);
  var lanes: array<F, 16>;
  for (var n = 0u; n < 16u; n++) { lanes[n] = f_zero(); }
  for (var k = 0u; k < row; k++) {
    let at = t * row + k;
    var term = f_zero();
    var z = f_zero();
    if (k < width) {
      let mean = load(at_mean + at);
      let stddev = load(at_stddev + at);
      let variance = f_mul(stddev, stddev);
      z = f_fma(load(at_eps + at), stddev, mean);
      let log_variance = f_log(f_add(${c(1e-8)}, variance));
      term = f_sub(f_sub(f_fma(mean, mean, variance), log_variance), f_one());
    }
    store(at_z + at, z);
    lanes[k & 15u] = f_add(lanes[k & 15u], term);
  }
  store(at_divergence + t, f_mul(${c(0.5)}, fold(&lanes)));`,
    }],
  },
  sampled_latent_gradient: {
    phases: [{
      threads: ({ count, width }) => count * padded(width),
      body: `
  let scale = f_div(f_one(), f_of_integer(i32(count)));
  let stddev = load(at_stddev + t);
  let dz = load(at_dz + t);
  store(at_dmean + t, f_fma(load(at_mean + t), scale, dz));
  let slope = f_sub(stddev, f_div(stddev, f_fma(stddev, stddev, ${c(1e-8)})));
  store(at_dstddev + t, f_fma(slope, scale, f_mul(dz, load(at_eps + t))));`,
    }],
  },
};
