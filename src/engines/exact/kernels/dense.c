// Dense layers: y = activation(x w + bias), and the gradients.
//
// Shapes: x [count][inputs], y [count][outputs], bias [outputs]; rows padded to 16 values, pads 0.
// w [outputs / 16][inputs][16]: panels of 16 outputs, so that a tile reads w in one stream.
#include "activation.h"
#include "simd.h"
#include "tile.h"

// Inputs, and outputs, walked per pass over the rows: that much of w stays in the first-level cache.
enum { INPUT_BLOCK = 392, OUTPUT_BLOCK = 256 };

INLINE size_t panel_offset(int inputs, int input, int output) {
  return ((size_t)(output / PANEL) * (size_t)inputs + (size_t)input) * PANEL +
         (size_t)(output % PANEL);
}

// From one vector of outputs to the next: the next panel where a vector fills one.
#define B_VECTOR(inputs) (LANES == PANEL ? (size_t)(inputs) * PANEL : (size_t)LANES)

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
      for (int m = 0, rows; m < count; m += rows) {
        rows = tile_rows(count - m);
        const float *a = x + (size_t)m * x_row + (size_t)k;
        float *c = y + (size_t)m * y_row + (size_t)n;
#define FORWARD(ROWS, VECTORS)                                                           \
  {                                                                                      \
    accumulators acc;                                                                    \
    UNROLL for (int i = 0; i < ROWS; i++) UNROLL for (int j = 0; j < VECTORS; j++)       \
        acc.at[i][j] = v_load(k == 0 ? bias + n + j * LANES : c + i * y_row + j * LANES); \
    tile_multiply(&acc, ROWS, VECTORS, a, x_row, 1, b, PANEL, B_VECTOR(inputs), depth);                    \
    UNROLL for (int i = 0; i < ROWS; i++) UNROLL for (int j = 0; j < VECTORS; j++)       \
        v_store(c + i * y_row + j * LANES,                                               \
                final ? activate(acc.at[i][j], activation) : acc.at[i][j]);              \
  }
        WITH_TILE_SHAPE(rows, vectors, FORWARD)
      }
    }
  }
  if (part == parts - 1) {
    const int used = (outputs + LANES - 1) / LANES * LANES;
    for (int i = 0; i < count; i++)
      for (int n = used; n < (int)y_row; n += LANES)
        v_store(y + (size_t)i * y_row + n, v_splat(0.0f));
  }
}

// Rows of w or dw that are worked on while the other factor's tiles pass by: they stay in the
// second-level cache, transposed.
enum { GRADIENT_BLOCK = 240 };
_Static_assert(GRADIENT_BLOCK + 2 * PANEL == DENSE_GRADIENT_SCRATCH && TILE_COLUMNS <= 2 * PANEL,
               "kernel_table.ts plans other scratch");

// to[j][i] = from[i][j] for rows x columns values, in squares that stay in the first-level cache.
INLINE void transpose(const float *from, size_t from_row, float *to, size_t to_row, int rows,
                      int columns) {
  for (int i0 = 0; i0 < rows; i0 += PANEL)
    for (int j0 = 0; j0 < columns; j0 += PANEL)
      for (int j = j0; j < smaller(j0 + PANEL, columns); j++)
        for (int i = i0; i < smaller(i0 + PANEL, rows); i++)
          to[(size_t)j * to_row + i] = from[(size_t)i * from_row + j];
}

// dw[k][n] = sum over i, upwards, of x[i][k] dy[i][n], in the layout of w. Parts split the outputs.
// scratch: GRADIENT_BLOCK x padded(count) of x, transposed, and count x TILE_COLUMNS of dy, a part.
KERNEL(dense_weight_gradient)
(const float *x, const float *dy, float *dw, float *scratch, int count, int inputs, int outputs,
 int part, int parts) {
  const size_t x_row = (size_t)padded(inputs), y_row = (size_t)padded(outputs);
  const size_t column = (size_t)padded(count);
  float *xt = scratch + (size_t)part * column * DENSE_GRADIENT_SCRATCH;
  float *dyp = xt + column * GRADIENT_BLOCK;
  int first, last;
  share((outputs + TILE_COLUMNS - 1) / TILE_COLUMNS, part, parts, &first, &last);
  for (int k0 = 0; k0 < inputs; k0 += GRADIENT_BLOCK) {
    const int block = smaller(GRADIENT_BLOCK, inputs - k0);
    transpose(x + k0, x_row, xt, column, count, block);
    for (int tile = first; tile < last; tile++) {
      const int n = tile * TILE_COLUMNS;
      const int vectors = smaller((outputs - n + LANES - 1) / LANES, TILE_VECTORS);
      for (int i = 0; i < count; i++)
        for (int j = 0; j < vectors; j++)
          v_store(dyp + i * TILE_COLUMNS + j * LANES, v_load(dy + (size_t)i * y_row + n + j * LANES));
      for (int k = 0, rows; k < block; k += rows) {
        rows = tile_rows(block - k);
        float *c = dw + panel_offset(inputs, k0 + k, n);
#define WEIGHT_GRADIENT(ROWS, VECTORS)                                                       \
  {                                                                                          \
    accumulators acc;                                                                        \
    UNROLL for (int i = 0; i < ROWS; i++) UNROLL for (int j = 0; j < VECTORS; j++)           \
        acc.at[i][j] = v_splat(0.0f);                                                        \
    tile_multiply(&acc, ROWS, VECTORS, xt + (size_t)k * column, column, 1, dyp, TILE_COLUMNS, \
                  LANES, count);                                                             \
    UNROLL for (int i = 0; i < ROWS; i++) UNROLL for (int j = 0; j < VECTORS; j++)           \
        v_store(c + i * PANEL + j * B_VECTOR(inputs), acc.at[i][j]);                         \
  }
        WITH_TILE_SHAPE(rows, vectors, WEIGHT_GRADIENT)
      }
    }
  }
  if (part == parts - 1) {
    const int used = (outputs + LANES - 1) / LANES * LANES;
    for (int n = used; n < (int)y_row; n += LANES)
      for (int k = 0; k < inputs; k++)
        v_store(dw + panel_offset(inputs, k, n), v_splat(0.0f));
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

// The input gradient of up to DENSE_FEW_SAMPLES, which leaves w as it lies. Lanes run over samples, and w is read in its own layout:
// `scratch` holds the transposed dy [outputs][padded(count)], then dx [inputs][padded(count)].
// Parts split the samples.
static void input_gradient_of_few(
    const float *dy, const float *w, const float *x, float *dx, float *scratch, int count, int inputs,
    int outputs, int activation, int part, int parts) {
  const size_t x_row = (size_t)padded(inputs), y_row = (size_t)padded(outputs);
  const size_t column = (size_t)padded(count);
  float *dyt = scratch, *dxt = scratch + (size_t)outputs * column;
  int first, last;
  share((int)column / PANEL, part, parts, &first, &last);
  first *= PANEL;
  last *= PANEL;
  const int samples = smaller(last, count) - first;
  if (samples <= 0) return;
  for (int n = 0; n < outputs; n++)
    for (int i = smaller(last, count); i < last; i++) dyt[(size_t)n * column + i] = 0.0f;
  transpose(dy + (size_t)first * y_row, y_row, dyt + first, column, samples, outputs);

  for (int n0 = 0; n0 < outputs; n0 += OUTPUT_BLOCK) {
    const int end = smaller(n0 + OUTPUT_BLOCK, outputs);
    for (int k = 0, rows; k < inputs; k += rows) {
      rows = tile_rows(inputs - k);
      for (int i = first; i < last; i += TILE_COLUMNS) {
        const int vectors = smaller((last - i) / LANES, TILE_VECTORS);
        float *c = dxt + (size_t)k * column + i;
#define INPUT_GRADIENT_OF_FEW(ROWS, VECTORS)                                                 \
  {                                                                                          \
    accumulators acc;                                                                        \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int j = 0; j < VECTORS; j++)           \
        acc.at[r][j] = n0 == 0 ? v_splat(0.0f) : v_load(c + r * column + j * LANES);         \
    for (int n = n0; n < end; n += PANEL)                                                    \
      tile_multiply(&acc, ROWS, VECTORS, w + panel_offset(inputs, k, n), PANEL, 1,           \
                    dyt + (size_t)n * column + i, column, LANES, smaller(PANEL, end - n));   \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int j = 0; j < VECTORS; j++)           \
        v_store(c + r * column + j * LANES, acc.at[r][j]);                                   \
  }
        WITH_TILE_SHAPE(rows, vectors, INPUT_GRADIENT_OF_FEW)
      }
    }
  }

  transpose(dxt + first, column, dx + (size_t)first * x_row, x_row, inputs, samples);
  for (int i = first; i < first + samples; i++) {
    float *out = dx + (size_t)i * x_row;
    for (int k = inputs; k < (int)x_row; k++) out[k] = 0.0f;
    for (int k = 0; k < (int)x_row; k += LANES)
      v_store(out + k,
              activate_gradient(v_load(out + k), v_load(x + (size_t)i * x_row + k), activation));
  }
}

// to[n - n0][k - k0] = w[k][n], for n from n0 (a panel's first) up to `end` and for `vectors` vectors
// of k; 0 where there is no such input.
INLINE void pack_transposed(const float *w, float *to, int inputs, int k0, int vectors, int n0,
                            int end) {
  for (int n = n0; n < end; n += PANEL)
    for (int j = 0; j < vectors; j++)
      for (int h = 0; h < PANEL; h += LANES) {
        vf square[LANES];
        UNROLL for (int r = 0; r < LANES; r++) {
          const int k = k0 + j * LANES + r;
          square[r] = k < inputs ? v_load(w + panel_offset(inputs, k, n) + h) : v_splat(0.0f);
        }
        v_transpose(square);
        UNROLL for (int r = 0; r < LANES; r++)
          v_store(to + (n - n0 + h + r) * TILE_COLUMNS + j * LANES, square[r]);
      }
}

// Fetches a share, from `done` to `until` of `of`, of the block of w that starts at (k, n): from memory
// it comes while the block before is multiplied, and not when it is transposed.
INLINE void prefetch_block(const float *w, int inputs, int outputs, int k, int n, int done, int until,
                           int of) {
  const int rows = smaller(TILE_COLUMNS, inputs - k);
  const int panels = padded(smaller(OUTPUT_BLOCK, outputs - n)) / PANEL;
  for (int p = panels * done / of; p < panels * until / of; p++)
    for (int r = 0; r < rows; r++) prefetch(w + panel_offset(inputs, k + r, n + p * PANEL));
}

// The input gradient of many samples. Lanes run over inputs, and a block of w is transposed first,
// which only many samples repay: OUTPUT_BLOCK x TILE_COLUMNS of `scratch` a part. Parts split the
// inputs.
_Static_assert(OUTPUT_BLOCK * TILE_COLUMNS <= DENSE_TRANSPOSED_WEIGHTS,
               "kernel_table.ts plans less scratch");
static void input_gradient_of_many(
    const float *dy, const float *w, const float *x, float *dx, float *scratch, int count, int inputs,
    int outputs, int activation, int part, int parts) {
  const size_t x_row = (size_t)padded(inputs), y_row = (size_t)padded(outputs);
  float *wt = scratch + (size_t)part * OUTPUT_BLOCK * TILE_COLUMNS;
  int first, last;
  share((inputs + TILE_COLUMNS - 1) / TILE_COLUMNS, part, parts, &first, &last);
  for (int tile = first; tile < last; tile++) {
    const int k = tile * TILE_COLUMNS;
    const int vectors = smaller((inputs - k + LANES - 1) / LANES, TILE_VECTORS);
    for (int n = 0; n < outputs; n += OUTPUT_BLOCK) {
      const int depth = smaller(OUTPUT_BLOCK, outputs - n);
      const int final = n + depth == outputs;
      pack_transposed(w, wt, inputs, k, vectors, n, n + depth);
      const int next_k = final ? k + TILE_COLUMNS : k, next_n = final ? 0 : n + depth;
      for (int m = 0, rows; m < count; m += rows) {
        rows = tile_rows(count - m);
        prefetch_block(w, inputs, outputs, next_k, next_n, m, m + rows, count);
        const float *a = dy + (size_t)m * y_row + (size_t)n;
        const float *below = x + (size_t)m * x_row + (size_t)k;
        float *c = dx + (size_t)m * x_row + (size_t)k;
#define INPUT_GRADIENT_OF_MANY(ROWS, VECTORS)                                                \
  {                                                                                          \
    accumulators acc;                                                                        \
    UNROLL for (int i = 0; i < ROWS; i++) UNROLL for (int j = 0; j < VECTORS; j++)           \
        acc.at[i][j] = n == 0 ? v_splat(0.0f) : v_load(c + i * x_row + j * LANES);           \
    tile_multiply(&acc, ROWS, VECTORS, a, y_row, 1, wt, TILE_COLUMNS, LANES, depth);         \
    if (final)                                                                               \
      UNROLL for (int i = 0; i < ROWS; i++) UNROLL for (int j = 0; j < VECTORS; j++)         \
          acc.at[i][j] = activate_gradient(acc.at[i][j],                                     \
                                           v_load(below + i * x_row + j * LANES), activation); \
    UNROLL for (int i = 0; i < ROWS; i++) UNROLL for (int j = 0; j < VECTORS; j++)           \
        v_store(c + i * x_row + j * LANES, acc.at[i][j]);                                    \
  }
        WITH_TILE_SHAPE(rows, vectors, INPUT_GRADIENT_OF_MANY)
      }
    }
  }
  if (part == parts - 1) {
    const int used = (inputs + LANES - 1) / LANES * LANES;
    for (int i = 0; i < count; i++)
      for (int k = used; k < (int)x_row; k += LANES)
        v_store(dx + (size_t)i * x_row + k, v_splat(0.0f));
  }
}

// dx[i][k] = activation'(x[i][k]) * sum over n, upwards, of dy[i][n] w[k][n], where x is the output
// of the layer below, with that layer's activation. Both ways give the same sums.
// scratch: the larger of MAX_PARTS x 256 x 32 and (inputs + outputs) x padded(at most 64) values.
KERNEL(dense_input_gradient)
(const float *dy, const float *w, const float *x, float *dx, float *scratch, int count, int inputs,
 int outputs, int activation, int part, int parts) {
  if (count <= DENSE_FEW_SAMPLES)
    input_gradient_of_few(dy, w, x, dx, scratch, count, inputs, outputs, activation, part, parts);
  else
    input_gradient_of_many(dy, w, x, dx, scratch, count, inputs, outputs, activation, part, parts);
}
