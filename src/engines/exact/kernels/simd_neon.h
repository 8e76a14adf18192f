// NEON of arm64: 4 lanes.
#pragma once
#include <arm_neon.h>

enum { LANES = 4 };
typedef float32x4_t vf;

INLINE vf v_load(const float *p) { return vld1q_f32(p); }
INLINE void v_store(float *p, vf a) { vst1q_f32(p, a); }
INLINE vf v_splat(float x) { return vdupq_n_f32(x); }
INLINE vf v_splat_from(const float *p) { return vld1q_dup_f32(p); }
INLINE vf v_splat_bits(uint32_t bits) { return vreinterpretq_f32_u32(vdupq_n_u32(bits)); }
INLINE vf v_add(vf a, vf b) { return vaddq_f32(a, b); }
INLINE vf v_sub(vf a, vf b) { return vsubq_f32(a, b); }
INLINE vf v_mul(vf a, vf b) { return vmulq_f32(a, b); }
INLINE vf v_div(vf a, vf b) { return vdivq_f32(a, b); }
INLINE vf v_sqrt(vf a) { return vsqrtq_f32(a); }
INLINE vf v_abs(vf a) { return vabsq_f32(a); }
INLINE vf v_fma(vf a, vf b, vf c) { return vfmaq_f32(c, a, b); }
INLINE vf v_select_greater(vf a, vf b, vf yes, vf no) { return vbslq_f32(vcgtq_f32(a, b), yes, no); }
INLINE vf v_zero_where_greater(vf a, vf b, vf x) {
  return vreinterpretq_f32_u32(vbicq_u32(vreinterpretq_u32_f32(x), vcgtq_f32(a, b)));
}
INLINE vf v_select_nan(vf a, vf yes, vf no) { return vbslq_f32(vceqq_f32(a, a), no, yes); }
// Compare and select: the instruction set's own maximum treats NaN and signed zeros otherwise.
INLINE vf v_max(vf a, vf b) { return v_select_greater(a, b, a, b); }
INLINE vf v_min(vf a, vf b) { return v_select_greater(b, a, a, b); }
INLINE vf v_nearest(vf a) { return vrndnq_f32(a); }

#define AS_INT(a) vreinterpretq_s32_f32(a)
#define AS_FLOAT(a) vreinterpretq_f32_s32(a)
INLINE vf i_add(vf a, vf b) { return AS_FLOAT(vaddq_s32(AS_INT(a), AS_INT(b))); }
INLINE vf i_sub(vf a, vf b) { return AS_FLOAT(vsubq_s32(AS_INT(a), AS_INT(b))); }
INLINE vf i_shift_left(vf a, int bits) { return AS_FLOAT(vshlq_s32(AS_INT(a), vdupq_n_s32(bits))); }
INLINE vf i_shift_right(vf a, int bits) { return AS_FLOAT(vshlq_s32(AS_INT(a), vdupq_n_s32(-bits))); }
INLINE vf i_from_float(vf a) { return AS_FLOAT(vcvtq_s32_f32(a)); }
INLINE vf i_to_float(vf a) { return vcvtq_f32_s32(AS_INT(a)); }
#undef AS_INT
#undef AS_FLOAT
#define PIN(x)
// Steps of k in one turn of a register tile's loop: see tile.h.
enum { TILE_STEPS = 1 };

// The square that the rows make, transposed.
INLINE void v_transpose(vf *rows) {
  float32x4x2_t a = vzipq_f32(rows[0], rows[2]), b = vzipq_f32(rows[1], rows[3]);
  float32x4x2_t low = vzipq_f32(a.val[0], b.val[0]), high = vzipq_f32(a.val[1], b.val[1]);
  rows[0] = low.val[0];
  rows[1] = low.val[1];
  rows[2] = high.val[0];
  rows[3] = high.val[1];
}

// x where the bits of a lane are this number, 0 elsewhere.
INLINE vf v_where_equal(vf bits, uint32_t number, vf x) {
  return vreinterpretq_f32_u32(vandq_u32(vreinterpretq_u32_f32(x), vceqq_u32(vreinterpretq_u32_f32(bits), vdupq_n_u32(number))));
}
