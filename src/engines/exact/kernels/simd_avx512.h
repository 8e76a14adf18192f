// AVX-512F: 16 lanes.
#pragma once
#include <immintrin.h>

enum { LANES = 16 };
typedef __m512 vf;

INLINE vf v_load(const float *p) { return _mm512_loadu_ps(p); }
INLINE void v_store(float *p, vf a) { _mm512_storeu_ps(p, a); }
INLINE vf v_splat(float x) { return _mm512_set1_ps(x); }
INLINE vf v_splat_from(const float *p) { return _mm512_set1_ps(*p); }
INLINE vf v_splat_bits(uint32_t bits) { return _mm512_castsi512_ps(_mm512_set1_epi32((int)bits)); }
INLINE vf v_add(vf a, vf b) { return _mm512_add_ps(a, b); }
INLINE vf v_sub(vf a, vf b) { return _mm512_sub_ps(a, b); }
INLINE vf v_mul(vf a, vf b) { return _mm512_mul_ps(a, b); }
INLINE vf v_div(vf a, vf b) { return _mm512_div_ps(a, b); }
INLINE vf v_sqrt(vf a) { return _mm512_sqrt_ps(a); }
INLINE vf v_abs(vf a) { return _mm512_abs_ps(a); }
INLINE vf v_fma(vf a, vf b, vf c) { return _mm512_fmadd_ps(a, b, c); }
INLINE vf v_select_greater(vf a, vf b, vf yes, vf no) {
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, b, _CMP_GT_OQ), no, yes);
}
INLINE vf v_zero_where_greater(vf a, vf b, vf x) {
  return _mm512_maskz_mov_ps(_mm512_cmp_ps_mask(a, b, _CMP_NGT_UQ), x);
}
INLINE vf v_select_nan(vf a, vf yes, vf no) {
  return _mm512_mask_blend_ps(_mm512_cmp_ps_mask(a, a, _CMP_UNORD_Q), no, yes);
}
// These give their second operand where either is NaN, as the promise of simd_wasm.h is.
INLINE vf v_max(vf a, vf b) { return _mm512_max_ps(a, b); }
INLINE vf v_min(vf a, vf b) { return _mm512_min_ps(a, b); }
INLINE vf v_nearest(vf a) { return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC); }

#define AS_INT(a) _mm512_castps_si512(a)
#define AS_FLOAT(a) _mm512_castsi512_ps(a)
INLINE vf i_add(vf a, vf b) { return AS_FLOAT(_mm512_add_epi32(AS_INT(a), AS_INT(b))); }
INLINE vf i_sub(vf a, vf b) { return AS_FLOAT(_mm512_sub_epi32(AS_INT(a), AS_INT(b))); }
INLINE vf i_shift_left(vf a, int bits) { return AS_FLOAT(_mm512_slli_epi32(AS_INT(a), (unsigned)bits)); }
INLINE vf i_shift_right(vf a, int bits) { return AS_FLOAT(_mm512_srai_epi32(AS_INT(a), (unsigned)bits)); }
INLINE vf i_from_float(vf a) { return AS_FLOAT(_mm512_cvttps_epi32(a)); }
INLINE vf i_to_float(vf a) { return _mm512_cvtepi32_ps(AS_INT(a)); }
#undef AS_INT
#undef AS_FLOAT
#define PIN(x)
// Steps of k in one turn of a register tile's loop: see tile.h.
enum { TILE_STEPS = 1 };

// The square that the rows make, transposed: within each four rows the 4x4 squares, then the squares
// change places.
INLINE void v_transpose(vf *rows) {
  vf t[16], u[16];
  UNROLL for (int i = 0; i < 16; i += 4) {
    vf a = _mm512_unpacklo_ps(rows[i], rows[i + 1]), b = _mm512_unpackhi_ps(rows[i], rows[i + 1]);
    vf c = _mm512_unpacklo_ps(rows[i + 2], rows[i + 3]);
    vf d = _mm512_unpackhi_ps(rows[i + 2], rows[i + 3]);
    t[i] = _mm512_shuffle_ps(a, c, 0x44);
    t[i + 1] = _mm512_shuffle_ps(a, c, 0xee);
    t[i + 2] = _mm512_shuffle_ps(b, d, 0x44);
    t[i + 3] = _mm512_shuffle_ps(b, d, 0xee);
  }
  UNROLL for (int i = 0; i < 4; i++) {
    u[i] = _mm512_shuffle_f32x4(t[i], t[i + 4], 0x88);
    u[i + 4] = _mm512_shuffle_f32x4(t[i], t[i + 4], 0xdd);
    u[i + 8] = _mm512_shuffle_f32x4(t[i + 8], t[i + 12], 0x88);
    u[i + 12] = _mm512_shuffle_f32x4(t[i + 8], t[i + 12], 0xdd);
  }
  UNROLL for (int i = 0; i < 8; i++) {
    rows[i] = _mm512_shuffle_f32x4(u[i], u[i + 8], 0x88);
    rows[i + 8] = _mm512_shuffle_f32x4(u[i], u[i + 8], 0xdd);
  }
}

// x where the bits of a lane are this number, 0 elsewhere.
INLINE vf v_where_equal(vf bits, uint32_t number, vf x) {
  return _mm512_maskz_mov_ps(_mm512_cmpeq_epi32_mask(_mm512_castps_si512(bits), _mm512_set1_epi32((int)number)), x);
}
