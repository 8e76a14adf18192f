// exp and log of float32, from the operations of simd.h alone: the same bits everywhere, unlike a
// C library's. Error bounds are stated here and tested over the whole domain.
#pragma once
#include "simd.h"

// e^x. Relative error at most 1.1 ulp where the result is a normal number.
// 0 below -87.33654 (where e^x leaves the normal numbers), infinity above 88.72283, NaN for NaN.
//
// x = n ln 2 + r with |r| <= ln 2 / 2, then e^x = 2^n e^r and e^r = 1 + r + r^2 q(r), with q of
// degree 4 fitted for the smallest largest error. ln 2 is split in two so that n * ln2_high is
// exact.
INLINE vf v_exp(vf x) {
  const float lowest = -87.33654f, highest = 88.722835f;
  vf bounded = v_min(v_max(x, v_splat(lowest)), v_splat(highest));
  vf n = v_nearest(v_mul(bounded, v_splat(1.44269504f)));
  vf r = v_fma(n, v_splat(-0.693359375f), bounded);
  r = v_fma(n, v_splat(2.12194440e-4f), r);
  vf q = v_splat(1.3950525e-3f);
  q = v_fma(q, r, v_splat(8.368911e-3f));
  q = v_fma(q, r, v_splat(4.1666206e-2f));
  q = v_fma(q, r, v_splat(1.6666518e-1f));
  q = v_fma(q, r, v_splat(0.5f));
  vf e = v_add(v_fma(v_mul(r, r), q, r), v_splat(1.0f));
  // 2^n in two factors: 2^128 has no float32.
  vf whole = i_from_float(n), half = i_shift_right(whole, 1), bias = v_splat_bits(127);
  e = v_mul(e, i_shift_left(i_add(half, bias), 23));
  e = v_mul(e, i_shift_left(i_add(i_sub(whole, half), bias), 23));
  e = v_select_greater(v_splat(lowest), x, v_splat(0.0f), e);
  e = v_select_greater(x, v_splat(highest), v_splat_bits(0x7f800000), e);
  return v_select_nan(x, x, e);
}

// ln x. Absolute error at most 1 ulp of the result (2^-24 near x = 1 relative to |x - 1|).
// -infinity for 0, NaN for negative x and NaN, infinity for infinity; subnormal x are exact inputs.
//
// x = 2^e m with m in [sqrt(1/2), sqrt(2)), f = m - 1, then
// ln x = e ln 2 + f - f^2/2 + f^3 q(f), with q of degree 8 fitted for the smallest largest error.
INLINE vf v_log(vf x) {
  const uint32_t infinity = 0x7f800000;
  vf smallest_normal = v_splat_bits(0x00800000);
  vf scaled = v_select_greater(smallest_normal, x, v_mul(x, v_splat(8388608.0f)), x);
  vf e = v_select_greater(smallest_normal, x, v_splat(-23.0f), v_splat(0.0f));
  // Subtracting the bits of sqrt(1/2) rounds the exponent to the nearest power of two.
  vf offset = i_sub(scaled, v_splat_bits(0x3f3504f3));
  e = v_add(e, i_to_float(i_shift_right(offset, 23)));
  vf m = i_sub(scaled, i_shift_left(i_shift_right(offset, 23), 23));
  vf f = v_sub(m, v_splat(1.0f));
  vf q = v_splat(6.9173165e-2f);
  q = v_fma(q, f, v_splat(-1.1790798e-1f));
  q = v_fma(q, f, v_splat(1.1872579e-1f));
  q = v_fma(q, f, v_splat(-1.2384192e-1f));
  q = v_fma(q, f, v_splat(1.4218713e-1f));
  q = v_fma(q, f, v_splat(-1.6669260e-1f));
  q = v_fma(q, f, v_splat(2.0002222e-1f));
  q = v_fma(q, f, v_splat(-2.4999987e-1f));
  q = v_fma(q, f, v_splat(3.3333310e-1f));
  vf f2 = v_mul(f, f);
  vf tail = v_mul(v_mul(q, f), f2);
  tail = v_fma(e, v_splat(-2.12194440e-4f), tail);
  tail = v_fma(v_splat(-0.5f), f2, tail);
  vf y = v_fma(e, v_splat(0.693359375f), v_add(f, tail));
  y = v_select_greater(v_splat_bits(infinity), x, y, x);
  y = v_select_greater(x, v_splat(0.0f), y, v_splat_bits(infinity | 0x80000000));
  y = v_select_greater(v_splat(0.0f), x, v_splat_bits(0x7fc00000), y);
  return v_select_nan(x, x, y);
}
