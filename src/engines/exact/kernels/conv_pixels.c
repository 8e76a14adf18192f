// The first convolution: 5x5, "same", from the one channel of a 28x28 image to `channels`, with bias,
// activation and 2x2 max pooling; and its gradients. Direct: there is too little work for transforms.
//
// Shapes: x [count][32][32], the image within a border of 2 zeros; w, dw [25][channels];
// pooled, dpooled [count][20][20][channels], 14x14 values within a border, 2 before and 4 after;
// winner [count][14][14][channels], the pixel of each window that was the largest (pool.h).
// channels: a multiple of 16.
//
// Error against float64 with random data, largest over largest value: forward 2.5e-7, dw 4.0e-6,
// db 5.0e-6 (batch 100).
#include "pool.h"

enum {
  SIDE = 28, PADDED_SIDE = 32, TAPS = 5,
  POOLED_SIDE = 14, BORDERED_SIDE = 20, BORDER = 2,
};

INLINE size_t pooled_at(int image, int y, int x, int channels) {
  return (((size_t)image * BORDERED_SIDE + (size_t)(y + BORDER)) * BORDERED_SIDE +
          (size_t)(x + BORDER)) * (size_t)channels;
}

// out[i] = images[indices[i]] / 255 within its border, which is left as it is. Parts split samples.
KERNEL(gather_images)
(const uint8_t *images, const uint32_t *indices, float *out, int count, int part, int parts) {
  int first, last;
  share(count, part, parts, &first, &last);
  for (int i = first; i < last; i++) {
    const uint8_t *image = images + (size_t)indices[i] * SIDE * SIDE;
    float *to = out + (size_t)i * PADDED_SIDE * PADDED_SIDE + 2 * PADDED_SIDE + 2;
    for (int y = 0; y < SIDE; y++)
      for (int x = 0; x < SIDE; x++) to[y * PADDED_SIDE + x] = (float)image[y * SIDE + x] / 255.0f;
  }
}

// Vectors of channels that one pass over a window keeps: 2 x 2 pixels of them are accumulated.
enum { CHANNEL_VECTORS = LANES == 16 ? 1 : 2 };

// pooled = activation(max over a window of (sum over taps, upwards, of x w) + bias).
// Parts split the samples.
KERNEL(conv_pixels_forward)
(const float *x, const float *w, const float *bias, float *pooled_out, float *winner, int count,
 int channels, int activation, int part, int parts) {
  int first, last;
  share(count, part, parts, &first, &last);
  for (int i = first; i < last; i++)
    for (int py = 0; py < POOLED_SIDE; py++)
      for (int px = 0; px < POOLED_SIDE; px++)
        for (int c = 0; c < channels; c += CHANNEL_VECTORS * LANES) {
          const float *window = x + ((size_t)i * PADDED_SIDE + py * 2) * PADDED_SIDE + px * 2;
          const float *tap = w + c;
          vf acc[4][CHANNEL_VECTORS];
          UNROLL for (int q = 0; q < 4; q++)
            UNROLL for (int j = 0; j < CHANNEL_VECTORS; j++) acc[q][j] = v_splat(0.0f);
          NO_UNROLL for (int dy = 0; dy < TAPS; dy++) {
            UNROLL for (int dx = 0; dx < TAPS; dx++) {
              vf weight[CHANNEL_VECTORS];
              UNROLL for (int j = 0; j < CHANNEL_VECTORS; j++) {
                weight[j] = v_load(tap + j * LANES);
                PIN(weight[j]);
              }
              UNROLL for (int q = 0; q < 4; q++) {
                vf pixel = v_splat_from(window + (q / 2) * PADDED_SIDE + q % 2 + dx);
                UNROLL for (int j = 0; j < CHANNEL_VECTORS; j++) {
                  acc[q][j] = v_fma(pixel, weight[j], acc[q][j]);
                  PIN(acc[q][j]);
                }
              }
              tap += channels;
            }
            window += PADDED_SIDE;
          }
          float *value = pooled_out + pooled_at(i, py, px, channels) + c;
          float *which = winner + (((size_t)i * POOLED_SIDE + py) * POOLED_SIDE + px) * channels + c;
          UNROLL for (int j = 0; j < CHANNEL_VECTORS; j++) {
            pooled p = max_pool(acc[0][j], acc[1][j], acc[2][j], acc[3][j]);
            vf sum = v_add(p.value, v_load(bias + c + j * LANES));
            v_store(value + j * LANES, activate(sum, activation));
            v_store(which + j * LANES, p.winner);
          }
        }
}

// The gradient of one image's convolution, 16 channels from c on: that of the pooled values,
// through the activation, at each window's winner; 0 elsewhere. out [28][28][16].
INLINE void unpool(const float *pooled_in, const float *winner, const float *dpooled, float *out,
                   float *db, int image, int c, int channels, int activation) {
  for (int py = 0; py < POOLED_SIDE; py++)
    for (int px = 0; px < POOLED_SIDE; px++) {
      const size_t at = pooled_at(image, py, px, channels) + (size_t)c;
      const size_t w_at = (((size_t)image * POOLED_SIDE + py) * POOLED_SIDE + px) * channels + c;
      float *to = out + ((size_t)py * 2 * SIDE + px * 2) * PANEL;
      UNROLL for (int j = 0; j < PANEL; j += LANES) {
        vf gradient = activate_gradient(v_load(dpooled + at + j), v_load(pooled_in + at + j),
                                        activation);
        vf which = v_load(winner + w_at + j);
        v_store(db + c + j, v_add(v_load(db + c + j), gradient));
        UNROLL for (int q = 0; q < 4; q++)
          v_store(to + ((q / 2) * SIDE + q % 2) * PANEL + j, v_where_equal(which, (uint32_t)q, gradient));
      }
    }
}

enum { GRADIENT_VECTORS = LANES == 16 ? 1 : 2, GRADIENT_TAP_ROWS = LANES == 16 ? 2 : 1 };

// dw[taps of some rows] += x * d over one image, pixels upwards.
INLINE void add_tap_gradients(const int tap_rows, const float *x, const float *d, float *dw,
                              int channels) {
  const int taps = tap_rows * TAPS;
  vf acc[GRADIENT_TAP_ROWS * TAPS][GRADIENT_VECTORS];
  UNROLL for (int t = 0; t < taps; t++)
    UNROLL for (int j = 0; j < GRADIENT_VECTORS; j++)
      acc[t][j] = v_load(dw + (size_t)t * channels + j * LANES);
  NO_UNROLL for (int y = 0; y < SIDE; y++) {
    const float *pixel = x + y * PADDED_SIDE;
    NO_UNROLL for (int k = 0; k < SIDE; k++) {
      vf gradient[GRADIENT_VECTORS];
      UNROLL for (int j = 0; j < GRADIENT_VECTORS; j++) {
        gradient[j] = v_load(d + j * LANES);
        PIN(gradient[j]);
      }
      UNROLL for (int t = 0; t < taps; t++) {
        vf value = v_splat_from(pixel + (t / TAPS) * PADDED_SIDE + t % TAPS);
        UNROLL for (int j = 0; j < GRADIENT_VECTORS; j++) {
          acc[t][j] = v_fma(value, gradient[j], acc[t][j]);
          PIN(acc[t][j]);
        }
      }
      pixel++;
      d += PANEL;
    }
  }
  UNROLL for (int t = 0; t < taps; t++)
    UNROLL for (int j = 0; j < GRADIENT_VECTORS; j++)
      v_store(dw + (size_t)t * channels + j * LANES, acc[t][j]);
}

// dw, db: sums over images and pixels, upwards. `scratch` holds [28][28][16] for each 16 channels.
// Parts split the channels, 16 at a time.
KERNEL(conv_pixels_gradient)
(const float *x, const float *pooled_in, const float *winner, const float *dpooled, float *dw,
 float *db, float *scratch, int count, int channels, int activation, int part, int parts) {
  int first, last;
  share(channels / PANEL, part, parts, &first, &last);
  for (int c = first * PANEL; c < last * PANEL; c += PANEL) {
    float *d = scratch + (size_t)c * SIDE * SIDE;
    for (int t = 0; t < TAPS * TAPS; t++)
      for (int j = 0; j < PANEL; j += LANES) v_store(dw + t * channels + c + j, v_splat(0.0f));
    for (int j = 0; j < PANEL; j += LANES) v_store(db + c + j, v_splat(0.0f));
    for (int i = 0; i < count; i++) {
      const float *image = x + (size_t)i * PADDED_SIDE * PADDED_SIDE;
      unpool(pooled_in, winner, dpooled, d, db, i, c, channels, activation);
      for (int j = 0; j < PANEL; j += GRADIENT_VECTORS * LANES) {
        float *to = dw + c + j;
        int row = 0;
        for (; row + GRADIENT_TAP_ROWS <= TAPS; row += GRADIENT_TAP_ROWS)
          add_tap_gradients(GRADIENT_TAP_ROWS, image + row * PADDED_SIDE, d + j,
                            to + row * TAPS * channels, channels);
        if (row < TAPS)
          add_tap_gradients(1, image + row * PADDED_SIDE, d + j, to + row * TAPS * channels,
                            channels);
      }
    }
  }
}
