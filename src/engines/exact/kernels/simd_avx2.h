// AVX2 with FMA3: 8 lanes.
#pragma once
#include <immintrin.h>

enum { LANES = 8 };
typedef __m256 vf;

INLINE vf v_load(const float *p) { return _mm256_loadu_ps(p); }
INLINE void v_store(float *p, vf a) { _mm256_storeu_ps(p, a); }
INLINE vf v_splat(float x) { return _mm256_set1_ps(x); }
INLINE vf v_splat_from(const float *p) { return _mm256_broadcast_ss(p); }
INLINE vf v_splat_bits(uint32_t bits) { return _mm256_castsi256_ps(_mm256_set1_epi32((int)bits)); }
INLINE vf v_add(vf a, vf b) { return _mm256_add_ps(a, b); }
INLINE vf v_sub(vf a, vf b) { return _mm256_sub_ps(a, b); }
INLINE vf v_mul(vf a, vf b) { return _mm256_mul_ps(a, b); }
INLINE vf v_div(vf a, vf b) { return _mm256_div_ps(a, b); }
INLINE vf v_sqrt(vf a) { return _mm256_sqrt_ps(a); }
INLINE vf v_abs(vf a) { return _mm256_and_ps(a, v_splat_bits(0x7fffffff)); }
INLINE vf v_fma(vf a, vf b, vf c) { return _mm256_fmadd_ps(a, b, c); }
INLINE vf v_select_greater(vf a, vf b, vf yes, vf no) {
  return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, b, _CMP_GT_OQ));
}
INLINE vf v_zero_where_greater(vf a, vf b, vf x) {
  return _mm256_andnot_ps(_mm256_cmp_ps(a, b, _CMP_GT_OQ), x);
}
INLINE vf v_select_nan(vf a, vf yes, vf no) {
  return _mm256_blendv_ps(no, yes, _mm256_cmp_ps(a, a, _CMP_UNORD_Q));
}
// These give their second operand where either is NaN, as the promise of simd_wasm.h is.
INLINE vf v_max(vf a, vf b) { return _mm256_max_ps(a, b); }
INLINE vf v_min(vf a, vf b) { return _mm256_min_ps(a, b); }
INLINE vf v_nearest(vf a) { return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }

#define AS_INT(a) _mm256_castps_si256(a)
#define AS_FLOAT(a) _mm256_castsi256_ps(a)
INLINE vf i_add(vf a, vf b) { return AS_FLOAT(_mm256_add_epi32(AS_INT(a), AS_INT(b))); }
INLINE vf i_sub(vf a, vf b) { return AS_FLOAT(_mm256_sub_epi32(AS_INT(a), AS_INT(b))); }
INLINE vf i_shift_left(vf a, int bits) { return AS_FLOAT(_mm256_slli_epi32(AS_INT(a), bits)); }
INLINE vf i_shift_right(vf a, int bits) { return AS_FLOAT(_mm256_srai_epi32(AS_INT(a), bits)); }
INLINE vf i_from_float(vf a) { return AS_FLOAT(_mm256_cvttps_epi32(a)); }
INLINE vf i_to_float(vf a) { return _mm256_cvtepi32_ps(AS_INT(a)); }
#undef AS_INT
#undef AS_FLOAT
#define PIN(x)
// Steps of k in one turn of a register tile's loop: see tile.h.
enum { TILE_STEPS = 1 };

// The square that the rows make, transposed: pairs, then quarters, then halves change places.
INLINE void v_transpose(vf *rows) {
  vf t[8];
  UNROLL for (int i = 0; i < 8; i += 4) UNROLL for (int j = 0; j < 2; j++) {
    vf low = _mm256_unpacklo_ps(rows[i + 2 * j], rows[i + 2 * j + 1]);
    vf high = _mm256_unpackhi_ps(rows[i + 2 * j], rows[i + 2 * j + 1]);
    t[i + j] = low;
    t[i + 2 + j] = high;
  }
  vf u[8];
  UNROLL for (int i = 0; i < 8; i += 2) {
    u[i] = _mm256_shuffle_ps(t[i], t[i + 1], 0x44);
    u[i + 1] = _mm256_shuffle_ps(t[i], t[i + 1], 0xee);
  }
  UNROLL for (int i = 0; i < 4; i++) {
    rows[i] = _mm256_permute2f128_ps(u[i], u[i + 4], 0x20);
    rows[i + 4] = _mm256_permute2f128_ps(u[i], u[i + 4], 0x31);
  }
}

// x where the bits of a lane are this number, 0 elsewhere.
INLINE vf v_where_equal(vf bits, uint32_t number, vf x) {
  return _mm256_and_ps(x, _mm256_castsi256_ps(_mm256_cmpeq_epi32(_mm256_castps_si256(bits), _mm256_set1_epi32((int)number))));
}
