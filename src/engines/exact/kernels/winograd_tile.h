// What the Winograd convolutions share, whatever the size of their tiles: a tile is transformed along
// its columns, kept as [row][column], then along its rows. To be included after a winograd_f4_*.h.
#pragma once
#include "simd.h"

// The second pass of an input's transform: the rows of a tile -> its frequencies, `stride` apart.
INLINE void transform_input_rows(float columns[WINO_IN][WINO_IN][LANES], float *out, size_t stride) {
  NO_UNROLL for (int i = 0; i < WINO_IN; i++) {
    vf d[WINO_IN], r[WINO_IN];
    UNROLL for (int j = 0; j < WINO_IN; j++) d[j] = v_load(columns[i][j]);
    wino_input(d, r);
    UNROLL for (int j = 0; j < WINO_IN; j++) {
      v_store(out, r[j]);
      out += stride;
    }
  }
}

// The first pass of an input's gradient: the frequencies of a tile -> its columns.
INLINE void transform_input_gradient_columns(const float *in, size_t stride,
                                             float columns[WINO_IN][WINO_IN][LANES]) {
  NO_UNROLL for (int j = 0; j < WINO_IN; j++) {
    vf d[WINO_IN], r[WINO_IN];
    UNROLL for (int i = 0; i < WINO_IN; i++) d[i] = v_load(in + (size_t)i * WINO_IN * stride);
    in += stride;
    wino_input_transposed(d, r);
    UNROLL for (int i = 0; i < WINO_IN; i++) v_store(columns[i][j], r[i]);
  }
}
