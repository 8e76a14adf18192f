// The first transposed convolution of the decoder: 5x5, stride 2, "same", from 64 channels of 7x7 to
// 32 of 14x14, with bias and activation; and its gradients. Along each axis, with tap k of 0 to 4,
// y[2 i + k - 1] += x[i] w[k], so that the outputs of one parity are a small correlation of x:
//
//   y[2 q + parity] = sum over a of x[q - 1 + a] w[3 + parity - 2 a]
//
// with taps 3 and 1 where the parity is even, 4, 2 and 0 where it is odd. The four phases, one for
// each parity of (row, column), map 7x7 to 7x7. All are computed by Winograd's F(4x4, 3x3)
// (winograd_f4_3.h) from the same transformed inputs: an image is 2x2 tiles of 4x4 outputs of each
// phase (the last row and column reach 1 beyond the image), each from 6x6 inputs. An axis with two
// taps needs 5 frequencies instead of 6, so that between the transforms there are
// 25 + 30 + 30 + 36 = 121 independent matrix products, one for each phase and frequency.
//
// Shapes: x, dx [count][7][7][64]; w, dw [25][64][32]; y, dy [count][14][14][32].
// Transformed: u [121][64][32] of w, ut [121][32][64] its transpose in channels; v [36][tiles][64]
// of x, m [121][tiles][32] of the outputs, for the tiles of BLOCK images at a time.
//
// Error against float64 with random data, largest over largest value: forward 2.0e-6, dx 2.5e-6,
// dw 1.5e-6, db 2.5e-6 (batch 100).
#include "activation.h"
#include "tile.h"
#include "winograd_f4_3.h"
#include "winograd_tile.h"

enum {
  IN = 64, OUT = 32, PAIRS = IN * OUT, TAPS = 5, X_SIDE = 7, Y_SIDE = 14,
  X_FLOATS = X_SIDE * X_SIDE * IN, Y_FLOATS = Y_SIDE * Y_SIDE * OUT,
  FREQUENCIES = WINO_IN * WINO_IN, PRODUCTS = CONV_TRANSPOSE_PRODUCTS,
  TILE_SIDE = 2, TILES = TILE_SIDE * TILE_SIDE,
  BLOCK = 6, BLOCK_TILES = BLOCK * TILES,
  // A stride is padded: strides of a power of two would share cache sets.
  V_STRIDE = BLOCK_TILES * IN + PANEL, M_STRIDE = BLOCK_TILES * OUT + PANEL,
  // Sums over images are kept apart in this many parts, whatever the number of threads.
  PARTIALS = CONV_TRANSPOSE_PARTIALS, PARTIAL_FLOATS = PRODUCTS * PAIRS + OUT,
};

// An axis of a phase: its taps, which of w's taps they are, and its frequencies.
INLINE int taps_of(int parity) { return 2 + parity; }
INLINE int tap(int parity, int a) { return 3 + parity - 2 * a; }
INLINE int points_of(int parity) { return WINO_IN - 1 + parity; }
// The first parity that has this frequency: the last one, infinity, is of odd phases only.
INLINE int first_parity(int frequency) { return frequency == WINO_IN - 1; }

// Products lie in the order of phases, then frequencies.
INLINE int first_product(int py, int px) { return py * 55 + px * 5 * points_of(py); }
INLINE int product(int py, int px, int i, int j) {
  return first_product(py, px) + i * points_of(px) + j;
}

// u[product][e] = (G w G^T) for each pair of channels e; rows of w are 25 taps of pairs, in either
// order of their channels. Parts split the pairs.
KERNEL(conv_transpose_transform_weights)(const float *w, float *u, int part, int parts) {
  int first, last;
  share(PAIRS / PANEL, part, parts, &first, &last);
  for (int e = first * PANEL; e < last * PANEL; e += LANES)
    for (int py = 0; py < 2; py++)
      for (int px = 0; px < 2; px++) {
        vf half[WINO_IN][WINO_TAPS];
        for (int b = 0; b < taps_of(px); b++) {
          vf g[WINO_TAPS];
          for (int a = 0; a < taps_of(py); a++)
            g[a] = v_load(w + (size_t)(tap(py, a) * TAPS + tap(px, b)) * PAIRS + e);
          for (int i = 0; i < points_of(py); i++) {
            vf sum = v_mul(v_splat(WINO_G[i][0]), g[0]);
            for (int a = 1; a < taps_of(py); a++) sum = v_fma(v_splat(WINO_G[i][a]), g[a], sum);
            half[i][b] = sum;
          }
        }
        for (int i = 0; i < points_of(py); i++)
          for (int j = 0; j < points_of(px); j++) {
            vf sum = v_mul(v_splat(WINO_G[j][0]), half[i][0]);
            for (int b = 1; b < taps_of(px); b++)
              sum = v_fma(v_splat(WINO_G[j][b]), half[i][b], sum);
            v_store(u + (size_t)product(py, px, i, j) * PAIRS + e, sum);
          }
      }
}

// wt[tap][o][c] = w[tap][c][o]. Parts split the taps.
KERNEL(conv_transpose_flip)(const float *w, float *wt, int part, int parts) {
  int first, last;
  share(TAPS * TAPS, part, parts, &first, &last);
  for (int t = first; t < last; t++)
    for (int c = 0; c < IN; c++)
      for (int o = 0; o < OUT; o++) wt[((size_t)t * OUT + o) * IN + c] = w[((size_t)t * IN + c) * OUT + o];
}

// What lies outside an image.
static const float NOTHING[IN];

// The tiles of one image, x -> v, from tile `t0` of the block on.
static void transform_input(const float *x, float *v, int t0) {
  for (int t = 0; t < TILES; t++) {
    const float *patch[WINO_IN][WINO_IN];
    for (int i = 0; i < WINO_IN; i++)
      for (int j = 0; j < WINO_IN; j++) {
        const int row = t / TILE_SIDE * WINO_OUT - 1 + i, column = t % TILE_SIDE * WINO_OUT - 1 + j;
        const int inside = row >= 0 && row < X_SIDE && column >= 0 && column < X_SIDE;
        patch[i][j] = inside ? x + (row * X_SIDE + column) * IN : NOTHING;
      }
    for (int c = 0; c < IN; c += LANES) {
      float columns[WINO_IN][WINO_IN][LANES];
      NO_UNROLL for (int j = 0; j < WINO_IN; j++) {
        vf d[WINO_IN], r[WINO_IN];
        UNROLL for (int i = 0; i < WINO_IN; i++) d[i] = v_load(patch[i][j] + c);
        wino_input(d, r);
        UNROLL for (int i = 0; i < WINO_IN; i++) v_store(columns[i][j], r[i]);
      }
      transform_input_rows(columns, v + (size_t)(t0 + t) * IN + c, V_STRIDE);
    }
  }
}

// One phase of the tiles of one image, m -> y.
INLINE void transform_output_phase(const float *m, int t0, const float *bias, float *y, int activation,
                                   const int py, const int px) {
  const int row_points = points_of(py), points = points_of(px);
  for (int t = 0; t < TILES; t++)
    for (int o = 0; o < OUT; o += LANES) {
      const float *in = m + (size_t)first_product(py, px) * M_STRIDE + (size_t)(t0 + t) * OUT + o;
      float rows[WINO_OUT][WINO_IN][LANES];
      NO_UNROLL for (int j = 0; j < points; j++) {
        vf d[WINO_IN], r[WINO_OUT];
        UNROLL for (int i = 0; i < row_points; i++) d[i] = v_load(in + (size_t)(i * points) * M_STRIDE);
        in += M_STRIDE;
        wino_output(d, r, row_points);
        UNROLL for (int i = 0; i < WINO_OUT; i++) v_store(rows[i][j], r[i]);
      }
      const int row = t / TILE_SIDE * WINO_OUT, column = t % TILE_SIDE * WINO_OUT;
      NO_UNROLL for (int i = 0; i < smaller(WINO_OUT, X_SIDE - row); i++) {
        vf d[WINO_IN], r[WINO_OUT];
        UNROLL for (int j = 0; j < points; j++) d[j] = v_load(rows[i][j]);
        wino_output(d, r, points);
        float *to = y + (((row + i) * 2 + py) * Y_SIDE + column * 2 + px) * OUT + o;
        UNROLL for (int j = 0; j < WINO_OUT; j++)
          if (column + j < X_SIDE)
            v_store(to + j * 2 * OUT, activate(v_add(r[j], v_load(bias + o)), activation));
      }
    }
}

// The tiles of one image, m -> y.
static void transform_output(const float *m, int t0, const float *bias, float *y, int activation) {
  transform_output_phase(m, t0, bias, y, activation, 0, 0);
  transform_output_phase(m, t0, bias, y, activation, 0, 1);
  transform_output_phase(m, t0, bias, y, activation, 1, 0);
  transform_output_phase(m, t0, bias, y, activation, 1, 1);
}

// One phase of one image's dy -> the gradient of m; adds its sums to db.
INLINE void transform_output_gradient_phase(const float *dy, float *m, int t0, float *db,
                                            const int py, const int px) {
  const int row_points = points_of(py), points = points_of(px);
  for (int t = 0; t < TILES; t++) {
    const float *patch[WINO_OUT][WINO_OUT];
    for (int i = 0; i < WINO_OUT; i++)
      for (int j = 0; j < WINO_OUT; j++) {
        const int row = t / TILE_SIDE * WINO_OUT + i, column = t % TILE_SIDE * WINO_OUT + j;
        const int inside = row < X_SIDE && column < X_SIDE;
        patch[i][j] = inside ? dy + ((row * 2 + py) * Y_SIDE + column * 2 + px) * OUT : NOTHING;
      }
    for (int o = 0; o < OUT; o += LANES) {
      float columns[WINO_IN][WINO_OUT][LANES];
      vf sum = v_load(db + o);
      NO_UNROLL for (int j = 0; j < WINO_OUT; j++) {
        vf d[WINO_OUT], r[WINO_IN];
        UNROLL for (int i = 0; i < WINO_OUT; i++) {
          d[i] = v_load(patch[i][j] + o);
          sum = v_add(sum, d[i]);
        }
        wino_output_transposed(d, r);
        UNROLL for (int i = 0; i < row_points; i++) v_store(columns[i][j], r[i]);
      }
      v_store(db + o, sum);
      float *out = m + (size_t)first_product(py, px) * M_STRIDE + (size_t)(t0 + t) * OUT + o;
      NO_UNROLL for (int i = 0; i < row_points; i++) {
        vf d[WINO_OUT], r[WINO_IN];
        UNROLL for (int j = 0; j < WINO_OUT; j++) d[j] = v_load(columns[i][j]);
        wino_output_transposed(d, r);
        UNROLL for (int j = 0; j < points; j++) {
          v_store(out, r[j]);
          out += M_STRIDE;
        }
      }
    }
  }
}

// One image's dy -> the gradient of m; adds its sums to db.
static void transform_output_gradient(const float *dy, float *m, int t0, float *db) {
  transform_output_gradient_phase(dy, m, t0, db, 0, 0);
  transform_output_gradient_phase(dy, m, t0, db, 0, 1);
  transform_output_gradient_phase(dy, m, t0, db, 1, 0);
  transform_output_gradient_phase(dy, m, t0, db, 1, 1);
}

// The gradient of one image's v -> dx: tiles overlap by 2, and are added in their order, on a canvas
// with a border of 1 before and 2 after; then comes the activation of the layer below, which put out x.
static void transform_input_gradient(const float *v, int t0, const float *x, float *dx,
                                     int activation) {
  enum { CANVAS = TILE_SIDE * WINO_OUT + 2 };
  for (int c = 0; c < IN; c += LANES) {
    float canvas[CANVAS][CANVAS][LANES];
    for (int i = 0; i < CANVAS; i++)
      for (int j = 0; j < CANVAS; j++) v_store(canvas[i][j], v_splat(0.0f));
    for (int t = 0; t < TILES; t++) {
      float columns[WINO_IN][WINO_IN][LANES];
      transform_input_gradient_columns(v + (size_t)(t0 + t) * IN + c, V_STRIDE, columns);
      NO_UNROLL for (int i = 0; i < WINO_IN; i++) {
        vf d[WINO_IN], r[WINO_IN];
        UNROLL for (int j = 0; j < WINO_IN; j++) d[j] = v_load(columns[i][j]);
        wino_input_transposed(d, r);
        UNROLL for (int j = 0; j < WINO_IN; j++) {
          float *to = canvas[t / TILE_SIDE * WINO_OUT + i][t % TILE_SIDE * WINO_OUT + j];
          v_store(to, v_add(v_load(to), r[j]));
        }
      }
    }
    for (int i = 0; i < X_SIDE; i++)
      for (int j = 0; j < X_SIDE; j++) {
        const size_t at = (size_t)(i * X_SIDE + j) * IN + c;
        v_store(dx + at,
                activate_gradient(v_load(canvas[i + 1][j + 1]), v_load(x + at), activation));
      }
  }
}

// Scratch of one part: v and m of a block.
enum { PART_SCRATCH = FREQUENCIES * V_STRIDE + PRODUCTS * M_STRIDE };
_Static_assert(PART_SCRATCH == CONV_TRANSPOSE_SCRATCH, "kernel_table.ts plans other scratch");

// Parts split the blocks of images; scratch: PART_SCRATCH floats a part.
KERNEL(conv_transpose_forward)
(const float *x, const float *u, const float *bias, float *y, float *scratch, int count,
 int activation, int part, int parts) {
  float *v = scratch + (size_t)part * PART_SCRATCH, *m = v + FREQUENCIES * V_STRIDE;
  int first, last;
  share((count + BLOCK - 1) / BLOCK, part, parts, &first, &last);
  for (int block = first; block < last; block++) {
    const int i0 = block * BLOCK, images = smaller(BLOCK, count - i0), tiles = images * TILES;
    for (int i = 0; i < images; i++) transform_input(x + (size_t)(i0 + i) * X_FLOATS, v, i * TILES);
    for (int f = 0; f < FREQUENCIES; f++) {
      const int i = f / WINO_IN, j = f % WINO_IN;
      for (int py = first_parity(i); py < 2; py++)
        for (int px = first_parity(j); px < 2; px++) {
          const size_t p = (size_t)product(py, px, i, j);
          tile_product(v + f * V_STRIDE, IN, 1, u + p * PAIRS, m + p * M_STRIDE, tiles, OUT, IN, 0);
        }
    }
    for (int i = 0; i < images; i++)
      transform_output(m, i * TILES, bias, y + (size_t)(i0 + i) * Y_FLOATS, activation);
  }
}

// dx; and of dw and db the sums over the images of each of PARTIALS spans of the batch:
// partials [PARTIALS][121 * 64 * 32 + 32]. Parts split the partials; scratch as above.
KERNEL(conv_transpose_gradient)
(const float *x, const float *ut, const float *dy, float *dx, float *partials, float *scratch,
 int count, int activation, int part, int parts) {
  float *v = scratch + (size_t)part * PART_SCRATCH, *m = v + FREQUENCIES * V_STRIDE;
  int first_partial, last_partial;
  share(PARTIALS, part, parts, &first_partial, &last_partial);
  for (int partial = first_partial; partial < last_partial; partial++) {
    float *du = partials + (size_t)partial * PARTIAL_FLOATS, *db = du + PRODUCTS * PAIRS;
    for (int k = 0; k < PARTIAL_FLOATS; k += LANES) v_store(du + k, v_splat(0.0f));
    int first, last;
    share((count + BLOCK - 1) / BLOCK, partial, PARTIALS, &first, &last);
    for (int block = first; block < last; block++) {
      const int i0 = block * BLOCK, images = smaller(BLOCK, count - i0), tiles = images * TILES;
      for (int i = 0; i < images; i++) {
        transform_input(x + (size_t)(i0 + i) * X_FLOATS, v, i * TILES);
        transform_output_gradient(dy + (size_t)(i0 + i) * Y_FLOATS, m, i * TILES, db);
      }
      for (int f = 0; f < FREQUENCIES; f++) {
        const int i = f / WINO_IN, j = f % WINO_IN;
        float *at = v + f * V_STRIDE;
        for (int py = first_parity(i); py < 2; py++)
          for (int px = first_parity(j); px < 2; px++) {
            const size_t p = (size_t)product(py, px, i, j);
            tile_product(at, 1, IN, m + p * M_STRIDE, du + p * PAIRS, IN, OUT, tiles, 1);
          }
        // This was the last use of v here: its gradient, a sum over the phases, takes its place.
        for (int py = first_parity(i); py < 2; py++)
          for (int px = first_parity(j); px < 2; px++) {
            const size_t p = (size_t)product(py, px, i, j);
            const int add = py != first_parity(i) || px != first_parity(j);
            tile_product(m + p * M_STRIDE, OUT, 1, ut + p * PAIRS, at, tiles, IN, OUT, add);
          }
      }
      for (int i = 0; i < images; i++) {
        const size_t image = (size_t)(i0 + i) * X_FLOATS;
        transform_input_gradient(v, i * TILES, x + image, dx + image, activation);
      }
    }
  }
}

// dw = G^T (sum of the partials) G and db, the partials added in their order.
// Parts split the pairs of channels.
KERNEL(conv_transpose_weight_gradient)
(const float *partials, float *dw, float *db, int part, int parts) {
  int first, last;
  share(PAIRS / PANEL, part, parts, &first, &last);
  for (int e = first * PANEL; e < last * PANEL; e += LANES)
    for (int py = 0; py < 2; py++)
      for (int px = 0; px < 2; px++) {
        vf half[WINO_TAPS][WINO_IN];
        for (int j = 0; j < points_of(px); j++) {
          vf du[WINO_IN];
          for (int i = 0; i < points_of(py); i++) {
            const float *from = partials + (size_t)product(py, px, i, j) * PAIRS + e;
            du[i] = v_load(from);
            for (int p = 1; p < PARTIALS; p++)
              du[i] = v_add(du[i], v_load(from + (size_t)p * PARTIAL_FLOATS));
          }
          for (int a = 0; a < taps_of(py); a++) {
            vf sum = v_mul(v_splat(WINO_G[0][a]), du[0]);
            for (int i = 1; i < points_of(py); i++) sum = v_fma(v_splat(WINO_G[i][a]), du[i], sum);
            half[a][j] = sum;
          }
        }
        for (int a = 0; a < taps_of(py); a++)
          for (int b = 0; b < taps_of(px); b++) {
            vf sum = v_mul(v_splat(WINO_G[0][b]), half[a][0]);
            for (int j = 1; j < points_of(px); j++)
              sum = v_fma(v_splat(WINO_G[j][b]), half[a][j], sum);
            v_store(dw + (size_t)(tap(py, a) * TAPS + tap(px, b)) * PAIRS + e, sum);
          }
      }
  if (part != 0) return;
  for (int o = 0; o < OUT; o += LANES) {
    const float *from = partials + PRODUCTS * PAIRS + o;
    vf sum = v_load(from);
    for (int p = 1; p < PARTIALS; p++) sum = v_add(sum, v_load(from + (size_t)p * PARTIAL_FLOATS));
    v_store(db + o, sum);
  }
}
