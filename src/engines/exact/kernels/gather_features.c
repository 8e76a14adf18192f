// Gathering the samples of a batch, by index, out of a dataset of features. For pixels see
// pixel_dense.c.
#include "simd.h"

// out[i][j] = features[indices[i]][j]; rows of `features` are not padded, rows of `out` are.
KERNEL(gather_features)
(const float *features, const uint32_t *indices, float *out, int count, int width, int part,
 int parts) {
  int first, last;
  share(count, part, parts, &first, &last);
  const int row_width = padded(width);
  for (int i = first; i < last; i++) {
    const float *sample = features + (size_t)indices[i] * (size_t)width;
    float *row = out + (size_t)i * (size_t)row_width;
    for (int j = 0; j < row_width; j++) row[j] = j < width ? sample[j] : 0.0f;
  }
}
