// 2x2 max pooling of values that are still in registers, and its inverse.
#pragma once
#include "activation.h"
#include "simd.h"

// Which of the four pixels of a window is its largest: 0 and 1 in the upper row, 2 and 3 below, the
// first of equal ones. One 32-bit number a lane, stored as it is.
typedef struct {
  vf value, winner;
} pooled;

INLINE pooled max_pool(vf a, vf b, vf c, vf d) {
  vf best = a, winner = v_splat_bits(0);
  winner = v_select_greater(b, best, v_splat_bits(1), winner);
  best = v_max(b, best);
  winner = v_select_greater(c, best, v_splat_bits(2), winner);
  best = v_max(c, best);
  winner = v_select_greater(d, best, v_splat_bits(3), winner);
  return (pooled){v_max(d, best), winner};
}
