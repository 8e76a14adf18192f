// Adam (Kingma and Ba, 2015) as TensorFlow writes it, over all parameters at once.
#include "simd.h"

// m = 0.9 m + 0.1 g;  v = 0.999 v + 0.001 g^2;  w = w - rate m / (sqrt(v) + 1e-8)
// *rate already holds the bias correction of the step: 1e-3 sqrt(1 - 0.999^t) / (1 - 0.9^t).
//
// Moments below 2^-100 become 0: those of dead units decay into the subnormal numbers, which WASM
// never flushes and processors handle slowly. An update that this drops is below 1e-25.
// length: a multiple of 16. Parts split the parameters.
KERNEL(adam)
(float *w, const float *g, float *m, float *v, const float *rate, int length, int part, int parts) {
  int first, last;
  share(length / PANEL, part, parts, &first, &last);
  const vf bound = v_splat(7.8886091e-31f), step = v_splat(*rate);
  for (int i = first * PANEL; i < last * PANEL; i += LANES) {
    vf gradient = v_load(g + i);
    vf mean = v_fma(v_splat(0.9f), v_load(m + i), v_mul(v_splat(0.1f), gradient));
    vf square = v_mul(v_splat(0.001f), v_mul(gradient, gradient));
    vf variance = v_fma(v_splat(0.999f), v_load(v + i), square);
    mean = v_zero_where_greater(bound, v_abs(mean), mean);
    variance = v_zero_where_greater(bound, variance, variance);
    v_store(m + i, mean);
    v_store(v + i, variance);
    vf denominator = v_add(v_sqrt(variance), v_splat(1e-8f));
    v_store(w + i, v_sub(v_load(w + i), v_div(v_mul(step, mean), denominator)));
  }
}
