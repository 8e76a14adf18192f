// One vector type over every instruction set, and the only place where intrinsics are named.
//
// Promise: each operation rounds as IEEE 754 says, lane by lane, so a kernel's result does not
// depend on LANES. Builds: avx512 (16 lanes), avx2 with FMA (8), neon (4), and wasm128 (4) with the
// fused multiply-add of relaxed SIMD or with one computed exactly from float64
// (LATENTBENCH_EMULATED_FMA): the same bits.
#pragma once
#include <stddef.h>
#include <stdint.h>
#include "kernel_table.h"

#define INLINE static inline __attribute__((always_inline))
#if defined(__clang__)
#define UNROLL _Pragma("clang loop unroll(full)")
#define NO_UNROLL _Pragma("clang loop unroll(disable)")
#else
#define UNROLL _Pragma("GCC unroll 64")
#define NO_UNROLL _Pragma("GCC unroll 1")
#endif

// Makes a kernel callable from outside under its own name.
#if defined(__wasm__)
#define KERNEL(name) __attribute__((export_name(#name), used)) void name
#else
#define KERNEL(name) __attribute__((visibility("default"), used)) void name
#endif

#if defined(__wasm__)
#include "simd_wasm.h"
#elif defined(__AVX512F__)
#include "simd_avx512.h"
#elif defined(__AVX2__) && defined(__FMA__)
#include "simd_avx2.h"
#elif defined(__aarch64__)
#include "simd_neon.h"
#else
#error "no instruction set with 4 lanes and a fused multiply-add"
#endif

// Rows of activations and panels of weights are padded to this many values on every machine.
enum { PANEL = 16 };
INLINE int padded(int width) { return (width + PANEL - 1) / PANEL * PANEL; }

// Asks for the line of memory that `at` lies in, where that can be asked for.
INLINE void prefetch(const float *at) {
#if defined(__wasm__)
  (void)at;
#else
  __builtin_prefetch(at);
#endif
}

INLINE int smaller(int a, int b) { return a < b ? a : b; }

// The share of `part` (0 to parts - 1) of `total` items: from *begin up to *end.
INLINE void share(int total, int part, int parts, int *begin, int *end) {
  *begin = (int)((int64_t)total * part / parts);
  *end = (int)((int64_t)total * (part + 1) / parts);
}
