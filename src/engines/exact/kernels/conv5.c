// The second convolution: 5x5, "same", from 32 channels of 14x14 to 64, with bias, activation and
// 2x2 max pooling; and its gradients. By Winograd's F(4x4, 5x5) (winograd_f4_5.h): an image is 4x4
// tiles of 4x4 outputs (the last row and column of tiles reach 2 beyond the image), each from 8x8
// inputs; between the transforms there are 64 independent matrix products, one a frequency.
//
// Shapes: x, dx [count][20][20][32], values within a border of zeros, 2 before and 4 after;
// w, dw [25][32][64]; pooled, dpooled, winner [count][7][7][64].
// Transformed: u [64][32][64] of w, ut [64][64][32] its transpose in channels;
// v [64][tiles][32] of x, m [64][tiles][64] of the outputs, for the 32 tiles of two images at a time.
//
// Error against float64 with random data, largest over largest value: forward 6.0e-6, dx 5.0e-6,
// dw 1.1e-5, db 8.0e-7 (uniform in [-1, 1), batch 100).
#include "pool.h"
#include "tile.h"
#include "winograd_f4_5.h"
#include "winograd_tile.h"

enum {
  IN = 32, OUT = 64, FREQUENCIES = WINO_IN * WINO_IN,
  X_SIDE = 20, X_BORDER = 2, POOLED = 7,
  TILE_SIDE = 4, TILES = TILE_SIDE * TILE_SIDE,
  BLOCK = 2, BLOCK_TILES = BLOCK * TILES,
  // A frequency's stride is padded: strides of a power of two would share cache sets.
  V_STRIDE = BLOCK_TILES * IN + PANEL, M_STRIDE = BLOCK_TILES * OUT + PANEL,
  // Sums over images are kept apart in this many parts, whatever the number of threads.
  PARTIALS = CONV5_PARTIALS,
};

// u[f][e] = (G w G^T)[f] for each pair of channels e; rows of w are 25 taps of `pairs` values.
INLINE void transform_weights(const float *w, float *u, int first, int last, int pairs) {
  for (int e = first; e < last; e += LANES) {
    vf half[WINO_IN][WINO_TAPS];
    for (int b = 0; b < WINO_TAPS; b++)
      for (int i = 0; i < WINO_IN; i++) {
        vf sum = v_mul(v_splat(WINO_G[i][0]), v_load(w + (size_t)b * pairs + e));
        for (int a = 1; a < WINO_TAPS; a++)
          sum = v_fma(v_splat(WINO_G[i][a]), v_load(w + (size_t)(a * WINO_TAPS + b) * pairs + e), sum);
        half[i][b] = sum;
      }
    for (int i = 0; i < WINO_IN; i++)
      for (int j = 0; j < WINO_IN; j++) {
        vf sum = v_mul(v_splat(WINO_G[j][0]), half[i][0]);
        for (int b = 1; b < WINO_TAPS; b++) sum = v_fma(v_splat(WINO_G[j][b]), half[i][b], sum);
        v_store(u + (size_t)(i * WINO_IN + j) * pairs + e, sum);
      }
  }
}

// u from w. Parts split the pairs of channels.
KERNEL(conv5_transform_weights)(const float *w, float *u, int part, int parts) {
  int first, last;
  share(IN * OUT / PANEL, part, parts, &first, &last);
  transform_weights(w, u, first * PANEL, last * PANEL, IN * OUT);
}

// ut from u. Parts split the frequencies.
KERNEL(conv5_transpose_weights)(const float *u, float *ut, int part, int parts) {
  int first, last;
  share(FREQUENCIES, part, parts, &first, &last);
  for (int f = first; f < last; f++)
    for (int c = 0; c < IN; c++)
      for (int o = 0; o < OUT; o++)
        ut[((size_t)f * OUT + o) * IN + c] = u[((size_t)f * IN + c) * OUT + o];
}

// The tiles of one image, x -> v, from tile `t0` of the block on.
static void transform_input(const float *x, float *v, int t0) {
  for (int t = 0; t < TILES; t++) {
    const float *patch = x + ((t / TILE_SIDE) * WINO_OUT * X_SIDE + (t % TILE_SIDE) * WINO_OUT) * IN;
    for (int c = 0; c < IN; c += LANES) {
      float columns[WINO_IN][WINO_IN][LANES];
      NO_UNROLL for (int j = 0; j < WINO_IN; j++) {
        vf d[WINO_IN], r[WINO_IN];
        UNROLL for (int i = 0; i < WINO_IN; i++) d[i] = v_load(patch + (i * X_SIDE + j) * IN + c);
        wino_input(d, r);
        UNROLL for (int i = 0; i < WINO_IN; i++) v_store(columns[i][j], r[i]);
      }
      transform_input_rows(columns, v + (size_t)(t0 + t) * IN + c, V_STRIDE);
    }
  }
}

// The tiles of one image, m -> pooled outputs. A window never crosses tiles.
static void transform_output(const float *m, int t0, const float *bias, float *pooled_out,
                             float *winner, int activation) {
  for (int t = 0; t < TILES; t++)
    for (int o = 0; o < OUT; o += LANES) {
      const float *in = m + (size_t)(t0 + t) * OUT + o;
      float rows[WINO_OUT][WINO_IN][LANES];
      NO_UNROLL for (int j = 0; j < WINO_IN; j++) {
        vf d[WINO_IN], y[WINO_OUT];
        UNROLL for (int i = 0; i < WINO_IN; i++) d[i] = v_load(in + (size_t)i * WINO_IN * M_STRIDE);
        in += M_STRIDE;
        wino_output(d, y);
        UNROLL for (int i = 0; i < WINO_OUT; i++) v_store(rows[i][j], y[i]);
      }
      NO_UNROLL for (int half = 0; half < 2; half++) {
        vf y[2][WINO_OUT];
        UNROLL for (int i = 0; i < 2; i++) {
          vf d[WINO_IN];
          UNROLL for (int j = 0; j < WINO_IN; j++) d[j] = v_load(rows[half * 2 + i][j]);
          wino_output(d, y[i]);
        }
        const int py = t / TILE_SIDE * 2 + half;
        UNROLL for (int k = 0; k < 2; k++) {
          const int px = t % TILE_SIDE * 2 + k;
          if (py >= POOLED || px >= POOLED) continue;
          pooled p = max_pool(y[0][k * 2], y[0][k * 2 + 1], y[1][k * 2], y[1][k * 2 + 1]);
          const size_t at = (size_t)(py * POOLED + px) * OUT + o;
          v_store(pooled_out + at, activate(v_add(p.value, v_load(bias + o)), activation));
          v_store(winner + at, p.winner);
        }
      }
    }
}

// The gradient of one image's pooled outputs -> that of m; adds its sums to db.
static void transform_output_gradient(const float *pooled_in, const float *winner,
                                      const float *dpooled, float *m, int t0, float *db,
                                      int activation) {
  const vf zero = v_splat(0.0f);
  for (int t = 0; t < TILES; t++)
    for (int o = 0; o < OUT; o += LANES) {
      float columns[WINO_IN][WINO_OUT][LANES];
      UNROLL for (int k = 0; k < 2; k++) {
        vf y[2][WINO_OUT];
        UNROLL for (int half = 0; half < 2; half++) {
          const int py = t / TILE_SIDE * 2 + half, px = t % TILE_SIDE * 2 + k;
          vf gradient = zero, which = zero;
          if (py < POOLED && px < POOLED) {
            const size_t at = (size_t)(py * POOLED + px) * OUT + o;
            gradient = activate_gradient(v_load(dpooled + at), v_load(pooled_in + at), activation);
            which = v_load(winner + at);
            v_store(db + o, v_add(v_load(db + o), gradient));
          }
          UNROLL for (int q = 0; q < 4; q++)
            y[q % 2][half * 2 + q / 2] = v_where_equal(which, (uint32_t)q, gradient);
        }
        UNROLL for (int s = 0; s < 2; s++) {
          vf r[WINO_IN];
          wino_output_transposed(y[s], r);
          UNROLL for (int i = 0; i < WINO_IN; i++) v_store(columns[i][k * 2 + s], r[i]);
        }
      }
      float *out = m + (size_t)(t0 + t) * OUT + o;
      NO_UNROLL for (int i = 0; i < WINO_IN; i++) {
        vf d[WINO_OUT], r[WINO_IN];
        UNROLL for (int j = 0; j < WINO_OUT; j++) d[j] = v_load(columns[i][j]);
        wino_output_transposed(d, r);
        UNROLL for (int j = 0; j < WINO_IN; j++) {
          v_store(out, r[j]);
          out += M_STRIDE;
        }
      }
    }
}

// The gradient of one image's v -> dx: tiles overlap by 4, and are added in their order.
static void transform_input_gradient(const float *v, int t0, float *dx) {
  for (int i = 0; i < X_SIDE * X_SIDE * IN; i += LANES) v_store(dx + i, v_splat(0.0f));
  for (int t = 0; t < TILES; t++) {
    float *patch = dx + ((t / TILE_SIDE) * WINO_OUT * X_SIDE + (t % TILE_SIDE) * WINO_OUT) * IN;
    for (int c = 0; c < IN; c += LANES) {
      float columns[WINO_IN][WINO_IN][LANES];
      transform_input_gradient_columns(v + (size_t)(t0 + t) * IN + c, V_STRIDE, columns);
      NO_UNROLL for (int i = 0; i < WINO_IN; i++) {
        vf d[WINO_IN], r[WINO_IN];
        UNROLL for (int j = 0; j < WINO_IN; j++) d[j] = v_load(columns[i][j]);
        wino_input_transposed(d, r);
        UNROLL for (int j = 0; j < WINO_IN; j++) {
          float *to = patch + (i * X_SIDE + j) * IN + c;
          v_store(to, v_add(v_load(to), r[j]));
        }
      }
    }
  }
}

// Scratch of one part: v and m of a block, and for the gradients dv.
enum { PART_SCRATCH = FREQUENCIES * (V_STRIDE + M_STRIDE + V_STRIDE) };
_Static_assert(PART_SCRATCH == CONV5_SCRATCH, "kernel_table.ts plans other scratch");
_Static_assert(FREQUENCIES == CONV5_FREQUENCIES, "kernel_table.ts plans other frequencies");

// Parts split the blocks of two images; scratch: PART_SCRATCH floats a part.
KERNEL(conv5_forward)
(const float *x, const float *u, const float *bias, float *pooled_out, float *winner,
 float *scratch, int count, int activation, int part, int parts) {
  float *v = scratch + (size_t)part * PART_SCRATCH, *m = v + FREQUENCIES * V_STRIDE;
  int first, last;
  share((count + BLOCK - 1) / BLOCK, part, parts, &first, &last);
  for (int block = first; block < last; block++) {
    const int i0 = block * BLOCK, images = smaller(BLOCK, count - i0), tiles = images * TILES;
    for (int i = 0; i < images; i++)
      transform_input(x + (size_t)(i0 + i) * X_SIDE * X_SIDE * IN, v, i * TILES);
    for (int f = 0; f < FREQUENCIES; f++)
      tile_product(v + f * V_STRIDE, IN, 1, u + (size_t)f * IN * OUT, m + f * M_STRIDE, tiles, OUT,
                   IN, 0);
    for (int i = 0; i < images; i++) {
      const size_t at = (size_t)(i0 + i) * POOLED * POOLED * OUT;
      transform_output(m, i * TILES, bias, pooled_out + at, winner + at, activation);
    }
  }
}

// dx; and of dw and db the sums over the images of each of PARTIALS spans of the batch:
// partials [PARTIALS][64 * 32 * 64 + 64]. Parts split the partials; scratch as above.
KERNEL(conv5_gradient)
(const float *x, const float *ut, const float *pooled_in, const float *winner, const float *dpooled,
 float *dx, float *partials, float *scratch, int count, int activation, int part, int parts) {
  float *v = scratch + (size_t)part * PART_SCRATCH, *m = v + FREQUENCIES * V_STRIDE;
  float *dv = m + FREQUENCIES * M_STRIDE;
  int first_partial, last_partial;
  share(PARTIALS, part, parts, &first_partial, &last_partial);
  for (int p = first_partial; p < last_partial; p++) {
    float *du = partials + (size_t)p * (FREQUENCIES * IN * OUT + OUT);
    float *db = du + FREQUENCIES * IN * OUT;
    for (int i = 0; i < FREQUENCIES * IN * OUT + OUT; i += LANES) v_store(du + i, v_splat(0.0f));
    int first, last;
    share((count + BLOCK - 1) / BLOCK, p, PARTIALS, &first, &last);
    for (int block = first; block < last; block++) {
      const int i0 = block * BLOCK, images = smaller(BLOCK, count - i0), tiles = images * TILES;
      for (int i = 0; i < images; i++) {
        const size_t at = (size_t)(i0 + i) * POOLED * POOLED * OUT;
        transform_input(x + (size_t)(i0 + i) * X_SIDE * X_SIDE * IN, v, i * TILES);
        transform_output_gradient(pooled_in + at, winner + at, dpooled + at, m, i * TILES, db,
                                  activation);
      }
      for (int f = 0; f < FREQUENCIES; f++)
        tile_product(v + f * V_STRIDE, 1, IN, m + f * M_STRIDE, du + (size_t)f * IN * OUT, IN, OUT,
                     tiles, 1);
      for (int f = 0; f < FREQUENCIES; f++)
        tile_product(m + f * M_STRIDE, OUT, 1, ut + (size_t)f * IN * OUT, dv + f * V_STRIDE, tiles, IN,
                     OUT, 0);
      for (int i = 0; i < images; i++)
        transform_input_gradient(dv, i * TILES, dx + (size_t)(i0 + i) * X_SIDE * X_SIDE * IN);
    }
  }
}

// dw = G^T (sum of the partials) G and db, the partials added in their order.
// Parts split the pairs of channels.
KERNEL(conv5_weight_gradient)(const float *partials, float *dw, float *db, int part, int parts) {
  const size_t pairs = IN * OUT, stride = FREQUENCIES * pairs + OUT;
  int first, last;
  share((int)pairs / PANEL, part, parts, &first, &last);
  for (int e = first * PANEL; e < last * PANEL; e += LANES) {
    vf half[WINO_TAPS][WINO_IN];
    for (int j = 0; j < WINO_IN; j++) {
      vf du[WINO_IN];
      for (int i = 0; i < WINO_IN; i++) {
        const float *from = partials + (size_t)(i * WINO_IN + j) * pairs + e;
        du[i] = v_load(from);
        for (int p = 1; p < PARTIALS; p++) du[i] = v_add(du[i], v_load(from + p * stride));
      }
      for (int a = 0; a < WINO_TAPS; a++) {
        vf sum = v_mul(v_splat(WINO_G[0][a]), du[0]);
        for (int i = 1; i < WINO_IN; i++) sum = v_fma(v_splat(WINO_G[i][a]), du[i], sum);
        half[a][j] = sum;
      }
    }
    for (int a = 0; a < WINO_TAPS; a++)
      for (int b = 0; b < WINO_TAPS; b++) {
        vf sum = v_mul(v_splat(WINO_G[0][b]), half[a][0]);
        for (int j = 1; j < WINO_IN; j++) sum = v_fma(v_splat(WINO_G[j][b]), half[a][j], sum);
        v_store(dw + (size_t)(a * WINO_TAPS + b) * pairs + e, sum);
      }
  }
  if (part != 0) return;
  for (int o = 0; o < OUT; o += LANES) {
    const float *from = partials + FREQUENCIES * pairs + o;
    vf sum = v_load(from);
    for (int p = 1; p < PARTIALS; p++) sum = v_add(sum, v_load(from + p * stride));
    v_store(db + o, sum);
  }
}
