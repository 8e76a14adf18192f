// What native code needs beside the kernels: which instruction set the processor has, and the
// floating-point mode that the kernels rely on.
#if !defined(__wasm__)
#include <stdint.h>
#include <stdlib.h>
#if defined(__linux__)
#include <sys/mman.h>
#endif
#define EXPORTED __attribute__((visibility("default"), used))

#if defined(LATENTBENCH_PROBE)

#if defined(__x86_64__)
#include <cpuid.h>

// The parts of the register file that the operating system saves: AVX is 6, AVX-512 0xe6.
static uint64_t saved_registers(void) {
  uint32_t low, high;
  __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
  return (uint64_t)high << 32 | low;
}
#endif

// 0 none, 1 avx2, 2 avx512, 3 neon: see src/runner/native_kernels.ts.
EXPORTED int instruction_set(void) {
#if defined(__aarch64__)
  return 3;
#elif defined(__x86_64__)
  const unsigned fma = 1u << 12, osxsave = 1u << 27;
  const unsigned avx2 = 1u << 5, avx512 = 1u << 16 | 1u << 17 | 1u << 28 | 1u << 30 | 1u << 31;
  unsigned a, b, c, d;
  if (!__get_cpuid(1, &a, &b, &c, &d) || (c & (fma | osxsave)) != (fma | osxsave)) return 0;
  const uint64_t saved = saved_registers();
  if (!__get_cpuid_count(7, 0, &a, &b, &c, &d) || !(b & avx2) || (saved & 6) != 6) return 0;
  return (b & avx512) == avx512 && (saved & 0xe6) == 0xe6 ? 2 : 1;
#else
  return 0;
#endif
}

#else

// Fresh memory, all zero, or null; on large pages where there are some, for their addresses are faster
// to translate.
EXPORTED void *allocate_memory(size_t bytes) {
  void *memory = calloc(bytes, 1);
#if defined(MADV_HUGEPAGE)
  const uintptr_t page = 2 << 20, address = (uintptr_t)memory;
  const uintptr_t first = (address + page - 1) / page * page, last = (address + bytes) / page * page;
  if (memory && first < last) madvise((void *)first, last - first, MADV_HUGEPAGE);
#endif
  return memory;
}

EXPORTED void release_memory(void *memory) { free(memory); }

// Rounding to nearest and no flushing of subnormal numbers, whatever another library has set on this
// thread; gives what was found, for end_exact to restore.
EXPORTED uint64_t begin_exact(void) {
#if defined(__aarch64__)
  uint64_t found;
  __asm__ volatile("mrs %0, fpcr" : "=r"(found));
  __asm__ volatile("msr fpcr, %0" : : "r"((uint64_t)0));
  return found;
#else
  const unsigned found = __builtin_ia32_stmxcsr();
  __builtin_ia32_ldmxcsr(0x1f80);
  return found;
#endif
}

EXPORTED void end_exact(uint64_t found) {
#if defined(__aarch64__)
  __asm__ volatile("msr fpcr, %0" : : "r"(found));
#else
  __builtin_ia32_ldmxcsr((unsigned)found);
#endif
}

#endif
#endif
