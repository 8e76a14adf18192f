// Winograd's minimal filtering F(4, 3) in one dimension: 4 outputs of a 3-tap correlation from 6
// inputs with 6 multiplications instead of 12. With 0, a, -a, b, -b and infinity as the points of
// interpolation, where a = 5/8 and b = 3/2,
//
//   y = A^T ((G g) * (B^T d))          d: 6 inputs, g: 3 taps, y: 4 outputs, *: element by element
//
// and in two dimensions y = A^T ((G g G^T) * (B^T d B)) A. Where the last tap is 0 so is G g at
// infinity: without that point, and without the last row of G, these are the matrices of F(4, 2),
// 4 outputs from 2 taps with 5 multiplications. B^T stays, so both may share transformed inputs.
//
// The usual a and b are 1 and 2. These take as many operations, the entries of A and B are exact in
// float32 as well, and the outputs of conv_transpose.c have a third of the error.
//
// Training needs the transposes as well, as in winograd_f4_5.h, which names the sources.
#pragma once
#include "simd.h"

enum { WINO_IN = 6, WINO_OUT = 4, WINO_TAPS = 3 };

// Rows of G: (1, p, p^2) / product of (p - other points), and (0, 0, 1).
static const float WINO_G[WINO_IN][WINO_TAPS] = {
    {256 / 225.f, 0, 0},
    {-2048 / 2975.f, -256 / 595.f, -32 / 119.f},
    {-2048 / 2975.f, 256 / 595.f, -32 / 119.f},
    {128 / 1071.f, 64 / 357.f, 32 / 119.f},
    {128 / 1071.f, -64 / 357.f, 32 / 119.f},
    {0, 0, 1},
};

#define WINO_A (5 / 8.f)
#define WINO_B (3 / 2.f)
#define WINO_A2 (WINO_A * WINO_A)
#define WINO_B2 (WINO_B * WINO_B)

// r = B^T d, 6 from 6: a row is (1, x, x^2, ...) times the product of (x - other finite points).
INLINE void wino_input(const vf *d, vf *r) {
  const vf product = v_splat(WINO_A2 * WINO_B2), sum = v_splat(-(WINO_A2 + WINO_B2));
  r[0] = v_fma(product, d[0], v_fma(sum, d[2], d[4]));
  vf even = v_fma(v_splat(-WINO_B2), d[2], d[4]), odd = v_fma(v_splat(-WINO_B2), d[1], d[3]);
  r[1] = v_fma(v_splat(WINO_A), odd, even);
  r[2] = v_fma(v_splat(-WINO_A), odd, even);
  even = v_fma(v_splat(-WINO_A2), d[2], d[4]);
  odd = v_fma(v_splat(-WINO_A2), d[1], d[3]);
  r[3] = v_fma(v_splat(WINO_B), odd, even);
  r[4] = v_fma(v_splat(-WINO_B), odd, even);
  r[5] = v_fma(product, d[1], v_fma(sum, d[3], d[5]));
}

// y = A^T m, 4 from `points` of 6, or of 5: without infinity. Row k of A^T: the points' k-th powers.
INLINE void wino_output(const vf *m, vf *y, const int points) {
  vf s1 = v_add(m[1], m[2]), d1 = v_sub(m[1], m[2]);
  vf s2 = v_add(m[3], m[4]), d2 = v_sub(m[3], m[4]);
  y[0] = v_add(v_add(m[0], s1), s2);
  y[1] = v_fma(v_splat(WINO_B), d2, v_mul(v_splat(WINO_A), d1));
  y[2] = v_fma(v_splat(WINO_B2), s2, v_mul(v_splat(WINO_A2), s1));
  y[3] = v_fma(v_splat(WINO_B2 * WINO_B), d2, v_mul(v_splat(WINO_A2 * WINO_A), d1));
  if (points == WINO_IN) y[3] = v_add(y[3], m[5]);
}

// m = A y, 6 from 4; without infinity the first 5.
INLINE void wino_output_transposed(const vf *y, vf *m) {
  m[0] = y[0];
  vf even = v_fma(v_splat(WINO_A2), y[2], y[0]), odd = v_fma(v_splat(WINO_A2), y[3], y[1]);
  m[1] = v_fma(v_splat(WINO_A), odd, even);
  m[2] = v_fma(v_splat(-WINO_A), odd, even);
  even = v_fma(v_splat(WINO_B2), y[2], y[0]);
  odd = v_fma(v_splat(WINO_B2), y[3], y[1]);
  m[3] = v_fma(v_splat(WINO_B), odd, even);
  m[4] = v_fma(v_splat(-WINO_B), odd, even);
  m[5] = y[3];
}

// x = B r, 6 from 6.
INLINE void wino_input_transposed(const vf *r, vf *x) {
  const vf product = v_splat(WINO_A2 * WINO_B2), sum = v_splat(-(WINO_A2 + WINO_B2));
  vf s1 = v_add(r[1], r[2]), d1 = v_sub(r[1], r[2]);
  vf s2 = v_add(r[3], r[4]), d2 = v_sub(r[3], r[4]);
  x[0] = v_mul(product, r[0]);
  x[1] = v_fma(v_splat(-WINO_A2 * WINO_B), d2,
               v_fma(v_splat(-WINO_A * WINO_B2), d1, v_mul(product, r[5])));
  x[2] = v_fma(v_splat(-WINO_A2), s2, v_fma(v_splat(-WINO_B2), s1, v_mul(sum, r[0])));
  x[3] = v_fma(v_splat(WINO_B), d2, v_fma(v_splat(WINO_A), d1, v_mul(sum, r[5])));
  x[4] = v_add(v_add(r[0], s1), s2);
  x[5] = r[5];
}
