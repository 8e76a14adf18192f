// Dense layers: y = activation(x w + bias), and the gradients.
//
// Shapes: x [count][inputs], y [count][outputs], bias [outputs]; rows padded to 16 values, pads 0.
// w [outputs / 16][inputs][16]: panels of 16 outputs, so that a tile reads w in one stream.
#include "activation.h"
#include "simd.h"
#include "tile.h"

// Inputs walked per pass over the rows: half a panel of them stays in the first-level cache.
enum { INPUT_BLOCK = 392 };

INLINE size_t panel_offset(int inputs, int input, int output) {
  return ((size_t)(output / PANEL) * (size_t)inputs + (size_t)input) * PANEL +
         (size_t)(output % PANEL);
}

// y[i][n] = activation(bias[n] + sum over k, upwards, of x[i][k] w[k][n]). Parts split the outputs.
KERNEL(dense_forward)
(const float *x, const float *w, const float *bias, float *y, int count, int inputs, int outputs,
 int activation, int part, int parts) {
  const size_t x_row = (size_t)padded(inputs), y_row = (size_t)padded(outputs);
  int first, last;
  share((outputs + TILE_COLUMNS - 1) / TILE_COLUMNS, part, parts, &first, &last);
  for (int tile = first; tile < last; tile++) {
    const int n = tile * TILE_COLUMNS;
    const int vectors = smaller((outputs - n + LANES - 1) / LANES, TILE_VECTORS);
    for (int k = 0; k < inputs; k += INPUT_BLOCK) {
      const int depth = smaller(INPUT_BLOCK, inputs - k);
      const float *b = w + panel_offset(inputs, k, n);
      const int final = k + depth == inputs;
      for (int m = 0; m < count; m += TILE_ROWS) {
        const int rows = smaller(TILE_ROWS, count - m);
        const float *a = x + (size_t)m * x_row + (size_t)k;
        float *c = y + (size_t)m * y_row + (size_t)n;
#define FORWARD(ROWS, VECTORS)                                                           \
  {                                                                                      \
    accumulators acc;                                                                    \
    UNROLL for (int i = 0; i < ROWS; i++) UNROLL for (int j = 0; j < VECTORS; j++)       \
        acc.at[i][j] = v_load(k == 0 ? bias + n + j * LANES : c + i * y_row + j * LANES); \
    tile_multiply(&acc, ROWS, VECTORS, a, x_row, 1, b, PANEL, depth);                    \
    UNROLL for (int i = 0; i < ROWS; i++) UNROLL for (int j = 0; j < VECTORS; j++)       \
        v_store(c + i * y_row + j * LANES,                                               \
                final ? activate(acc.at[i][j], activation) : acc.at[i][j]);              \
  }
        WITH_TILE_SHAPE(rows, vectors, FORWARD)
      }
    }
  }
}

// dw[k][n] = sum over i, upwards, of x[i][k] dy[i][n], in the layout of w. Parts split the outputs.
KERNEL(dense_weight_gradient)
(const float *x, const float *dy, float *dw, int count, int inputs, int outputs, int part,
 int parts) {
  const size_t x_row = (size_t)padded(inputs), y_row = (size_t)padded(outputs);
  int first, last;
  share((outputs + TILE_COLUMNS - 1) / TILE_COLUMNS, part, parts, &first, &last);
  for (int tile = first; tile < last; tile++) {
    const int n = tile * TILE_COLUMNS;
    const int vectors = smaller((outputs - n + LANES - 1) / LANES, TILE_VECTORS);
    for (int k = 0; k < inputs; k += TILE_ROWS) {
      const int rows = smaller(TILE_ROWS, inputs - k);
      float *c = dw + panel_offset(inputs, k, n);
#define WEIGHT_GRADIENT(ROWS, VECTORS)                                                      \
  {                                                                                         \
    accumulators acc;                                                                       \
    UNROLL for (int i = 0; i < ROWS; i++) UNROLL for (int j = 0; j < VECTORS; j++)          \
        acc.at[i][j] = v_splat(0.0f);                                                       \
    tile_multiply(&acc, ROWS, VECTORS, x + k, 1, x_row, dy + n, y_row, count);              \
    UNROLL for (int i = 0; i < ROWS; i++) UNROLL for (int j = 0; j < VECTORS; j++)          \
        v_store(c + i * PANEL + j * LANES, acc.at[i][j]);                                   \
  }
      WITH_TILE_SHAPE(rows, vectors, WEIGHT_GRADIENT)
    }
  }
}

// db[n] = sum over i, upwards, of dy[i][n]. Parts split the outputs.
KERNEL(dense_bias_gradient)
(const float *dy, float *db, int count, int outputs, int part, int parts) {
  const int width = padded(outputs);
  int first, last;
  share(width / PANEL, part, parts, &first, &last);
  for (int n = first * PANEL; n < last * PANEL; n += LANES) {
    vf sum = v_splat(0.0f);
    for (int i = 0; i < count; i++) sum = v_add(sum, v_load(dy + (size_t)i * width + n));
    v_store(db + n, sum);
  }
}

// dx[i][k] = activation'(x[i][k]) * sum over n, upwards, of dy[i][n] w[k][n], where x is the output
// of the layer below, with that layer's activation. Lanes run over samples: `scratch` holds the
// transposed dy [outputs][padded(count)], then dx [inputs][padded(count)]. Parts split the samples.
KERNEL(dense_input_gradient)
(const float *dy, const float *w, const float *x, float *dx, float *scratch, int count, int inputs,
 int outputs, int activation, int part, int parts) {
  const size_t x_row = (size_t)padded(inputs), y_row = (size_t)padded(outputs);
  const size_t column = (size_t)padded(count);
  float *dyt = scratch, *dxt = scratch + (size_t)outputs * column;
  int first, last;
  share((int)column / PANEL, part, parts, &first, &last);
  first *= PANEL;
  last *= PANEL;
  for (int i = first; i < last; i++)
    for (int n = 0; n < outputs; n++)
      dyt[(size_t)n * column + i] = i < count ? dy[(size_t)i * y_row + n] : 0.0f;

  for (int i = first; i < last; i += TILE_COLUMNS) {
    for (int k = 0; k < inputs; k += TILE_ROWS) {
      const int rows = smaller(TILE_ROWS, inputs - k);
      float *c = dxt + (size_t)k * column + i;
#define INPUT_GRADIENT(ROWS, VECTORS)                                                        \
  {                                                                                          \
    accumulators acc;                                                                        \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int j = 0; j < VECTORS; j++)           \
        acc.at[r][j] = v_splat(0.0f);                                                        \
    for (int n = 0; n < outputs; n += PANEL)                                                 \
      tile_multiply(&acc, ROWS, VECTORS, w + panel_offset(inputs, k, n), PANEL, 1,           \
                    dyt + (size_t)n * column + i, column, smaller(PANEL, outputs - n));      \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int j = 0; j < VECTORS; j++)           \
        v_store(c + r * column + j * LANES, acc.at[r][j]);                                   \
  }
      WITH_TILE_SHAPE(rows, TILE_VECTORS, INPUT_GRADIENT)
    }
  }

  for (int i = first; i < smaller(last, count); i++) {
    float *out = dx + (size_t)i * x_row;
    for (int k = 0; k < inputs; k++) out[k] = dxt[(size_t)k * column + i];
    for (int k = 0; k < (int)x_row; k += LANES)
      v_store(out + k,
              activate_gradient(v_load(out + k), v_load(x + (size_t)i * x_row + k), activation));
  }
}
