#include "simd.h"

// out[i] = a[i] + b[i] for count * width values; out may be a or b. Parts split the values.
KERNEL(add)(const float *a, const float *b, float *out, int count, int width, int part, int parts) {
  int first, last;
  share(count * width, part, parts, &first, &last);
  for (int i = first; i < last; i++) out[i] = a[i] + b[i];
}
