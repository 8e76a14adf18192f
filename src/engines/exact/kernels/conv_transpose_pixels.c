// The last transposed convolution: 5x5, stride 2, "same", from 32 channels of 14x14 to the one of a
// 28x28 image, with bias: the logits of the pixels; and its gradients. As in conv_transpose.c,
// y[2 i + k - 1] += x[i] w[k] along each axis. Forward, each input makes its 25 contributions by one
// small product, and each output adds those that reach it.
//
// Shapes: x, dx [count][14][14][32]; w, dw [25][32]; y [count][28][28];
// dy [count][31][31], 28x28 values within a border, 1 before and 2 after.
//
// Error against float64 with random data, largest over largest value: forward 2.0e-7, dx 3.0e-7,
// dw 4.5e-6 (batch 100).
#include "activation.h"
#include "simd.h"
#include "tile.h"

enum {
  CHANNELS = 32, TAPS = 5, ALL_TAPS = TAPS * TAPS, X_SIDE = 14, Y_SIDE = 28, DY_SIDE = 31,
  PART_SCRATCH = (CHANNELS + X_SIDE * X_SIDE) * CHANNELS,
};
_Static_assert(PART_SCRATCH == CONV_TRANSPOSE_PIXELS_SCRATCH, "kernel_table.ts plans other scratch");

// scratch: 32 x 32 transposed taps, then 196 x 32 contributions, a part. Parts split the samples.
KERNEL(conv_transpose_pixels_forward)
(const float *x, const float *w, const float *bias, float *y, float *scratch, int count, int part,
 int parts) {
  float *wt = scratch + (size_t)part * PART_SCRATCH;
  float *z = wt + CHANNELS * CHANNELS;
  for (int c = 0; c < CHANNELS; c++)
    for (int t = 0; t < CHANNELS; t++) wt[c * CHANNELS + t] = t < ALL_TAPS ? w[t * CHANNELS + c] : 0.0f;
  int first, last;
  share(count, part, parts, &first, &last);
  for (int i = first; i < last; i++) {
    const float *image = x + (size_t)i * X_SIDE * X_SIDE * CHANNELS;
    for (int t = 0; t < CHANNELS; t += TILE_COLUMNS)
      for (int p = 0; p < X_SIDE * X_SIDE; p += TILE_ROWS) {
        const int rows = smaller(TILE_ROWS, X_SIDE * X_SIDE - p);
#define CONTRIBUTIONS(ROWS, VECTORS)                                                          \
  {                                                                                           \
    accumulators acc;                                                                         \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int j = 0; j < VECTORS; j++)            \
        acc.at[r][j] = v_splat(0.0f);                                                         \
    tile_multiply(&acc, ROWS, VECTORS, image + (size_t)p * CHANNELS, CHANNELS, 1, wt + t,     \
                  CHANNELS, LANES, CHANNELS);                                                 \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int j = 0; j < VECTORS; j++)            \
        v_store(z + (size_t)(p + r) * CHANNELS + t + j * LANES, acc.at[r][j]);                \
  }
        WITH_TILE_SHAPE(rows, TILE_VECTORS, CONTRIBUTIONS)
      }
    float *out = y + (size_t)i * Y_SIDE * Y_SIDE;
    for (int oy = 0; oy < Y_SIDE; oy++)
      for (int ox = 0; ox < Y_SIDE; ox++) {
        float sum = bias[0];
        for (int ky = (oy + 1) % 2; ky < TAPS; ky += 2) {
          const int iy = (oy + 1 - ky) / 2;
          if (oy + 1 < ky || iy >= X_SIDE) continue;
          for (int kx = (ox + 1) % 2; kx < TAPS; kx += 2) {
            const int ix = (ox + 1 - kx) / 2;
            if (ox + 1 < kx || ix >= X_SIDE) continue;
            sum += z[(iy * X_SIDE + ix) * CHANNELS + ky * TAPS + kx];
          }
        }
        out[oy * Y_SIDE + ox] = sum;
      }
  }
}

// dx[i] = activation'(x[i]) * sum over taps, upwards, of dy[2 i + tap - 1] w[tap]. Parts split samples.
KERNEL(conv_transpose_pixels_input_gradient)
(const float *dy, const float *w, const float *x, float *dx, int count, int activation, int part,
 int parts) {
  int first, last;
  share(count, part, parts, &first, &last);
  for (int i = first; i < last; i++)
    for (int c = 0; c < CHANNELS; c += TILE_COLUMNS)
      for (int y = 0; y < X_SIDE; y++)
        for (int k = 0; k < X_SIDE; k += TILE_ROWS) {
          const int rows = smaller(TILE_ROWS, X_SIDE - k);
          const float *d = dy + ((size_t)i * DY_SIDE + y * 2) * DY_SIDE + k * 2;
          const float *below = x + (((size_t)i * X_SIDE + y) * X_SIDE + k) * CHANNELS + c;
          float *to = dx + (((size_t)i * X_SIDE + y) * X_SIDE + k) * CHANNELS + c;
#define PIXELS_INPUT_GRADIENT(ROWS, VECTORS)                                                       \
  {                                                                                                \
    accumulators acc;                                                                              \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int j = 0; j < VECTORS; j++)                 \
        acc.at[r][j] = v_splat(0.0f);                                                              \
    for (int t = 0; t < TAPS; t++)                                                                 \
      tile_multiply(&acc, ROWS, VECTORS, d + t * DY_SIDE, 2, 1, w + t * TAPS * CHANNELS + c,       \
                    CHANNELS, LANES, TAPS);                                                        \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int j = 0; j < VECTORS; j++)                 \
        v_store(to + r * CHANNELS + j * LANES,                                                     \
                activate_gradient(acc.at[r][j], v_load(below + r * CHANNELS + j * LANES),          \
                                  activation));                                                    \
  }
          WITH_TILE_SHAPE(rows, TILE_VECTORS, PIXELS_INPUT_GRADIENT)
        }
}

// dw[tap] = sum over images and inputs, upwards, of dy[2 i + tap - 1] x[i]; db over all outputs,
// upwards.
// Parts split the rows of taps.
KERNEL(conv_transpose_pixels_weight_gradient)
(const float *x, const float *dy, float *dw, float *db, int count, int part, int parts) {
  int first, last;
  share(TAPS, part, parts, &first, &last);
  for (int row = first; row < last; row++) {
    float *to = dw + (size_t)row * TAPS * CHANNELS;
    for (int e = 0; e < TAPS * CHANNELS; e += LANES) v_store(to + e, v_splat(0.0f));
    for (int i = 0; i < count; i++)
      for (int c = 0; c < CHANNELS; c += TILE_COLUMNS) {
        accumulators acc;
        UNROLL for (int t = 0; t < TAPS; t++)
          UNROLL for (int j = 0; j < TILE_VECTORS; j++)
            acc.at[t][j] = v_load(to + t * CHANNELS + c + j * LANES);
        for (int y = 0; y < X_SIDE; y++)
          tile_multiply(&acc, TAPS, TILE_VECTORS,
                        dy + ((size_t)i * DY_SIDE + y * 2 + row) * DY_SIDE, 1, 2,
                        x + ((size_t)i * X_SIDE + y) * X_SIDE * CHANNELS + c, CHANNELS, LANES, X_SIDE);
        UNROLL for (int t = 0; t < TAPS; t++)
          UNROLL for (int j = 0; j < TILE_VECTORS; j++)
            v_store(to + t * CHANNELS + c + j * LANES, acc.at[t][j]);
      }
  }
  if (part != 0) return;
  float sum = 0.0f;
  for (int i = 0; i < count; i++)
    for (int y = 0; y < Y_SIDE; y++)
      for (int k = 0; k < Y_SIDE; k++) sum += dy[((size_t)i * DY_SIDE + y + 1) * DY_SIDE + k + 1];
  db[0] = sum;
}
