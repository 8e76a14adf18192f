// wasm128: 4 lanes.
#pragma once
#include <wasm_simd128.h>

enum { LANES = 4 };
typedef v128_t vf;  // LANES float32

INLINE vf v_load(const float *p) { return wasm_v128_load(p); }
INLINE void v_store(float *p, vf a) { wasm_v128_store(p, a); }
INLINE vf v_splat(float x) { return wasm_f32x4_splat(x); }
INLINE vf v_splat_from(const float *p) { return wasm_v128_load32_splat(p); }
INLINE vf v_splat_bits(uint32_t bits) { return wasm_i32x4_splat((int32_t)bits); }
INLINE vf v_add(vf a, vf b) { return wasm_f32x4_add(a, b); }
INLINE vf v_sub(vf a, vf b) { return wasm_f32x4_sub(a, b); }
INLINE vf v_mul(vf a, vf b) { return wasm_f32x4_mul(a, b); }
INLINE vf v_div(vf a, vf b) { return wasm_f32x4_div(a, b); }
INLINE vf v_sqrt(vf a) { return wasm_f32x4_sqrt(a); }
INLINE vf v_abs(vf a) { return wasm_f32x4_abs(a); }
// a > b ? yes : no, lane by lane; false for NaN.
INLINE vf v_select_greater(vf a, vf b, vf yes, vf no) {
  return wasm_v128_bitselect(yes, no, wasm_f32x4_gt(a, b));
}
// a > b ? 0 : x, lane by lane; x where a or b is NaN.
INLINE vf v_zero_where_greater(vf a, vf b, vf x) {
  return wasm_v128_andnot(x, wasm_f32x4_gt(a, b));
}
// yes where a is NaN, no elsewhere.
INLINE vf v_select_nan(vf a, vf yes, vf no) {
  return wasm_v128_bitselect(yes, no, wasm_f32x4_ne(a, a));
}
// a > b ? a : b. Unlike the maximum of some instruction sets: b where either is NaN.
INLINE vf v_max(vf a, vf b) { return wasm_f32x4_pmax(b, a); }
INLINE vf v_min(vf a, vf b) { return wasm_f32x4_pmin(b, a); }
// The nearest whole number, ties to even.
INLINE vf v_nearest(vf a) { return wasm_f32x4_nearest(a); }

// Integer lanes, for the exponents in float_math.h.
INLINE vf i_add(vf a, vf b) { return wasm_i32x4_add(a, b); }
INLINE vf i_sub(vf a, vf b) { return wasm_i32x4_sub(a, b); }
INLINE vf i_shift_left(vf a, int bits) { return wasm_i32x4_shl(a, (uint32_t)bits); }
INLINE vf i_shift_right(vf a, int bits) { return wasm_i32x4_shr(a, (uint32_t)bits); }
// a must lie within the range of int32: conversions differ between machines beyond it.
INLINE vf i_from_float(vf a) { return wasm_i32x4_trunc_sat_f32x4(a); }
INLINE vf i_to_float(vf a) { return wasm_f32x4_convert_i32x4(a); }

#if !defined(LATENTBENCH_EMULATED_FMA)

INLINE vf v_fma(vf a, vf b, vf c) { return wasm_f32x4_relaxed_madd(a, b, c); }
// Holds a value in its register: without it V8 spills the accumulators of a register tile.
#define PIN(x) __asm__ volatile("" : "+r"(x))
// Steps of k in one turn of a register tile's loop: see tile.h.
enum { TILE_STEPS = 4 };

#else

// a * b + c for two float64 lanes that hold float32 values, rounded to odd: a further rounding to
// float32 then gives the correctly rounded result (Boldo and Melquiond, "Emulation of a FMA and
// correctly rounded sums", IEEE TC 57(4), 2008). The product is exact in 53 bits.
INLINE vf fma_to_odd(vf a, vf b, vf c) {
  vf product = wasm_f64x2_mul(a, b);
  vf sum = wasm_f64x2_add(product, c);
  vf c_part = wasm_f64x2_sub(sum, product);  // error of the sum by TwoSum (Knuth)
  vf error = wasm_f64x2_add(wasm_f64x2_sub(product, wasm_f64x2_sub(sum, c_part)),
                            wasm_f64x2_sub(c, c_part));
  vf zero = wasm_f64x2_splat(0.0);
  // Both comparisons are false for an error of NaN, which is what an infinite sum leaves.
  vf inexact = wasm_v128_or(wasm_f64x2_gt(error, zero), wasm_f64x2_lt(error, zero));
  vf one = wasm_i64x2_splat(1);
  vf even = wasm_i64x2_eq(wasm_v128_and(sum, one), wasm_i64x2_splat(0));
  // One step away from zero where error and sum agree in sign, else towards zero.
  vf disagree = wasm_i64x2_shr(wasm_v128_xor(error, sum), 63);
  vf step = wasm_v128_or(disagree, one);  // all ones (-1) or 1
  return wasm_i64x2_add(sum, wasm_v128_and(step, wasm_v128_and(inexact, even)));
}

INLINE vf high_half(vf a) { return wasm_i32x4_shuffle(a, a, 2, 3, 2, 3); }

INLINE vf v_fma(vf a, vf b, vf c) {
  vf low = fma_to_odd(wasm_f64x2_promote_low_f32x4(a), wasm_f64x2_promote_low_f32x4(b),
                      wasm_f64x2_promote_low_f32x4(c));
  vf high = fma_to_odd(wasm_f64x2_promote_low_f32x4(high_half(a)),
                       wasm_f64x2_promote_low_f32x4(high_half(b)),
                       wasm_f64x2_promote_low_f32x4(high_half(c)));
  return wasm_i32x4_shuffle(wasm_f32x4_demote_f64x2_zero(low), wasm_f32x4_demote_f64x2_zero(high),
                            0, 1, 4, 5);
}
#define PIN(x)
// Steps of k in one turn of a register tile's loop: see tile.h.
enum { TILE_STEPS = 1 };

#endif

// The square that the rows make, transposed.
INLINE void v_transpose(vf *rows) {
  vf a = wasm_i32x4_shuffle(rows[0], rows[1], 0, 4, 1, 5);
  vf b = wasm_i32x4_shuffle(rows[0], rows[1], 2, 6, 3, 7);
  vf c = wasm_i32x4_shuffle(rows[2], rows[3], 0, 4, 1, 5);
  vf d = wasm_i32x4_shuffle(rows[2], rows[3], 2, 6, 3, 7);
  rows[0] = wasm_i64x2_shuffle(a, c, 0, 2);
  rows[1] = wasm_i64x2_shuffle(a, c, 1, 3);
  rows[2] = wasm_i64x2_shuffle(b, d, 0, 2);
  rows[3] = wasm_i64x2_shuffle(b, d, 1, 3);
}

// x where the bits of a lane are this number, 0 elsewhere.
INLINE vf v_where_equal(vf bits, uint32_t number, vf x) {
  return wasm_v128_and(x, wasm_i32x4_eq(bits, wasm_i32x4_splat((int32_t)number)));
}
