// The sampled latent of a variational autoencoder, z = mean + eps stddev, and its KL term. stddev is
// a linear output and may be negative, as in the experiment that is reproduced.
//
// Shapes: mean, stddev, eps, z and their gradients [count][width], rows padded to 16.
// Error against float64, largest over largest value: z 6e-8, divergence 9e-8, dmean 7e-8, dstddev 9e-8
// (batch 100, 20 latents, |stddev| at least 0.1).
// Source: Kingma and Welling, "Auto-encoding variational Bayes", ICLR 2014, section 3 and appendix B.
#include "float_math.h"
#include "fold.h"

// cos(2 pi v) for v in [0, 1]; error at most 1.1e-7.
// v = n / 4 + t with |t| <= 1/8, then a polynomial of 2 pi t, of sine or cosine as n says.
INLINE vf cosine_of_turns(vf v) {
  vf n = v_nearest(v_mul(v, v_splat(4.0f)));
  vf t = v_mul(v_fma(n, v_splat(-0.25f), v), v_splat(6.2831853f));
  vf t2 = v_mul(t, t);
  vf s = v_fma(t2, v_splat(-1.9515296e-4f), v_splat(8.3321609e-3f));
  s = v_fma(s, t2, v_splat(-1.6666655e-1f));
  s = v_fma(v_mul(s, t2), t, t);
  vf c = v_fma(t2, v_splat(2.4433157e-5f), v_splat(-1.3887316e-3f));
  c = v_fma(c, t2, v_splat(4.1666646e-2f));
  c = v_fma(v_mul(t2, t2), c, v_fma(v_splat(-0.5f), t2, v_splat(1.0f)));
  const vf zero = v_splat(0.0f);
  vf upper = v_select_greater(v_splat(1.5f), n, v_sub(zero, s), v_sub(zero, c));
  vf lower = v_select_greater(v_splat(3.5f), n, s, c);
  return v_select_greater(v_splat(0.5f), n, c, v_select_greater(v_splat(2.5f), n, upper, lower));
}

// eps = sqrt(-2 ln u) cos(2 pi v), standard normal for uniform u in (0, 1] and v in [0, 1).
// u, v, eps [count][padded(width)]. Error of eps at most 1e-6. Parts split the samples.
// Source: Box and Muller, "A note on the generation of random normal deviates", 1958.
KERNEL(draw_normal)
(const float *u, const float *v, float *eps, int count, int width, int part, int parts) {
  int first, last;
  share(count, part, parts, &first, &last);
  for (int i = first * padded(width); i < last * padded(width); i += LANES) {
    vf radius = v_sqrt(v_mul(v_splat(-2.0f), v_log(v_load(u + i))));
    v_store(eps + i, v_mul(radius, cosine_of_turns(v_load(v + i))));
  }
  for (int i = first; i < last; i++)
    for (int k = width; k < padded(width); k++) eps[(size_t)i * padded(width) + k] = 0.0f;
}

// z, and divergence[i] = 0.5 * sum over the latents of (mean^2 + stddev^2 - ln(1e-8 + stddev^2) - 1).
// Parts split the samples.
KERNEL(sampled_latent_forward)
(const float *mean, const float *stddev, const float *eps, float *z, float *divergence, int count,
 int width, int part, int parts) {
  int first, last;
  share(count, part, parts, &first, &last);
  const int row = padded(width);
  const vf one = v_splat(1.0f), tiny = v_splat(1e-8f);
  for (int i = first; i < last; i++) {
    lanes16 sum = lanes16_zero();
    for (int k = 0; k < row; k += PANEL) {
      float terms[PANEL];
      for (int j = 0; j < PANEL; j += LANES) {
        const size_t at = (size_t)i * row + k + j;
        vf m = v_load(mean + at), s = v_load(stddev + at), variance = v_mul(s, s);
        v_store(z + at, v_fma(v_load(eps + at), s, m));
        vf term = v_sub(v_sub(v_fma(m, m, variance), v_log(v_add(tiny, variance))), one);
        v_store(terms + j, term);
      }
      for (int j = width - k < 0 ? 0 : smaller(width - k, PANEL); j < PANEL; j++) {
        terms[j] = 0.0f;
        z[(size_t)i * row + k + j] = 0.0f;
      }
      UNROLL for (int j = 0; j < PANEL_VECTORS; j++)
        sum.at[j] = v_add(sum.at[j], v_load(terms + j * LANES));
    }
    divergence[i] = 0.5f * fold(sum);
  }
}

// dmean = dz + mean / count; dstddev = dz eps + (stddev - stddev / (1e-8 + stddev^2)) / count.
// Parts split the samples.
KERNEL(sampled_latent_gradient)
(const float *mean, const float *stddev, const float *eps, const float *dz, float *dmean,
 float *dstddev, int count, int width, int part, int parts) {
  int first, last;
  share(count, part, parts, &first, &last);
  const int row = padded(width);
  const vf scale = v_div(v_splat(1.0f), v_splat((float)count)), tiny = v_splat(1e-8f);
  for (size_t at = (size_t)first * row; at < (size_t)last * row; at += LANES) {
    vf m = v_load(mean + at), s = v_load(stddev + at), d = v_load(dz + at);
    v_store(dmean + at, v_fma(m, scale, d));
    vf slope = v_sub(s, v_div(s, v_fma(s, s, tiny)));
    v_store(dstddev + at, v_fma(slope, scale, v_mul(d, v_load(eps + at))));
  }
}
