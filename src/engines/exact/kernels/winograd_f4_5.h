// Winograd's minimal filtering F(4, 5) in one dimension: 4 outputs of a 5-tap correlation from 8
// inputs with 8 multiplications instead of 20. With 0, 1, -1, 2, -2, 1/2, -1/2 and infinity as the
// points of interpolation,
//
//   y = A^T ((G g) * (B^T d))          d: 8 inputs, g: 5 taps, y: 4 outputs, *: element by element
//
// and in two dimensions y = A^T ((G g G^T) * (B^T d B)) A. Training needs the transposes as well,
// since each of the three steps is linear: the gradient of the product is A dy, that of the inputs
// B (...), that of the taps G^T (...).
//
// Source: Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016; for the
// matrices Blahut, "Fast Algorithms for Signal Processing", section 5.
#pragma once
#include "simd.h"

enum { WINO_IN = 8, WINO_OUT = 4, WINO_TAPS = 5 };

// Rows of G: (1, p, p^2, p^3, p^4) / product of (p - other points), and (0, 0, 0, 0, 1).
static const float WINO_G[WINO_IN][WINO_TAPS] = {
    {1, 0, 0, 0, 0},
    {-2 / 9.f, -2 / 9.f, -2 / 9.f, -2 / 9.f, -2 / 9.f},
    {-2 / 9.f, 2 / 9.f, -2 / 9.f, 2 / 9.f, -2 / 9.f},
    {1 / 90.f, 1 / 45.f, 2 / 45.f, 4 / 45.f, 8 / 45.f},
    {1 / 90.f, -1 / 45.f, 2 / 45.f, -4 / 45.f, 8 / 45.f},
    {32 / 45.f, 16 / 45.f, 8 / 45.f, 4 / 45.f, 2 / 45.f},
    {32 / 45.f, -16 / 45.f, 8 / 45.f, -4 / 45.f, 2 / 45.f},
    {0, 0, 0, 0, 1},
};

// r = B^T d, 8 from 8.
INLINE void wino_input(const vf *d, vf *r) {
  const vf half = v_splat(0.5f), quarter = v_splat(0.25f), two = v_splat(2), four = v_splat(4);
  vf even = v_fma(v_splat(-4.25f), d[4], v_add(d[2], d[6]));
  vf odd = v_fma(v_splat(-4.25f), d[3], v_add(d[1], d[5]));
  r[1] = v_add(even, odd);
  r[2] = v_sub(even, odd);
  even = v_fma(v_splat(-1.25f), d[4], v_fma(quarter, d[2], d[6]));
  odd = v_fma(two, d[5], v_fma(v_splat(-2.5f), d[3], v_mul(half, d[1])));
  r[3] = v_add(even, odd);
  r[4] = v_sub(even, odd);
  even = v_fma(v_splat(-5), d[4], v_fma(four, d[2], d[6]));
  odd = v_fma(half, d[5], v_fma(v_splat(-2.5f), d[3], v_mul(two, d[1])));
  r[5] = v_add(even, odd);
  r[6] = v_sub(even, odd);
  r[0] = v_fma(v_splat(5.25f), v_sub(d[4], d[2]), v_sub(d[0], d[6]));
  r[7] = v_fma(v_splat(5.25f), v_sub(d[3], d[5]), v_sub(d[7], d[1]));
}

// y = A^T m, 4 from 8.
INLINE void wino_output(const vf *m, vf *y) {
  vf s1 = v_add(m[1], m[2]), d1 = v_sub(m[1], m[2]);
  vf s2 = v_add(m[3], m[4]), d2 = v_sub(m[3], m[4]);
  vf s3 = v_add(m[5], m[6]), d3 = v_sub(m[5], m[6]);
  y[0] = v_add(v_add(m[0], s1), v_add(s2, s3));
  y[1] = v_fma(v_splat(0.5f), d3, v_fma(v_splat(2), d2, d1));
  y[2] = v_fma(v_splat(0.25f), s3, v_fma(v_splat(4), s2, s1));
  y[3] = v_add(v_fma(v_splat(0.125f), d3, v_fma(v_splat(8), d2, d1)), m[7]);
}

// m = A y, 8 from 4.
INLINE void wino_output_transposed(const vf *y, vf *m) {
  m[0] = y[0];
  vf even = v_add(y[0], y[2]), odd = v_add(y[1], y[3]);
  m[1] = v_add(even, odd);
  m[2] = v_sub(even, odd);
  even = v_fma(v_splat(4), y[2], y[0]);
  odd = v_fma(v_splat(8), y[3], v_mul(v_splat(2), y[1]));
  m[3] = v_add(even, odd);
  m[4] = v_sub(even, odd);
  even = v_fma(v_splat(0.25f), y[2], y[0]);
  odd = v_fma(v_splat(0.125f), y[3], v_mul(v_splat(0.5f), y[1]));
  m[5] = v_add(even, odd);
  m[6] = v_sub(even, odd);
  m[7] = y[3];
}

// x = B r, 8 from 8.
INLINE void wino_input_transposed(const vf *r, vf *x) {
  const vf c = v_splat(5.25f), half = v_splat(0.5f), two = v_splat(2), four = v_splat(4);
  vf s1 = v_add(r[1], r[2]), d1 = v_sub(r[1], r[2]);
  vf s2 = v_add(r[3], r[4]), d2 = v_sub(r[3], r[4]);
  vf s3 = v_add(r[5], r[6]), d3 = v_sub(r[5], r[6]);
  x[0] = r[0];
  x[1] = v_sub(v_fma(two, d3, v_fma(half, d2, d1)), r[7]);
  x[2] = v_fma(four, s3, v_fma(v_splat(0.25f), s2, v_fma(v_sub(v_splat(0), c), r[0], s1)));
  x[3] = v_fma(v_splat(-2.5f), v_add(d2, d3), v_fma(v_splat(-4.25f), d1, v_mul(c, r[7])));
  x[4] = v_fma(v_splat(-5), s3,
               v_fma(v_splat(-1.25f), s2, v_fma(v_splat(-4.25f), s1, v_mul(c, r[0]))));
  x[5] = v_fma(v_sub(v_splat(0), c), r[7], v_fma(half, d3, v_fma(two, d2, d1)));
  x[6] = v_sub(v_add(v_add(s1, s2), s3), r[0]);
  x[7] = r[7];
}
