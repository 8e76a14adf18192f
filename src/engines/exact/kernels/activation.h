// Activations, and their derivatives told from the activation's own output (positive output means
// positive input for all of them).
#pragma once
#include "simd.h"

// The numbers are part of the plan: see ACTIVATION in ../compile.ts.
enum { LINEAR = 0, RELU = 1, LEAKY_RELU = 2 };

INLINE vf activate(vf x, int activation) {
  if (activation == LINEAR) return x;
  vf zero = v_splat(0.0f);
  vf below = activation == RELU ? zero : v_mul(x, v_splat(0.2f));
  return v_select_greater(zero, x, below, x);  // NaN stays NaN
}

INLINE vf activate_gradient(vf gradient, vf output, int activation) {
  if (activation == LINEAR) return gradient;
  vf zero = v_splat(0.0f);
  vf below = activation == RELU ? zero : v_mul(gradient, v_splat(0.2f));
  return v_select_greater(output, zero, gradient, below);
}
