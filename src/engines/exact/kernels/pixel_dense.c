// A dense layer on pixels. Four of five pixels of a digit are exactly 0 and add nothing to a sum,
// so this layer walks the others only: each output is the chain of fused multiply-adds of dense.c
// with the zero pixels left out, which is again one fixed expression of the data.
//
// Shapes: images [samples][inputs] bytes, inputs a multiple of 8; w [inputs][outputs] with rows
// padded to 16 values; bias [outputs]; y, dy [count][outputs], rows padded to 16.
// The pixels of a batch that are not 0 are listed twice:
//   by sample: by_sample [count][inputs], of which sample i uses the first sample_counts[i];
//   by input:  by_input [inputs][batch], of which input k uses the first input_counts[k].
#include "activation.h"
#include "adam.h"
#include "simd.h"

// A group of accumulators that leaves registers for the factors: 16 registers at 128 bits.
enum { GROUP = 13 };

#define WITH_GROUP_SIZE(vectors, BODY) \
  switch (vectors) {                   \
    case 1: BODY(1) break;             \
    case 2: BODY(2) break;             \
    case 3: BODY(3) break;             \
    case 4: BODY(4) break;             \
    case 5: BODY(5) break;             \
    case 6: BODY(6) break;             \
    case 7: BODY(7) break;             \
    case 8: BODY(8) break;             \
    case 9: BODY(9) break;             \
    case 10: BODY(10) break;           \
    case 11: BODY(11) break;           \
    case 12: BODY(12) break;           \
    default: BODY(13)                  \
  }

// Lists by sample. Parts split the samples.
KERNEL(gather_pixels)
(const uint8_t *images, const uint32_t *indices, pixel *by_sample, uint32_t *sample_counts,
 int count, int inputs, int part, int parts) {
  int first, last;
  share(count, part, parts, &first, &last);
  for (int i = first; i < last; i++) {
    const uint8_t *image = images + (size_t)indices[i] * (size_t)inputs;
    pixel *list = by_sample + (size_t)i * (size_t)inputs;
    uint32_t length = 0;
    for (int k = 0; k < inputs; k += 8) {
      uint64_t eight;
      __builtin_memcpy(&eight, image + k, 8);
      // An entry is written for every byte, and kept where the byte is not 0: no branch to miss.
      if (eight == 0) continue;
      UNROLL for (int j = 0; j < 8; j++) {
        const uint32_t byte = (uint32_t)(eight >> (8 * j)) & 255;
        list[length] = (pixel){(uint32_t)(k + j), (float)byte / 255.0f};
        length += byte != 0;
      }
    }
    sample_counts[i] = length;
  }
}

// The same pixels by input. Parts split the inputs.
KERNEL(transpose_pixels)
(const pixel *by_sample, const uint32_t *sample_counts, pixel *by_input, uint32_t *input_counts,
 int count, int inputs, int batch, int part, int parts) {
  int first, last;
  share(inputs, part, parts, &first, &last);
  for (int k = first; k < last; k++) input_counts[k] = 0;
  for (int i = 0; i < count; i++) {
    const pixel *list = by_sample + (size_t)i * (size_t)inputs;
    for (uint32_t e = 0; e < sample_counts[i]; e++) {
      const int k = (int)list[e].at;
      if (k < first || k >= last) continue;
      by_input[(size_t)k * (size_t)batch + input_counts[k]++] = (pixel){(uint32_t)i, list[e].value};
    }
  }
}

// acc[j] += sum over the list, in its order, of value * rows[at][j]
#define ADD_LISTED_ROWS(acc, VECTORS, list, length, rows, row)                           \
  NO_UNROLL for (uint32_t e = 0; e < (length); e++) {                                    \
    const vf value = v_splat_from(&(list)[e].value);                                     \
    const float *factor = (rows) + (size_t)(list)[e].at * (row);                         \
    UNROLL for (int j = 0; j < VECTORS; j++) {                                           \
      acc[j] = v_fma(value, v_load(factor + j * LANES), acc[j]);                         \
      PIN(acc[j]);                                                                       \
    }                                                                                    \
  }

// y[i][n] = activation(bias[n] + sum over the pixels of i, upwards, of value * w[k][n]).
// Parts split the samples.
KERNEL(pixel_dense_forward)
(const pixel *by_sample, const uint32_t *sample_counts, const float *w, const float *bias, float *y,
 int count, int inputs, int outputs, int activation, int part, int parts) {
  const size_t row = (size_t)padded(outputs);
  const int vectors = (outputs + LANES - 1) / LANES, groups = (vectors + GROUP - 1) / GROUP;
  int first, last;
  share(count, part, parts, &first, &last);
  for (int i = first; i < last; i++) {
    const pixel *list = by_sample + (size_t)i * (size_t)inputs;
    const uint32_t length = sample_counts[i];
    for (int group = 0; group < groups; group++) {
      int from, to;
      share(vectors, group, groups, &from, &to);
      const int n = from * LANES;
      float *out = y + (size_t)i * row + n;
#define PIXEL_FORWARD(VECTORS)                                                        \
  {                                                                                   \
    vf acc[VECTORS];                                                                  \
    UNROLL for (int j = 0; j < VECTORS; j++) acc[j] = v_load(bias + n + j * LANES);   \
    ADD_LISTED_ROWS(acc, VECTORS, list, length, w + n, row)                           \
    UNROLL for (int j = 0; j < VECTORS; j++)                                          \
        v_store(out + j * LANES, activate(acc[j], activation));                       \
  }
      WITH_GROUP_SIZE(to - from, PIXEL_FORWARD)
    }
    for (int n = vectors * LANES; n < (int)row; n += LANES)
      v_store(y + (size_t)i * row + n, v_splat(0.0f));
  }
}

// The gradient of w, and Adam's step with it while it is still in registers:
// dw[k][n] = sum over the samples i with a pixel at k, upwards, of value * dy[i][n].
// w, and Adam's moments m and v in its layout, are updated. Parts split the inputs.
KERNEL(pixel_dense_adam)
(const pixel *by_input, const uint32_t *input_counts, const float *dy, float *w, float *m, float *v,
 const float *rate, int inputs, int outputs, int batch, int part, int parts) {
  const size_t row = (size_t)padded(outputs);
  const int vectors = (outputs + LANES - 1) / LANES, groups = (vectors + GROUP - 1) / GROUP;
  const vf step = v_splat(*rate);
  int first, last;
  share(inputs, part, parts, &first, &last);
  for (int k = first; k < last; k++) {
    const pixel *list = by_input + (size_t)k * (size_t)batch;
    const uint32_t length = input_counts[k];
    for (int group = 0; group < groups; group++) {
      int from, to;
      share(vectors, group, groups, &from, &to);
      const size_t at = (size_t)k * row + (size_t)from * LANES;
      const float *rows = dy + from * LANES;
#define PIXEL_ADAM(VECTORS)                                                        \
  {                                                                                \
    vf acc[VECTORS];                                                               \
    UNROLL for (int j = 0; j < VECTORS; j++) acc[j] = v_splat(0.0f);               \
    ADD_LISTED_ROWS(acc, VECTORS, list, length, rows, row)                         \
    UNROLL for (int j = 0; j < VECTORS; j++)                                       \
        adam_step(acc[j], w + at + j * LANES, m + at + j * LANES, v + at + j * LANES, step); \
  }
      WITH_GROUP_SIZE(to - from, PIXEL_ADAM)
    }
  }
}
