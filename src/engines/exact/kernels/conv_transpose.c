// The first transposed convolution of the decoder: 5x5, stride 2, "same", from 64 channels of 7x7 to
// 32 of 14x14, with bias and activation; and its gradients. Along each axis, with tap k of 0 to 4,
//
//   y[2 i + k - 1] += x[i] w[k]
//
// so an output of even index gathers taps 3 and 1 of inputs i - 1 and i, one of odd index taps 4, 2
// and 0 of i - 1, i and i + 1: four dense products, one for each parity of (row, column). Direct.
//
// Shapes: x [count][9][9][64], 7x7 values within a border of 1 zero; dx [count][7][7][64];
// w, dw [25][64][32]; packed [25][64][32], w's taps in the order of the four products;
// y [count][14][14][32]; dy [count][17][17][32], 14x14 values within a border, 1 before and 2 after.
#include "activation.h"
#include "simd.h"
#include "tile.h"

enum {
  IN = 64, OUT = 32, TAPS = 5, SIDE = 7, PIXELS = SIDE * SIDE,
  X_SIDE = 9, Y_SIDE = 14, DY_SIDE = 17,
};

// Copies images [7][7][64] into their borders. Parts split the samples.
KERNEL(conv_transpose_border)(const float *from, float *x, int count, int part, int parts) {
  int first, last;
  share(count, part, parts, &first, &last);
  for (int i = first; i < last; i++)
    for (int y = 0; y < SIDE; y++) {
      const float *row = from + ((size_t)i * PIXELS + (size_t)y * SIDE) * IN;
      float *to = x + (((size_t)i * X_SIDE + y + 1) * X_SIDE + 1) * IN;
      for (int k = 0; k < SIDE * IN; k += LANES) v_store(to + k, v_load(row + k));
    }
}

// The taps of one parity, first the one of the input before.
INLINE int tap_count(int parity) { return 2 + parity; }
INLINE int tap(int parity, int t) { return 3 + parity - 2 * t; }

KERNEL(conv_transpose_pack)(const float *w, float *packed, int part, int parts) {
  if (part != 0) return;
  (void)parts;
  for (int py = 0; py < 2; py++)
    for (int px = 0; px < 2; px++)
      for (int ty = 0; ty < tap_count(py); ty++)
        for (int tx = 0; tx < tap_count(px); tx++) {
          const float *from = w + (size_t)(tap(py, ty) * TAPS + tap(px, tx)) * IN * OUT;
          for (int e = 0; e < IN * OUT; e += LANES) v_store(packed + e, v_load(from + e));
          packed += IN * OUT;
        }
}

// Parts split the samples.
KERNEL(conv_transpose_forward)
(const float *x, const float *packed, const float *bias, float *y, int count, int activation,
 int part, int parts) {
  int first, last;
  share(count, part, parts, &first, &last);
  for (int i = first; i < last; i++) {
    const float *image = x + (size_t)i * X_SIDE * X_SIDE * IN;
    float *out = y + (size_t)i * Y_SIDE * Y_SIDE * OUT;
    const float *weights = packed;
    for (int py = 0; py < 2; py++)
      for (int px = 0; px < 2; px++) {
        for (int o = 0; o < OUT; o += TILE_COLUMNS)
          for (int p = 0; p < PIXELS; p += TILE_ROWS) {
            const int rows = smaller(TILE_ROWS, PIXELS - p);
#define TRANSPOSED_FORWARD(ROWS, VECTORS)                                                        \
  {                                                                                              \
    accumulators acc;                                                                            \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int j = 0; j < VECTORS; j++)               \
        acc.at[r][j] = v_load(bias + o + j * LANES);                                             \
    const float *b = weights + o;                                                                \
    for (int ty = 0; ty < tap_count(py); ty++) {                                                 \
      const float *a[ROWS];                                                                      \
      UNROLL for (int r = 0; r < ROWS; r++)                                                      \
          a[r] = image + (((p + r) / SIDE + ty) * X_SIDE + (p + r) % SIDE) * IN;                 \
      tile_multiply_rows(&acc, ROWS, VECTORS, a, b, OUT, tap_count(px) * IN);                    \
      b += tap_count(px) * IN * OUT;                                                             \
    }                                                                                            \
    UNROLL for (int r = 0; r < ROWS; r++) {                                                      \
      float *to = out + (((p + r) / SIDE * 2 + py) * Y_SIDE + (p + r) % SIDE * 2 + px) * OUT + o; \
      UNROLL for (int j = 0; j < VECTORS; j++)                                                   \
          v_store(to + j * LANES, activate(acc.at[r][j], activation));                           \
    }                                                                                            \
  }
            WITH_TILE_SHAPE(rows, TILE_VECTORS, TRANSPOSED_FORWARD)
          }
        weights += (size_t)tap_count(py) * tap_count(px) * IN * OUT;
      }
  }
}

// wt[tap][o][c] = w[tap][c][o].
KERNEL(conv_transpose_flip)(const float *w, float *wt, int part, int parts) {
  int first, last;
  share(TAPS * TAPS, part, parts, &first, &last);
  for (int t = first; t < last; t++)
    for (int c = 0; c < IN; c++)
      for (int o = 0; o < OUT; o++) wt[((size_t)t * OUT + o) * IN + c] = w[((size_t)t * IN + c) * OUT + o];
}

// dx[i] = activation'(x[i]) * sum over taps and channels, upwards, of dy[2 i + tap - 1] w[tap], where
// x is the output of the layer below. Parts split the samples.
KERNEL(conv_transpose_input_gradient)
(const float *dy, const float *wt, const float *x, float *dx, int count, int activation, int part,
 int parts) {
  int first, last;
  share(count, part, parts, &first, &last);
  for (int i = first; i < last; i++) {
    const float *image = dy + (size_t)i * DY_SIDE * DY_SIDE * OUT;
    const float *below = x + (size_t)i * PIXELS * IN;
    float *out = dx + (size_t)i * PIXELS * IN;
    for (int c = 0; c < IN; c += TILE_COLUMNS)
      for (int p = 0; p < PIXELS; p += TILE_ROWS) {
        const int rows = smaller(TILE_ROWS, PIXELS - p);
#define TRANSPOSED_INPUT_GRADIENT(ROWS, VECTORS)                                               \
  {                                                                                            \
    accumulators acc;                                                                          \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int j = 0; j < VECTORS; j++)             \
        acc.at[r][j] = v_splat(0.0f);                                                          \
    for (int ty = 0; ty < TAPS; ty++) {                                                        \
      const float *a[ROWS];                                                                    \
      UNROLL for (int r = 0; r < ROWS; r++)                                                    \
          a[r] = image + (((p + r) / SIDE * 2 + ty) * DY_SIDE + (p + r) % SIDE * 2) * OUT;     \
      tile_multiply_rows(&acc, ROWS, VECTORS, a, wt + (size_t)ty * TAPS * OUT * IN + c, IN,    \
                         TAPS * OUT);                                                          \
    }                                                                                          \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int j = 0; j < VECTORS; j++) {           \
      const size_t at = (size_t)(p + r) * IN + c + j * LANES;                                  \
      v_store(out + at, activate_gradient(acc.at[r][j], v_load(below + at), activation));      \
    }                                                                                          \
  }
        WITH_TILE_SHAPE(rows, TILE_VECTORS, TRANSPOSED_INPUT_GRADIENT)
      }
  }
}

// dw[tap] = sum over images and inputs, upwards, of x[i] dy[2 i + tap - 1]; db: over all outputs.
// Parts split the taps.
KERNEL(conv_transpose_weight_gradient)
(const float *x, const float *dy, float *dw, float *db, int count, int part, int parts) {
  int first, last;
  share(TAPS * TAPS, part, parts, &first, &last);
  for (int t = first; t < last; t++) {
    float *to = dw + (size_t)t * IN * OUT;
    for (int e = 0; e < IN * OUT; e += LANES) v_store(to + e, v_splat(0.0f));
    for (int i = 0; i < count; i++) {
      const float *image = x + ((size_t)i * X_SIDE * X_SIDE + X_SIDE + 1) * IN;
      const float *d = dy + ((size_t)i * DY_SIDE * DY_SIDE + (t / TAPS) * DY_SIDE + t % TAPS) * OUT;
      for (int o = 0; o < OUT; o += TILE_COLUMNS)
        for (int c = 0; c < IN; c += TILE_ROWS) {
          const int rows = smaller(TILE_ROWS, IN - c);
#define TRANSPOSED_WEIGHT_GRADIENT(ROWS, VECTORS)                                               \
  {                                                                                             \
    accumulators acc;                                                                           \
    float *at = to + (size_t)c * OUT + o;                                                       \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int j = 0; j < VECTORS; j++)              \
        acc.at[r][j] = v_load(at + r * OUT + j * LANES);                                        \
    for (int y = 0; y < SIDE; y++)                                                              \
      tile_multiply(&acc, ROWS, VECTORS, image + y * X_SIDE * IN + c, 1, IN,                    \
                    d + (size_t)y * 2 * DY_SIDE * OUT + o, 2 * OUT, LANES, SIDE);               \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int j = 0; j < VECTORS; j++)              \
        v_store(at + r * OUT + j * LANES, acc.at[r][j]);                                        \
  }
          WITH_TILE_SHAPE(rows, TILE_VECTORS, TRANSPOSED_WEIGHT_GRADIENT)
        }
    }
  }
  if (part != 0) return;
  for (int o = 0; o < OUT; o += LANES) {
    vf sum = v_splat(0.0f);
    for (int i = 0; i < count; i++)
      for (int y = 0; y < Y_SIDE; y++)
        for (int k = 0; k < Y_SIDE; k++)
          sum = v_add(sum, v_load(dy + (((size_t)i * DY_SIDE + y + 1) * DY_SIDE + k + 1) * OUT + o));
    v_store(db + o, sum);
  }
}
