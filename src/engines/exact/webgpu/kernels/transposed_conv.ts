/**
 * The decoder's two transposed convolutions: see kernels/conv_transpose.c, conv_transpose_pixels.c and
 * winograd_f4_3.h.
 * @module
 */
import { constant as c, tableOf } from "../arithmetic.ts";
import type { GpuKernels } from "../gpu_kernel.ts";
import { SPANS, transformSquare } from "./winograd.ts";

/** Tiles of an image, frequencies, products of all phases, and channels of the first one. */
const TILES = 4, FREQUENCIES = 36, PRODUCTS = 121, IN = 64, OUT = 32, PAIRS = IN * OUT;

/** The points of interpolation that are not 0 or infinity: a, -a, b, -b. */
const A = 5 / 8, B = 3 / 2;

const G = [
  [256 / 225, 0, 0],
  [-2048 / 2975, -256 / 595, -32 / 119],
  [-2048 / 2975, 256 / 595, -32 / 119],
  [128 / 1071, 64 / 357, 32 / 119],
  [128 / 1071, -64 / 357, 32 / 119],
  [0, 0, 1],
];

/** Phases are the parities (py, px) of an output's row and column: conv_transpose.c says more. */
const PARITIES = `
const G = ${tableOf(G.flat())};
fn g(i: u32, a: u32) -> F {
  var table = G;
  return of_bits(table[i * 3u + a]);
}
fn taps_of(parity: u32) -> u32 { return 2u + parity; }
fn tap(parity: u32, a: u32) -> u32 { return 3u + parity - 2u * a; }
fn points_of(parity: u32) -> u32 { return 5u + parity; }
fn first_product(py: u32, px: u32) -> u32 { return py * 55u + px * 5u * points_of(py); }
fn product_at(py: u32, px: u32, i: u32, j: u32) -> u32 {
  return first_product(py, px) + i * points_of(px) + j;
}
fn frequency_of(product: u32) -> u32 {
  let py = select(0u, 1u, product >= 55u);
  let in_row = product - py * 55u;
  let px = select(0u, 1u, in_row >= 5u * points_of(py));
  let rest = in_row - px * 5u * points_of(py);
  return rest / points_of(px) * 6u + rest % points_of(px);
}
`;

const INPUT = `
fn winograd_input(d: array<F, 6>) -> array<F, 6> {
  var r: array<F, 6>;
  let product = ${c(A * A * B * B)};
  let sum = ${c(-(A * A + B * B))};
  r[0] = f_fma(product, d[0], f_fma(sum, d[2], d[4]));
  var even = f_fma(${c(-B * B)}, d[2], d[4]);
  var odd = f_fma(${c(-B * B)}, d[1], d[3]);
  r[1] = f_fma(${c(A)}, odd, even);
  r[2] = f_fma(${c(-A)}, odd, even);
  even = f_fma(${c(-A * A)}, d[2], d[4]);
  odd = f_fma(${c(-A * A)}, d[1], d[3]);
  r[3] = f_fma(${c(B)}, odd, even);
  r[4] = f_fma(${c(-B)}, odd, even);
  r[5] = f_fma(product, d[1], f_fma(sum, d[3], d[5]));
  return r;
}
`;

const OUTPUT = `
fn winograd_output(m: array<F, 6>, points: u32) -> array<F, 4> {
  var y: array<F, 4>;
  let s1 = f_add(m[1], m[2]);
  let d1 = f_sub(m[1], m[2]);
  let s2 = f_add(m[3], m[4]);
  let d2 = f_sub(m[3], m[4]);
  y[0] = f_add(f_add(m[0], s1), s2);
  y[1] = f_fma(${c(B)}, d2, f_mul(${c(A)}, d1));
  y[2] = f_fma(${c(B * B)}, s2, f_mul(${c(A * A)}, s1));
  y[3] = f_fma(${c(B * B * B)}, d2, f_mul(${c(A * A * A)}, d1));
  if (points == 6u) { y[3] = f_add(y[3], m[5]); }
  return y;
}
`;

const OUTPUT_TRANSPOSED = `
fn winograd_output_transposed(y: array<F, 4>) -> array<F, 6> {
  var m: array<F, 6>;
  m[0] = y[0];
  var even = f_fma(${c(A * A)}, y[2], y[0]);
  var odd = f_fma(${c(A * A)}, y[3], y[1]);
  m[1] = f_fma(${c(A)}, odd, even);
  m[2] = f_fma(${c(-A)}, odd, even);
  even = f_fma(${c(B * B)}, y[2], y[0]);
  odd = f_fma(${c(B * B)}, y[3], y[1]);
  m[3] = f_fma(${c(B)}, odd, even);
  m[4] = f_fma(${c(-B)}, odd, even);
  m[5] = y[3];
  return m;
}
`;

const INPUT_TRANSPOSED = `
fn winograd_input_transposed(r: array<F, 6>) -> array<F, 6> {
  var x: array<F, 6>;
  let product = ${c(A * A * B * B)};
  let sum = ${c(-(A * A + B * B))};
  let s1 = f_add(r[1], r[2]);
  let d1 = f_sub(r[1], r[2]);
  let s2 = f_add(r[3], r[4]);
  let d2 = f_sub(r[3], r[4]);
  x[0] = f_mul(product, r[0]);
  x[1] = f_fma(${c(-A * A * B)}, d2, f_fma(${c(-A * B * B)}, d1, f_mul(product, r[5])));
  x[2] = f_fma(${c(-A * A)}, s2, f_fma(${c(-B * B)}, s1, f_mul(sum, r[0])));
  x[3] = f_fma(${c(B)}, d2, f_fma(${c(A)}, d1, f_mul(sum, r[5])));
  x[4] = f_add(f_add(r[0], s1), s2);
  x[5] = r[5];
  return x;
}
`;

/**
 * What phases of the first one hand to each other: v [36][tiles][64] of the inputs, then
 * m [121][tiles][32] of the outputs or their gradients, then dv [36][tiles][64].
 */
const V_FLOATS = (tiles: number) => FREQUENCIES * tiles * IN;
const M_FLOATS = (tiles: number) => PRODUCTS * tiles * OUT;
const PLACES = `
  let tiles = count * 4u;
  let v = 0u;
  let m = v + 36u * tiles * 64u;
  let dv = m + 121u * tiles * 32u;`;

const TRANSFORM_INPUTS = {
  library: INPUT,
  threads: ({ count }: { count: number }) => count * TILES * IN,
  body: `${PLACES}
  let channel = t % 64u;
  let e = t / 64u;
  let image = at_x + e / 4u * 3136u + channel;${
    transformSquare({
      ...{ function: "winograd_input", from: 6, to: 6 },
      read: `let row = e % 4u / 2u * 4u + k;
      let column = e % 2u * 4u + j;
      d[k] = f_zero();
      if (row >= 1u && row < 8u && column >= 1u && column < 8u) {
        d[k] = load(image + ((row - 1u) * 7u + column - 1u) * 64u);
      }`,
      keep: "store_extra(v + ((k * 6u + j) * tiles + e) * 64u + channel, r[j]);",
    })
  }`,
};

/** A thread of a phase that works on the outputs of one parity and tile. */
const OF_A_PARITY = `${PLACES}
  let out_channel = t % 32u;
  let e = t / 32u % tiles;
  let py = t / (tiles * 64u);
  let px = t / (tiles * 32u) % 2u;
  let i = e / 4u;
  let rows = points_of(py);
  let columns = points_of(px);
  let products = m + (first_product(py, px) * tiles + e) * 32u + out_channel;`;

export const TRANSPOSED_CONV: GpuKernels<
  | "conv_transpose_transform_weights"
  | "conv_transpose_flip"
  | "conv_transpose_forward"
  | "conv_transpose_gradient"
  | "conv_transpose_weight_gradient"
  | "conv_transpose_pixels_forward"
  | "conv_transpose_pixels_input_gradient"
  | "conv_transpose_pixels_weight_gradient"
> = {
  conv_transpose_transform_weights: {
    phases: [{
      library: PARITIES,
      threads: () => PAIRS * 4,
      body: `
  let e = t % 2048u;
  let py = t / 4096u;
  let px = t / 2048u % 2u;
  var half_way: array<F, 18>;
  for (var b = 0u; b < taps_of(px); b++) {
    for (var i = 0u; i < points_of(py); i++) {
      var sum = f_mul(g(i, 0u), load(at_w + (tap(py, 0u) * 5u + tap(px, b)) * 2048u + e));
      for (var a = 1u; a < taps_of(py); a++) {
        sum = f_fma(g(i, a), load(at_w + (tap(py, a) * 5u + tap(px, b)) * 2048u + e), sum);
      }
      half_way[i * 3u + b] = sum;
    }
  }
  for (var i = 0u; i < points_of(py); i++) {
    for (var j = 0u; j < points_of(px); j++) {
      var sum = f_mul(g(j, 0u), half_way[i * 3u]);
      for (var b = 1u; b < taps_of(px); b++) { sum = f_fma(g(j, b), half_way[i * 3u + b], sum); }
      store(at_u + product_at(py, px, i, j) * 2048u + e, sum);
    }
  }`,
    }],
  },
  conv_transpose_flip: {
    phases: [{
      threads: () => 25 * PAIRS,
      body: `
  memory[at_wt + t] = memory[at_w + (t / 2048u * 64u + t % 64u) * 32u + t % 2048u / 64u];`,
    }],
  },
  conv_transpose_forward: {
    extra: ({ count }) => V_FLOATS(count * TILES) + M_FLOATS(count * TILES),
    phases: [TRANSFORM_INPUTS, {
      library: PARITIES,
      threads: ({ count }) => PRODUCTS * count * TILES * OUT,
      body: `${PLACES}
  let out_channel = t % 32u;
  let product = t / (tiles * 32u);
  let e = t / 32u % tiles;
  let row = v + (frequency_of(product) * tiles + e) * 64u;
  var sum = f_zero();
  for (var k = 0u; k < 64u; k++) {
    sum = f_fma(load_extra(row + k), load(at_u + (product * 64u + k) * 32u + out_channel), sum);
  }
  store_extra(m + t, sum);`,
    }, {
      library: PARITIES + OUTPUT,
      threads: ({ count }) => 4 * count * TILES * OUT,
      body: `${OF_A_PARITY}
  var half_way: array<F, 24>;
  for (var j = 0u; j < columns; j++) {
    var d: array<F, 6>;
    for (var k = 0u; k < rows; k++) { d[k] = load_extra(products + (k * columns + j) * tiles * 32u); }
    var r = winograd_output(d, rows);
    for (var k = 0u; k < 4u; k++) { half_way[k * 6u + j] = r[k]; }
  }
  let first_row = e % 4u / 2u * 4u;
  let first_column = e % 2u * 4u;
  for (var k = 0u; k < 4u; k++) {
    if (first_row + k < 7u) {
      var d: array<F, 6>;
      for (var j = 0u; j < columns; j++) { d[j] = half_way[k * 6u + j]; }
      var r = winograd_output(d, columns);
      for (var j = 0u; j < 4u; j++) {
        if (first_column + j < 7u) {
          let pixel = ((first_row + k) * 2u + py) * 14u + (first_column + j) * 2u + px;
          let y = activate(f_add(r[j], load(at_bias + out_channel)), activation);
          store(at_y + i * 6272u + pixel * 32u + out_channel, y);
        }
      }
    }
  }`,
    }],
  },
  conv_transpose_gradient: {
    extra: ({ count }) => 2 * V_FLOATS(count * TILES) + M_FLOATS(count * TILES),
    phases: [TRANSFORM_INPUTS, {
      library: PARITIES + OUTPUT_TRANSPOSED,
      threads: ({ count }) => 4 * count * TILES * OUT,
      body: `${OF_A_PARITY}
  var half_way: array<F, 24>;
  for (var j = 0u; j < 4u; j++) {
    var d: array<F, 4>;
    for (var k = 0u; k < 4u; k++) {
      let row = e % 4u / 2u * 4u + k;
      let column = e % 2u * 4u + j;
      d[k] = f_zero();
      if (row < 7u && column < 7u) {
        let pixel = (row * 2u + py) * 14u + column * 2u + px;
        d[k] = load(at_dy + i * 6272u + pixel * 32u + out_channel);
      }
    }
    var r = winograd_output_transposed(d);
    for (var k = 0u; k < 6u; k++) { half_way[k * 4u + j] = r[k]; }
  }
  for (var k = 0u; k < rows; k++) {
    var d: array<F, 4>;
    for (var j = 0u; j < 4u; j++) { d[j] = half_way[k * 4u + j]; }
    var r = winograd_output_transposed(d);
    for (var j = 0u; j < columns; j++) { store_extra(products + (k * columns + j) * tiles * 32u, r[j]); }
  }`,
    }, {
      // The bias gradient: sums over the images of each of four spans of the batch.
      threads: () => 4 * OUT,
      body: `
  let span = t / 32u;
  let out_channel = t % 32u;
  let blocks = (count + 5u) / 6u;
  let last = min(share(blocks, span + 1u, 4u) * 6u, count);
  var sum = f_zero();
  for (var i = share(blocks, span, 4u) * 6u; i < last; i++) {
    for (var parity = 0u; parity < 4u; parity++) {
      for (var e = 0u; e < 4u; e++) {
        for (var j = 0u; j < 4u; j++) {
          for (var k = 0u; k < 4u; k++) {
            let row = e / 2u * 4u + k;
            let column = e % 2u * 4u + j;
            var d = f_zero();
            if (row < 7u && column < 7u) {
              let pixel = (row * 2u + parity / 2u) * 14u + column * 2u + parity % 2u;
              d = load(at_dy + i * 6272u + pixel * 32u + out_channel);
            }
            sum = f_add(sum, d);
          }
        }
      }
    }
  }
  store(at_partials + span * (121u * 2048u + 32u) + 121u * 2048u + out_channel, sum);`,
    }, {
      library: PARITIES,
      threads: () => 4 * PRODUCTS * PAIRS,
      body: `${PLACES}
  let span = t / (121u * 2048u);
  let product = t / 2048u % 121u;
  let in_channel = t / 32u % 64u;
  let out_channel = t % 32u;
  let frequency = frequency_of(product);
  let blocks = (count + 5u) / 6u;
  let last = min(share(blocks, span + 1u, 4u) * 24u, tiles);
  var sum = f_zero();
  for (var e = share(blocks, span, 4u) * 24u; e < last; e++) {
    let x = load_extra(v + (frequency * tiles + e) * 64u + in_channel);
    sum = f_fma(x, load_extra(m + (product * tiles + e) * 32u + out_channel), sum);
  }
  store(at_partials + span * (121u * 2048u + 32u) + t % (121u * 2048u), sum);`,
    }, {
      library: PARITIES,
      threads: ({ count }) => FREQUENCIES * count * TILES * IN,
      body: `${PLACES}
  let in_channel = t % 64u;
  let frequency = t / (tiles * 64u);
  let e = t / 64u % tiles;
  let i = frequency / 6u;
  let j = frequency % 6u;
  var sum = f_zero();
  for (var py = select(0u, 1u, i == 5u); py < 2u; py++) {
    for (var px = select(0u, 1u, j == 5u); px < 2u; px++) {
      let product = product_at(py, px, i, j);
      let row = m + (product * tiles + e) * 32u;
      for (var o = 0u; o < 32u; o++) {
        sum = f_fma(load_extra(row + o), load(at_ut + (product * 32u + o) * 64u + in_channel), sum);
      }
    }
  }
  store_extra(dv + t, sum);`,
    }, {
      library: INPUT_TRANSPOSED,
      threads: ({ count }) => count * IN,
      body: `${PLACES}
  let channel = t % 64u;
  let i = t / 64u;
  var canvas: array<F, 100>;
  for (var k = 0u; k < 100u; k++) { canvas[k] = f_zero(); }
  for (var tile = 0u; tile < 4u; tile++) {
    let from_at = dv + (i * 4u + tile) * 64u + channel;${
        transformSquare({
          ...{ function: "winograd_input_transposed", from: 6, to: 6 },
          read: "d[k] = load_extra(from_at + (k * 6u + j) * tiles * 64u);",
          keep: `let at = (tile / 2u * 4u + k) * 10u + tile % 2u * 4u + j;
      canvas[at] = f_add(canvas[at], r[j]);`,
        })
      }
  }
  for (var k = 0u; k < 49u; k++) {
    let at = i * 3136u + k * 64u + channel;
    let gradient = canvas[(k / 7u + 1u) * 10u + k % 7u + 1u];
    store(at_dx + at, activate_gradient(gradient, load(at_x + at), activation));
  }`,
    }],
  },
  conv_transpose_weight_gradient: {
    phases: [{
      library: PARITIES + SPANS,
      threads: () => PAIRS * 4,
      body: `
  let e = t % 2048u;
  let py = t / 4096u;
  let px = t / 2048u % 2u;
  let stride = 121u * 2048u + 32u;
  var half_way: array<F, 18>;
  for (var j = 0u; j < points_of(px); j++) {
    var du: array<F, 6>;
    for (var i = 0u; i < points_of(py); i++) {
      du[i] = sum_of_spans(at_partials + product_at(py, px, i, j) * 2048u + e, stride);
    }
    for (var a = 0u; a < taps_of(py); a++) {
      var sum = f_mul(g(0u, a), du[0]);
      for (var i = 1u; i < points_of(py); i++) { sum = f_fma(g(i, a), du[i], sum); }
      half_way[a * 6u + j] = sum;
    }
  }
  for (var a = 0u; a < taps_of(py); a++) {
    for (var b = 0u; b < taps_of(px); b++) {
      var sum = f_mul(g(0u, b), half_way[a * 6u]);
      for (var j = 1u; j < points_of(px); j++) { sum = f_fma(g(j, b), half_way[a * 6u + j], sum); }
      store(at_dw + (tap(py, a) * 5u + tap(px, b)) * 2048u + e, sum);
    }
  }
  if (t < 32u) { store(at_db + t, sum_of_spans(at_partials + 121u * 2048u + t, stride)); }`,
    }],
  },
  conv_transpose_pixels_forward: {
    phases: [{
      threads: ({ count }) => count * 784,
      body: `
  let i = t / 784u;
  let out_y = t % 784u / 28u;
  let out_x = t % 28u;
  var sum = load(at_bias);
  for (var ky = (out_y + 1u) % 2u; ky < 5u; ky += 2u) {
    if (out_y + 1u >= ky && (out_y + 1u - ky) / 2u < 14u) {
      let in_y = (out_y + 1u - ky) / 2u;
      for (var kx = (out_x + 1u) % 2u; kx < 5u; kx += 2u) {
        if (out_x + 1u >= kx && (out_x + 1u - kx) / 2u < 14u) {
          let x = at_x + (i * 196u + in_y * 14u + (out_x + 1u - kx) / 2u) * 32u;
          let w = at_w + (ky * 5u + kx) * 32u;
          var z = f_zero();
          for (var k = 0u; k < 32u; k++) { z = f_fma(load(x + k), load(w + k), z); }
          sum = f_add(sum, z);
        }
      }
    }
  }
  store(at_y + t, sum);`,
    }],
  },
  conv_transpose_pixels_input_gradient: {
    phases: [{
      threads: ({ count }) => count * 196 * 32,
      body: `
  let channel = t % 32u;
  let x = t / 32u % 14u;
  let y = t / 448u % 14u;
  let dy = at_dy + t / 6272u * 961u;
  var sum = f_zero();
  for (var a = 0u; a < 5u; a++) {
    for (var b = 0u; b < 5u; b++) {
      let gradient = load(dy + (y * 2u + a) * 31u + x * 2u + b);
      sum = f_fma(gradient, load(at_w + (a * 5u + b) * 32u + channel), sum);
    }
  }
  store(at_dx + t, activate_gradient(sum, load(at_x + t), activation));`,
    }],
  },
  conv_transpose_pixels_weight_gradient: {
    phases: [{
      threads: () => 25 * 32,
      body: `
  let channel = t % 32u;
  let k = t / 32u;
  var sum = f_zero();
  for (var i = 0u; i < count; i++) {
    for (var y = 0u; y < 14u; y++) {
      for (var x = 0u; x < 14u; x++) {
        let gradient = load(at_dy + i * 961u + (y * 2u + k / 5u) * 31u + k % 5u + 2u * x);
        sum = f_fma(gradient, load(at_x + (i * 196u + y * 14u + x) * 32u + channel), sum);
      }
    }
  }
  store(at_dw + t, sum);`,
    }, {
      threads: () => 1,
      body: `
  var sum = f_zero();
  for (var i = 0u; i < count; i++) {
    for (var y = 0u; y < 28u; y++) {
      for (var x = 0u; x < 28u; x++) {
        sum = f_add(sum, load(at_dy + i * 961u + (y + 1u) * 31u + x + 1u));
      }
    }
  }
  store(at_db, sum);`,
    }],
  },
};
