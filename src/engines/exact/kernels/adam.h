// One step of Adam on LANES parameters.
#pragma once
#include "simd.h"

// m = 0.9 m + 0.1 g;  v = 0.999 v + 0.001 g^2;  w = w - rate m / (sqrt(v) + 1e-8)
// rate already holds the bias correction of the step: 1e-3 sqrt(1 - 0.999^t) / (1 - 0.9^t).
//
// Moments below 2^-100 become 0: those of dead units decay into the subnormal numbers, which WASM
// never flushes and processors handle slowly. An update that this drops is below 1e-25.
//
// Source: Kingma and Ba, "Adam: a method for stochastic optimization", ICLR 2015, as TensorFlow
// writes it.
INLINE void adam_step(vf gradient, float *w, float *m, float *v, vf rate) {
  const vf bound = v_splat(7.8886091e-31f);
  vf mean = v_fma(v_splat(0.9f), v_load(m), v_mul(v_splat(0.1f), gradient));
  vf square = v_mul(v_splat(0.001f), v_mul(gradient, gradient));
  vf variance = v_fma(v_splat(0.999f), v_load(v), square);
  mean = v_zero_where_greater(bound, v_abs(mean), mean);
  variance = v_zero_where_greater(bound, variance, variance);
  v_store(m, mean);
  v_store(v, variance);
  vf denominator = v_add(v_sqrt(variance), v_splat(1e-8f));
  v_store(w, v_sub(v_load(w), v_div(v_mul(rate, mean), denominator)));
}
