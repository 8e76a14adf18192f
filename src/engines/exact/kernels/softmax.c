// Softmax cross-entropy over the classes of each sample, with its gradient.
#include "float_math.h"
#include "fold.h"

// losses[i] = ln(sum over c of exp(z[c])) - z[label], z = logits[i] - max(logits[i])
// dlogits[i][c] = (softmax(logits[i])[c] - (c == label)) / count
// logits, dlogits [count][padded(classes)]; `labels` is indexed by indices[i]. Parts split samples.
KERNEL(softmax_cross_entropy)
(const float *logits, const uint8_t *labels, const uint32_t *indices, float *losses,
 float *dlogits, int count, int classes, int part, int parts) {
  int first, last;
  share(count, part, parts, &first, &last);
  const int width = padded(classes);
  const vf scale = v_div(v_splat(1.0f), v_splat((float)count));
  for (int i = first; i < last; i++) {
    const float *z = logits + (size_t)i * (size_t)width;
    float *out = dlogits + (size_t)i * (size_t)width;
    const int label = labels[indices[i]];
    float largest = z[0];
    for (int c = 1; c < classes; c++) largest = z[c] > largest ? z[c] : largest;
    for (int c = 0; c < width; c += LANES)
      v_store(out + c, v_exp(v_sub(v_load(z + c), v_splat(largest))));
    for (int c = classes; c < width; c++) out[c] = 0.0f;
    lanes16 lanes = lanes16_zero();
    for (int c = 0; c < width; c += PANEL)
      UNROLL for (int j = 0; j < PANEL_VECTORS; j++)
        lanes.at[j] = v_add(lanes.at[j], v_load(out + c + j * LANES));
    const float sum = fold(lanes);
    float log_sum[LANES];
    v_store(log_sum, v_log(v_splat(sum)));
    losses[i] = log_sum[0] - (z[label] - largest);
    for (int c = 0; c < width; c += LANES) {
      v_store(out + c, v_div(v_load(out + c), v_splat(sum)));
    }
    out[label] -= 1.0f;
    for (int c = 0; c < width; c += LANES) v_store(out + c, v_mul(v_load(out + c), scale));
  }
}
