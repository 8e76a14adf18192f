// Runs a recorded list of kernel calls on a memory, for machines that are only emulated here.
//
// Standard input: u64 bytes of memory; u32 calls; for each call u32 length of its kernel's name, the
// name, u32 addresses, u32 numbers, then that many u64 offsets and i32 numbers; then the memory.
// Standard output: the memory afterwards. Arguments are passed as 64-bit words, which the calling
// conventions of 64-bit Linux allow.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_table.h"

#define ENTRY(name) {#name, (void (*)(void))name},
static const struct {
  const char *name;
  void (*kernel)(void);
} TABLE[] = {EACH_KERNEL(ENTRY)};

enum { ARGUMENTS = 16 };
typedef uint64_t word;
typedef void (*callable)(word, word, word, word, word, word, word, word, word, word, word, word,
                         word, word, word, word);

struct call {
  callable kernel;
  uint32_t addresses, numbers;
  word arguments[ARGUMENTS];
};

static void take(void *to, size_t bytes) {
  if (fread(to, 1, bytes, stdin) != bytes) exit(2);
}

static uint32_t take_u32(void) {
  uint32_t value;
  take(&value, sizeof value);
  return value;
}

int main(void) {
  uint64_t bytes;
  take(&bytes, sizeof bytes);
  const uint32_t count = take_u32();
  struct call *calls = calloc(count, sizeof *calls);
  for (uint32_t i = 0; i < count; i++) {
    char name[64] = {0};
    const uint32_t length = take_u32();
    if (length >= sizeof name) return 2;
    take(name, length);
    for (size_t k = 0; k < sizeof TABLE / sizeof *TABLE; k++)
      if (strcmp(name, TABLE[k].name) == 0) calls[i].kernel = (callable)TABLE[k].kernel;
    if (!calls[i].kernel) return fprintf(stderr, "no kernel %s\n", name), 3;
    calls[i].addresses = take_u32();
    calls[i].numbers = take_u32();
    if (calls[i].addresses + calls[i].numbers > ARGUMENTS) return 4;
    for (uint32_t a = 0; a < calls[i].addresses; a++) take(&calls[i].arguments[a], sizeof(word));
    for (uint32_t n = 0; n < calls[i].numbers; n++)
      calls[i].arguments[calls[i].addresses + n] = (word)(int64_t)(int32_t)take_u32();
  }
  char *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  take(memory, bytes);
  for (uint32_t i = 0; i < count; i++) {
    word *a = calls[i].arguments;
    for (uint32_t p = 0; p < calls[i].addresses; p++) a[p] += (word)(uintptr_t)memory;
    calls[i].kernel(a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8], a[9], a[10], a[11], a[12],
                    a[13], a[14], a[15]);
  }
  return fwrite(memory, 1, bytes, stdout) == bytes ? 0 : 5;
}
