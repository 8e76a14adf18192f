// The register tile of every matrix product: ROWS x VECTORS accumulators that walk k upwards with
// fused multiply-adds. An output element owns one lane, so its value is one fixed chain
//   c = fma(a[k], b[k], c),  k = 0, 1, ...
// whatever the tile's shape, the vector width or the number of parts.
#pragma once
#include "simd.h"

enum { TILE_ROWS = 6, TILE_VECTORS = 2, TILE_COLUMNS = TILE_VECTORS * LANES };

typedef struct {
  vf at[TILE_ROWS][TILE_VECTORS];
} accumulators;

// One step of k: acc[i][j] += row[i][a_offset] * b[j * b_vector].
INLINE void tile_step(vf acc[TILE_ROWS][TILE_VECTORS], const int rows, const int vectors,
                      const float *const *row, size_t a_offset, const float *b, size_t b_vector) {
  vf column[TILE_VECTORS];
  UNROLL for (int j = 0; j < vectors; j++) {
    column[j] = v_load(b + j * b_vector);
    PIN(column[j]);
  }
  UNROLL for (int i = 0; i < rows; i++) {
    vf value = v_splat_from(row[i] + a_offset);
    UNROLL for (int j = 0; j < vectors; j++) {
      acc[i][j] = v_fma(value, column[j], acc[i][j]);
      PIN(acc[i][j]);
    }
  }
}

// c[i][j] += sum over k of a[i * a_row + k * a_step] * b[k * b_step + j * b_vector], where j counts
// vectors of b: LANES apart where they lie side by side.
//
// In WebAssembly every load is checked against the memory's size, which costs more than the load. So
// there TILE_STEPS steps of k are one turn of the loop, and a row keeps its pointer in a register:
// with constant a_step and b_step an address is one addition.
INLINE void tile_multiply(accumulators *c, const int rows, const int vectors, const float *a,
                          size_t a_row, size_t a_step, const float *b, size_t b_step,
                          size_t b_vector, int depth) {
  vf acc[TILE_ROWS][TILE_VECTORS];
  const float *row[TILE_ROWS];
  UNROLL for (int i = 0; i < rows; i++)
    UNROLL for (int j = 0; j < vectors; j++) acc[i][j] = c->at[i][j];
  int k = 0;
  if (TILE_STEPS > 1) {
    UNROLL for (int i = 0; i < rows; i++) row[i] = a + i * a_row;
    NO_UNROLL for (; k + TILE_STEPS <= depth; k += TILE_STEPS) {
      UNROLL for (int s = 0; s < TILE_STEPS; s++)
        tile_step(acc, rows, vectors, row, s * a_step, b + s * b_step, b_vector);
      UNROLL for (int i = 0; i < rows; i++) {
        row[i] += TILE_STEPS * a_step;
        PIN(row[i]);
      }
      b += TILE_STEPS * b_step;
    }
    a = row[0];
  }
  NO_UNROLL for (; k < depth; k++) {
    UNROLL for (int i = 0; i < rows; i++) row[i] = a + i * a_row;
    tile_step(acc, rows, vectors, row, 0, b, b_vector);
    a += a_step;
    b += b_step;
  }
  UNROLL for (int i = 0; i < rows; i++)
    UNROLL for (int j = 0; j < vectors; j++) c->at[i][j] = acc[i][j];
}

// How many of the rows that are left make the next tile: two even ones at the end, for a tile of few
// rows waits for its own sums.
INLINE int tile_rows(int left) {
  return left > TILE_ROWS && left < 2 * TILE_ROWS ? (left + 1) / 2 : smaller(left, TILE_ROWS);
}

// Runs BODY(rows, vectors) with both as constants, for 1 to 6 rows and 1 or 2 vectors, so that each
// shape is compiled into straight code.
#define WITH_TILE_SHAPE(rows, vectors, BODY) \
  switch ((rows) * 2 + (vectors) - 3) {      \
    case 0: BODY(1, 1) break;                \
    case 1: BODY(1, 2) break;                \
    case 2: BODY(2, 1) break;                \
    case 3: BODY(2, 2) break;                \
    case 4: BODY(3, 1) break;                \
    case 5: BODY(3, 2) break;                \
    case 6: BODY(4, 1) break;                \
    case 7: BODY(4, 2) break;                \
    case 8: BODY(5, 1) break;                \
    case 9: BODY(5, 2) break;                \
    case 10: BODY(6, 1) break;               \
    default: BODY(6, 2)                      \
  }

// c[i][j] (+)= sum over k of a[i * a_row + k * a_step] b[k * n + j] for rows x n values.
INLINE void tile_product(const float *a, size_t a_row, size_t a_step, const float *b, float *c,
                         int rows, int n, int depth, int add) {
  for (int j = 0; j < n; j += TILE_COLUMNS)
    for (int i = 0, left; i < rows; i += left) {
      left = tile_rows(rows - i);
      const int vectors = smaller(TILE_VECTORS, (n - j) / LANES);
#define PRODUCT(ROWS, VECTORS)                                                                   \
  {                                                                                              \
    accumulators acc;                                                                            \
    float *to = c + (size_t)i * n + j;                                                           \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int q = 0; q < VECTORS; q++)               \
        acc.at[r][q] = add ? v_load(to + r * n + q * LANES) : v_splat(0.0f);                     \
    tile_multiply(&acc, ROWS, VECTORS, a + (size_t)i * a_row, a_row, a_step, b + j, (size_t)n,   \
                  LANES, depth);                                                                 \
    UNROLL for (int r = 0; r < ROWS; r++) UNROLL for (int q = 0; q < VECTORS; q++)               \
        v_store(to + r * n + q * LANES, acc.at[r][q]);                                           \
  }
      WITH_TILE_SHAPE(left, vectors, PRODUCT)
    }
}
