// Sums across lanes: values are added into 16 lanes in ascending order, then the lanes by one fixed
// tree, whatever the vector width.
#pragma once
#include "simd.h"

enum { PANEL_VECTORS = PANEL / LANES };

typedef struct {
  vf at[PANEL_VECTORS];
} lanes16;

INLINE lanes16 lanes16_zero(void) {
  lanes16 sum;
  UNROLL for (int j = 0; j < PANEL_VECTORS; j++) sum.at[j] = v_splat(0.0f);
  return sum;
}

// Halves are folded onto each other: 16, 8, 4, 2, 1.
INLINE float fold(lanes16 sum) {
  float s[PANEL];
  UNROLL for (int j = 0; j < PANEL_VECTORS; j++) v_store(s + j * LANES, sum.at[j]);
  for (int half = PANEL / 2; half > 0; half /= 2)
    for (int i = 0; i < half; i++) s[i] = s[i] + s[i + half];
  return s[0];
}
