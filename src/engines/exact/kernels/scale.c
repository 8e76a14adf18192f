#include "simd.h"

// out[i] = values[i] 2^exponent for count * width values, with an exponent from -126 to 127; out may
// be values. Exact unless a result is below 2^-126, where it is rounded, or overflows. Parts split the
// values.
KERNEL(scale)
(const float *values, float *out, int count, int width, int exponent, int part, int parts) {
  const union {
    uint32_t bits;
    float value;
  } factor = {.bits = (uint32_t)(exponent + 127) << 23};
  int first, last;
  share(count * width, part, parts, &first, &last);
  for (int i = first; i < last; i++) out[i] = values[i] * factor.value;
}
