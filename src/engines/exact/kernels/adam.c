#include "adam.h"

// Adam over all parameters that a gradient was kept for. length: a multiple of 16.
// Parts split the parameters.
KERNEL(adam)
(float *w, const float *g, float *m, float *v, const float *rate, int length, int part, int parts) {
  int first, last;
  share(length / PANEL, part, parts, &first, &last);
  const vf step = v_splat(*rate);
  for (int i = first * PANEL; i < last * PANEL; i += LANES)
    adam_step(v_load(g + i), w + i, m + i, v + i, step);
}
