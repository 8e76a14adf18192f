/** The two convolutions with pooling: see kernels/conv_pixels.c, conv5.c and winograd_f4_5.h. */
import { constant as c, tableOf } from "../arithmetic.ts";
import type { GpuKernels } from "../gpu_kernel.ts";
import { SPANS, transformSquare } from "./winograd.ts";

/** Tiles of an image, frequencies, and channels of the second convolution. */
const TILES = 16, FREQUENCIES = 64, IN = 32, OUT = 64, PAIRS = IN * OUT;

/** Where a pooled output lies within its border. */
const POOLED = "((i * 20u + py + 2u) * 20u + px + 2u) * channels";

const G = [
  [1, 0, 0, 0, 0],
  [-2 / 9, -2 / 9, -2 / 9, -2 / 9, -2 / 9],
  [-2 / 9, 2 / 9, -2 / 9, 2 / 9, -2 / 9],
  [1 / 90, 1 / 45, 2 / 45, 4 / 45, 8 / 45],
  [1 / 90, -1 / 45, 2 / 45, -4 / 45, 8 / 45],
  [32 / 45, 16 / 45, 8 / 45, 4 / 45, 2 / 45],
  [32 / 45, -16 / 45, 8 / 45, -4 / 45, 2 / 45],
  [0, 0, 0, 0, 1],
];

const WEIGHTS = `
const G = ${tableOf(G.flat())};
fn g(i: u32, a: u32) -> F {
  var table = G;
  return of_bits(table[i * 5u + a]);
}
`;

const INPUT = `
fn winograd_input(d: array<F, 8>) -> array<F, 8> {
  var r: array<F, 8>;
  var even = f_fma(${c(-4.25)}, d[4], f_add(d[2], d[6]));
  var odd = f_fma(${c(-4.25)}, d[3], f_add(d[1], d[5]));
  r[1] = f_add(even, odd);
  r[2] = f_sub(even, odd);
  even = f_fma(${c(-1.25)}, d[4], f_fma(${c(0.25)}, d[2], d[6]));
  odd = f_fma(${c(2)}, d[5], f_fma(${c(-2.5)}, d[3], f_mul(${c(0.5)}, d[1])));
  r[3] = f_add(even, odd);
  r[4] = f_sub(even, odd);
  even = f_fma(${c(-5)}, d[4], f_fma(${c(4)}, d[2], d[6]));
  odd = f_fma(${c(0.5)}, d[5], f_fma(${c(-2.5)}, d[3], f_mul(${c(2)}, d[1])));
  r[5] = f_add(even, odd);
  r[6] = f_sub(even, odd);
  r[0] = f_fma(${c(5.25)}, f_sub(d[4], d[2]), f_sub(d[0], d[6]));
  r[7] = f_fma(${c(5.25)}, f_sub(d[3], d[5]), f_sub(d[7], d[1]));
  return r;
}
`;

const OUTPUT = `
fn winograd_output(m: array<F, 8>) -> array<F, 4> {
  var y: array<F, 4>;
  let s1 = f_add(m[1], m[2]);
  let d1 = f_sub(m[1], m[2]);
  let s2 = f_add(m[3], m[4]);
  let d2 = f_sub(m[3], m[4]);
  let s3 = f_add(m[5], m[6]);
  let d3 = f_sub(m[5], m[6]);
  y[0] = f_add(f_add(m[0], s1), f_add(s2, s3));
  y[1] = f_fma(${c(0.5)}, d3, f_fma(${c(2)}, d2, d1));
  y[2] = f_fma(${c(0.25)}, s3, f_fma(${c(4)}, s2, s1));
  y[3] = f_add(f_fma(${c(0.125)}, d3, f_fma(${c(8)}, d2, d1)), m[7]);
  return y;
}
`;

const OUTPUT_TRANSPOSED = `
fn winograd_output_transposed(y: array<F, 4>) -> array<F, 8> {
  var m: array<F, 8>;
  m[0] = y[0];
  var even = f_add(y[0], y[2]);
  var odd = f_add(y[1], y[3]);
  m[1] = f_add(even, odd);
  m[2] = f_sub(even, odd);
  even = f_fma(${c(4)}, y[2], y[0]);
  odd = f_fma(${c(8)}, y[3], f_mul(${c(2)}, y[1]));
  m[3] = f_add(even, odd);
  m[4] = f_sub(even, odd);
  even = f_fma(${c(0.25)}, y[2], y[0]);
  odd = f_fma(${c(0.125)}, y[3], f_mul(${c(0.5)}, y[1]));
  m[5] = f_add(even, odd);
  m[6] = f_sub(even, odd);
  m[7] = y[3];
  return m;
}
`;

const INPUT_TRANSPOSED = `
fn winograd_input_transposed(r: array<F, 8>) -> array<F, 8> {
  var x: array<F, 8>;
  let large = ${c(5.25)};
  let minus_large = f_sub(f_zero(), large);
  let half = ${c(0.5)};
  let two = ${c(2)};
  let four = ${c(4)};
  let s1 = f_add(r[1], r[2]);
  let d1 = f_sub(r[1], r[2]);
  let s2 = f_add(r[3], r[4]);
  let d2 = f_sub(r[3], r[4]);
  let s3 = f_add(r[5], r[6]);
  let d3 = f_sub(r[5], r[6]);
  x[0] = r[0];
  x[1] = f_sub(f_fma(two, d3, f_fma(half, d2, d1)), r[7]);
  x[2] = f_fma(four, s3, f_fma(${c(0.25)}, s2, f_fma(minus_large, r[0], s1)));
  x[3] = f_fma(${c(-2.5)}, f_add(d2, d3), f_fma(${c(-4.25)}, d1, f_mul(large, r[7])));
  x[4] = f_fma(${c(-5)}, s3, f_fma(${c(-1.25)}, s2, f_fma(${c(-4.25)}, s1, f_mul(large, r[0]))));
  x[5] = f_fma(minus_large, r[7], f_fma(half, d3, f_fma(two, d2, d1)));
  x[6] = f_sub(f_add(f_add(s1, s2), s3), r[0]);
  x[7] = r[7];
  return x;
}
`;

/**
 * What phases of the second convolution hand to each other: v [64][tiles][32] of the inputs, then
 * m [64][tiles][64] of the outputs or their gradients, then dv [64][tiles][32].
 */
const V_FLOATS = (tiles: number) => FREQUENCIES * tiles * IN;
const M_FLOATS = (tiles: number) => FREQUENCIES * tiles * OUT;
const PLACES = `
  let tiles = count * 16u;
  let v = 0u;
  let m = v + 64u * tiles * 32u;
  let dv = m + 64u * tiles * 64u;`;

const TRANSFORM_INPUTS = {
  library: INPUT,
  threads: ({ count }: { count: number }) => count * TILES * IN,
  body: `${PLACES}
  let channel = t % 32u;
  let e = t / 32u;
  let place = ((e % 16u / 4u) * 80u + (e % 4u) * 4u) * 32u;
  let patch_at = at_x + e / 16u * 12800u + place + channel;
${
    transformSquare({
      ...{ function: "winograd_input", from: 8, to: 8 },
      read: "d[k] = load(patch_at + (k * 20u + j) * 32u);",
      keep: "store_extra(v + ((k * 8u + j) * tiles + e) * 32u + channel, r[j]);",
    })
  }`,
};

export const CONV: GpuKernels<
  | "gather_images"
  | "conv_pixels_forward"
  | "conv_pixels_gradient"
  | "conv5_transform_weights"
  | "conv5_transpose_weights"
  | "conv5_forward"
  | "conv5_gradient"
  | "conv5_weight_gradient"
> = {
  gather_images: {
    phases: [{
      threads: ({ count }) => count * 784,
      body: `
  let i = t / 784u;
  let k = t % 784u;
  let byte = sample_byte(at_images, memory[at_indices + i] * 784u + k);
  store(at_out + i * 1024u + (k / 28u + 2u) * 32u + k % 28u + 2u, pixel_of(byte));`,
    }],
  },
  conv_pixels_forward: {
    phases: [{
      threads: ({ count, channels }) => count * 196 * channels,
      body: `
  let channel = t % channels;
  let px = t / channels % 14u;
  let py = t / channels / 14u % 14u;
  let i = t / channels / 196u;
  var best = f_zero();
  var winner = 0u;
  for (var q = 0u; q < 4u; q++) {
    let at = at_x + i * 1024u + (py * 2u + q / 2u) * 32u + px * 2u + q % 2u;
    var sum = f_zero();
    for (var k = 0u; k < 25u; k++) {
      sum = f_fma(load(at + k / 5u * 32u + k % 5u), load(at_w + k * channels + channel), sum);
    }
    if (q == 0u || f_greater(sum, best)) {
      best = sum;
      winner = q;
    }
  }
  let pooled = activate(f_add(best, load(at_bias + channel)), activation);
  store(at_pooled + ${POOLED} + channel, pooled);
  memory[at_winner + t] = winner;`,
    }],
  },
  conv_pixels_gradient: {
    phases: [{
      threads: ({ channels }) => 25 * channels,
      body: `
  let channel = t % channels;
  let k = t / channels;
  var sum = f_zero();
  for (var i = 0u; i < count; i++) {
    for (var y = 0u; y < 28u; y++) {
      for (var x = 0u; x < 28u; x++) {
        let py = y / 2u;
        let px = x / 2u;
        let at = ${POOLED} + channel;
        let won = memory[at_winner + ((i * 14u + py) * 14u + px) * channels + channel];
        var d = f_zero();
        if (won == (y % 2u) * 2u + x % 2u) {
          d = activate_gradient(load(at_dpooled + at), load(at_pooled + at), activation);
        }
        sum = f_fma(load(at_x + i * 1024u + (y + k / 5u) * 32u + x + k % 5u), d, sum);
      }
    }
  }
  store(at_dw + t, sum);`,
    }, {
      threads: ({ channels }) => channels,
      body: `
  var sum = f_zero();
  for (var i = 0u; i < count; i++) {
    for (var py = 0u; py < 14u; py++) {
      for (var px = 0u; px < 14u; px++) {
        let at = ${POOLED} + t;
        sum = f_add(sum, activate_gradient(load(at_dpooled + at), load(at_pooled + at), activation));
      }
    }
  }
  store(at_db + t, sum);`,
    }],
  },
  conv5_transform_weights: {
    phases: [{
      library: WEIGHTS,
      threads: () => PAIRS,
      body: `
  var half_way: array<F, 40>;
  for (var b = 0u; b < 5u; b++) {
    for (var i = 0u; i < 8u; i++) {
      var sum = f_mul(g(i, 0u), load(at_w + b * 2048u + t));
      for (var a = 1u; a < 5u; a++) {
        sum = f_fma(g(i, a), load(at_w + (a * 5u + b) * 2048u + t), sum);
      }
      half_way[i * 5u + b] = sum;
    }
  }
  for (var i = 0u; i < 8u; i++) {
    for (var j = 0u; j < 8u; j++) {
      var sum = f_mul(g(j, 0u), half_way[i * 5u]);
      for (var b = 1u; b < 5u; b++) { sum = f_fma(g(j, b), half_way[i * 5u + b], sum); }
      store(at_u + (i * 8u + j) * 2048u + t, sum);
    }
  }`,
    }],
  },
  conv5_transpose_weights: {
    phases: [{
      threads: () => FREQUENCIES * PAIRS,
      body: `
  let frequency = t / 2048u;
  memory[at_ut + t] = memory[at_u + (frequency * 32u + t % 32u) * 64u + t % 2048u / 32u];`,
    }],
  },
  conv5_forward: {
    extra: ({ count }) => V_FLOATS(count * TILES) + M_FLOATS(count * TILES),
    phases: [TRANSFORM_INPUTS, {
      threads: ({ count }) => FREQUENCIES * count * TILES * OUT,
      body: `${PLACES}
  let out_channel = t % 64u;
  let frequency = t / (tiles * 64u);
  let row = v + t / 64u * 32u;
  var sum = f_zero();
  for (var k = 0u; k < 32u; k++) {
    sum = f_fma(load_extra(row + k), load(at_u + (frequency * 32u + k) * 64u + out_channel), sum);
  }
  store_extra(m + t, sum);`,
    }, {
      library: OUTPUT,
      threads: ({ count }) => count * TILES * OUT,
      body: `${PLACES}
  let out_channel = t % 64u;
  let tile = t / 64u;
  var y: array<F, 16>;${
        transformSquare({
          ...{ function: "winograd_output", from: 8, to: 4 },
          read: "d[k] = load_extra(m + t + (k * 8u + j) * tiles * 64u);",
          keep: "y[k * 4u + j] = r[j];",
        })
      }
  for (var h = 0u; h < 2u; h++) {
    for (var k = 0u; k < 2u; k++) {
      let py = tile % 16u / 4u * 2u + h;
      let px = tile % 4u * 2u + k;
      if (py < 7u && px < 7u) {
        var best = y[h * 8u + k * 2u];
        var winner = 0u;
        for (var q = 1u; q < 4u; q++) {
          let value = y[(h * 2u + q / 2u) * 4u + k * 2u + q % 2u];
          if (f_greater(value, best)) {
            best = value;
            winner = q;
          }
        }
        let at = (tile / 16u * 49u + py * 7u + px) * 64u + out_channel;
        store(at_pooled + at, activate(f_add(best, load(at_bias + out_channel)), activation));
        memory[at_winner + at] = winner;
      }
    }
  }`,
    }],
  },
  conv5_gradient: {
    extra: ({ count }) => 2 * V_FLOATS(count * TILES) + M_FLOATS(count * TILES),
    phases: [TRANSFORM_INPUTS, {
      library: OUTPUT_TRANSPOSED,
      threads: ({ count }) => count * TILES * OUT,
      body: `${PLACES}
  let out_channel = t % 64u;
  let tile = t / 64u;
  var y: array<F, 16>;
  for (var k = 0u; k < 2u; k++) {
    for (var h = 0u; h < 2u; h++) {
      let py = tile % 16u / 4u * 2u + h;
      let px = tile % 4u * 2u + k;
      var gradient = f_zero();
      var winner = 0u;
      if (py < 7u && px < 7u) {
        let at = (tile / 16u * 49u + py * 7u + px) * 64u + out_channel;
        gradient = activate_gradient(load(at_dpooled + at), load(at_pooled + at), activation);
        winner = memory[at_winner + at];
      }
      for (var q = 0u; q < 4u; q++) {
        y[(h * 2u + q / 2u) * 4u + k * 2u + q % 2u] = f_select(winner == q, gradient, f_zero());
      }
    }
  }${
        transformSquare({
          ...{ function: "winograd_output_transposed", from: 4, to: 8 },
          read: "d[k] = y[k * 4u + j];",
          keep: "store_extra(m + t + (k * 8u + j) * tiles * 64u, r[j]);",
        })
      }`,
    }, {
      // The bias gradient: sums over the images of each of four spans of the batch.
      threads: () => 4 * OUT,
      body: `
  let span = t / 64u;
  let out_channel = t % 64u;
  let blocks = (count + 1u) / 2u;
  let last = min(share(blocks, span + 1u, 4u) * 2u, count);
  var sum = f_zero();
  for (var i = share(blocks, span, 4u) * 2u; i < last; i++) {
    for (var tile = 0u; tile < 16u; tile++) {
      for (var k = 0u; k < 2u; k++) {
        for (var h = 0u; h < 2u; h++) {
          let py = tile / 4u * 2u + h;
          let px = tile % 4u * 2u + k;
          if (py < 7u && px < 7u) {
            let at = (i * 49u + py * 7u + px) * 64u + out_channel;
            let gradient = activate_gradient(load(at_dpooled + at), load(at_pooled + at), activation);
            sum = f_add(sum, gradient);
          }
        }
      }
    }
  }
  store(at_partials + span * (64u * 2048u + 64u) + 64u * 2048u + out_channel, sum);`,
    }, {
      threads: () => 4 * FREQUENCIES * PAIRS,
      body: `${PLACES}
  let span = t / (64u * 2048u);
  let frequency = t / 2048u % 64u;
  let in_channel = t / 64u % 32u;
  let out_channel = t % 64u;
  let blocks = (count + 1u) / 2u;
  let last = min(share(blocks, span + 1u, 4u) * 32u, tiles);
  var sum = f_zero();
  for (var e = share(blocks, span, 4u) * 32u; e < last; e++) {
    let at = frequency * tiles + e;
    sum = f_fma(load_extra(v + at * 32u + in_channel), load_extra(m + at * 64u + out_channel), sum);
  }
  store(at_partials + span * (64u * 2048u + 64u) + t % (64u * 2048u), sum);`,
    }, {
      threads: ({ count }) => FREQUENCIES * count * TILES * IN,
      body: `${PLACES}
  let in_channel = t % 32u;
  let frequency = t / (tiles * 32u);
  let row = m + t / 32u * 64u;
  var sum = f_zero();
  for (var o = 0u; o < 64u; o++) {
    sum = f_fma(load_extra(row + o), load(at_ut + (frequency * 64u + o) * 32u + in_channel), sum);
  }
  store_extra(dv + t, sum);`,
    }, {
      library: INPUT_TRANSPOSED,
      threads: ({ count }) => count * IN,
      body: `${PLACES}
  let channel = t % 32u;
  let i = t / 32u;
  let dx = at_dx + i * 12800u + channel;
  for (var k = 0u; k < 400u; k++) { store(dx + k * 32u, f_zero()); }
  for (var tile = 0u; tile < 16u; tile++) {
    let from_at = dv + (i * 16u + tile) * 32u + channel;${
        transformSquare({
          ...{ function: "winograd_input_transposed", from: 8, to: 8 },
          read: "d[k] = load_extra(from_at + (k * 8u + j) * tiles * 32u);",
          keep: `let at = dx + ((tile / 4u * 4u + k) * 20u + tile % 4u * 4u + j) * 32u;
      store(at, f_add(load(at), r[j]));`,
        })
      }
  }`,
    }],
  },
  conv5_weight_gradient: {
    phases: [{
      library: WEIGHTS + SPANS,
      threads: () => PAIRS,
      body: `
  let stride = 64u * 2048u + 64u;
  var half_way: array<F, 40>;
  for (var j = 0u; j < 8u; j++) {
    var du: array<F, 8>;
    for (var i = 0u; i < 8u; i++) {
      du[i] = sum_of_spans(at_partials + (i * 8u + j) * 2048u + t, stride);
    }
    for (var a = 0u; a < 5u; a++) {
      var sum = f_mul(g(0u, a), du[0]);
      for (var i = 1u; i < 8u; i++) { sum = f_fma(g(i, a), du[i], sum); }
      half_way[a * 8u + j] = sum;
    }
  }
  for (var a = 0u; a < 5u; a++) {
    for (var b = 0u; b < 5u; b++) {
      var sum = f_mul(g(0u, b), half_way[a * 8u]);
      for (var j = 1u; j < 8u; j++) { sum = f_fma(g(j, b), half_way[a * 8u + j], sum); }
      store(at_dw + (a * 5u + b) * 2048u + t, sum);
    }
  }
  if (t < 64u) { store(at_db + t, sum_of_spans(at_partials + 64u * 2048u + t, stride)); }`,
    }],
  },
};
