// Gathering the samples of a batch, by index, out of a dataset of features, and moving columns of
// such rows. For pixels see pixel_dense.c.
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

// to[i][to_first + j] = from[i][from_first + j] for j < columns; rows of both are padded, and the padding
// of `to` is made 0 where the columns reach it. Parts split the rows.
KERNEL(copy_columns)
(const float *from, float *to, int count, int from_width, int from_first, int to_width, int to_first,
 int columns, int part, int parts) {
  int first, last;
  share(count, part, parts, &first, &last);
  const int from_row = padded(from_width), to_row = padded(to_width);
  const int end = to_first + columns == to_width ? to_row : to_first + columns;
  for (int i = first; i < last; i++) {
    const float *source = from + (size_t)i * (size_t)from_row + from_first;
    float *target = to + (size_t)i * (size_t)to_row + to_first;
    for (int j = 0; j < end - to_first; j++) target[j] = j < columns ? source[j] : 0.0f;
  }
}
