// The sigmoid, and the cross-entropy of reconstructed pixels, summed over an image, with its gradient.
//
// Error against float64, largest over largest value, for logits in [-4, 4) at batch 100: p 1.0e-7,
// losses 1.2e-7, dz 3.0e-7.
#include "float_math.h"
#include "fold.h"

enum { SIDE = 28, PIXELS = SIDE * SIDE, PADDED_SIDE = 32, DY_SIDE = 31 };

static inline vf v_sigmoid(vf z) {
  const vf one = v_splat(1.0f);
  return v_div(one, v_add(one, v_exp(v_sub(v_splat(0.0f), z))));
}

// p = 1 / (1 + exp(-z)), both [count][padded(width)]. Parts split the values.
KERNEL(sigmoid)(const float *z, float *p, int count, int width, int part, int parts) {
  int first, last;
  share(count * padded(width) / PANEL, part, parts, &first, &last);
  for (int k = first * PANEL; k < last * PANEL; k += LANES)
    v_store(p + k, v_sigmoid(v_load(z + k)));
}

// p = sigmoid(z)
// losses[i] = -sum over pixels of y log(e + p) + (1 - y) log(e + (1 - p)), e = 1e-8
// dz = -(y / (e + p) - (1 - y) / (e + (1 - p))) p (1 - p) / count: that loss's derivative, exactly.
// z, outputs (p) [count][28][28]; targets (y) [count][32][32] within a border of 2; dz [count][31][31]
// within a border, 1 before and 2 after, which is left as it is. Parts split the samples.
KERNEL(sigmoid_cross_entropy)
(const float *z, const float *targets, float *outputs, float *losses, float *dz, int count, int part,
 int parts) {
  int first, last;
  share(count, part, parts, &first, &last);
  const vf one = v_splat(1.0f), tiny = v_splat(1e-8f);
  const vf scale = v_div(one, v_splat((float)count));
  for (int i = first; i < last; i++) {
    float y[PIXELS], gradient[PIXELS];
    for (int r = 0; r < SIDE; r++)
      for (int k = 0; k < SIDE; k++)
        y[r * SIDE + k] = targets[((size_t)i * PADDED_SIDE + r + 2) * PADDED_SIDE + k + 2];
    lanes16 sum = lanes16_zero();
    for (int k = 0; k < PIXELS; k += PANEL)
      UNROLL for (int j = 0; j < PANEL_VECTORS; j++) {
        const size_t at = (size_t)i * PIXELS + k + j * LANES;
        vf p = v_sigmoid(v_load(z + at));
        vf q = v_sub(one, p);
        vf target = v_load(y + k + j * LANES), other = v_sub(one, target);
        vf with_p = v_add(tiny, p), with_q = v_add(tiny, q);
        v_store(outputs + at, p);
        sum.at[j] = v_fma(target, v_log(with_p), sum.at[j]);
        sum.at[j] = v_fma(other, v_log(with_q), sum.at[j]);
        vf slope = v_sub(v_div(other, with_q), v_div(target, with_p));
        v_store(gradient + k + j * LANES, v_mul(v_mul(slope, v_mul(p, q)), scale));
      }
    losses[i] = -fold(sum);
    for (int r = 0; r < SIDE; r++)
      for (int k = 0; k < SIDE; k++)
        dz[((size_t)i * DY_SIDE + r + 1) * DY_SIDE + k + 1] = gradient[r * SIDE + k];
  }
}
