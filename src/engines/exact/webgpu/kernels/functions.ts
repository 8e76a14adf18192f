/** Functions that several kernels share, as in `kernels/float_math.h`, `fold.h` and `adam.h`. */
import { constant as c } from "../arithmetic.ts";

/** exp(x), as `v_exp`. */
export const EXP = `
fn f_exp(x: F) -> F {
  let low = ${c(-87.33654)};
  let high = ${c(88.722835)};
  let b = f_smaller(f_larger(x, low), high);
  let n = f_nearest(f_mul(b, ${c(1.44269504)}));
  var r = f_fma(n, ${c(-0.693359375)}, b);
  r = f_fma(n, ${c(2.12194440e-4)}, r);
  var q = ${c(1.3950525e-3)};
  q = f_fma(q, r, ${c(8.368911e-3)});
  q = f_fma(q, r, ${c(4.1666206e-2)});
  q = f_fma(q, r, ${c(1.6666518e-1)});
  q = f_fma(q, r, ${c(0.5)});
  var e = f_add(f_fma(f_mul(r, r), q, r), f_one());
  let whole = integer_of(n);
  let half = whole >> 1u;
  e = f_mul(e, of_bits(bitcast<u32>((half + 127) << 23u)));
  e = f_mul(e, of_bits(bitcast<u32>((whole - half + 127) << 23u)));
  e = f_select(f_greater(low, x), f_zero(), e);
  return f_select(f_greater(x, high), of_bits(0x7f800000u), e);
}
`;

/** ln(x) for a positive normal x, as `v_log`. */
export const LOG = `
fn f_log(x: F) -> F {
  let offset = bitcast<i32>(to_bits(x) - 0x3f3504f3u);
  let e = f_of_integer(offset >> 23u);
  let f = f_sub(of_bits(to_bits(x) - bitcast<u32>((offset >> 23u) << 23u)), f_one());
  var q = ${c(6.9173165e-2)};
  q = f_fma(q, f, ${c(-1.1790798e-1)});
  q = f_fma(q, f, ${c(1.1872579e-1)});
  q = f_fma(q, f, ${c(-1.2384192e-1)});
  q = f_fma(q, f, ${c(1.4218713e-1)});
  q = f_fma(q, f, ${c(-1.6669260e-1)});
  q = f_fma(q, f, ${c(2.0002222e-1)});
  q = f_fma(q, f, ${c(-2.4999987e-1)});
  q = f_fma(q, f, ${c(3.3333310e-1)});
  let f2 = f_mul(f, f);
  var r = f_mul(f_mul(q, f), f2);
  r = f_fma(e, ${c(-2.12194440e-4)}, r);
  r = f_fma(${c(-0.5)}, f2, r);
  return f_fma(e, ${c(0.693359375)}, f_add(f, r));
}
`;

/** The sum of 16 lanes by the fixed tree of `fold.h`. */
export const FOLD = `
fn fold(lanes: ptr<function, array<F, 16>>) -> F {
  for (var half = 8u; half > 0u; half = half >> 1u) {
    for (var i = 0u; i < half; i++) { (*lanes)[i] = f_add((*lanes)[i], (*lanes)[i + half]); }
  }
  return (*lanes)[0];
}
`;

/** One step of Adam on one parameter, as `adam_step`. */
export const ADAM = `
fn adam_step(gradient: F, at_w: u32, at_m: u32, at_v: u32, rate: F) {
  let bound = ${c(7.8886091e-31)};
  var mean = f_fma(${c(0.9)}, load(at_m), f_mul(${c(0.1)}, gradient));
  let square = f_mul(${c(0.001)}, f_mul(gradient, gradient));
  var variance = f_fma(${c(0.999)}, load(at_v), square);
  if (f_greater(bound, of_bits(to_bits(mean) & 0x7fffffffu))) { mean = f_zero(); }
  if (f_greater(bound, variance)) { variance = f_zero(); }
  store(at_m, mean);
  store(at_v, variance);
  let denominator = f_add(f_sqrt(variance), ${c(1e-8)});
  store(at_w, f_sub(load(at_w), f_div(f_mul(rate, mean), denominator)));
}
`;
