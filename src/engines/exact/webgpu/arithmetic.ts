/**
 * Float32 arithmetic in WGSL whose results are those of IEEE 754, rounded to nearest even. WGSL
 * promises that for integers alone: its compilers and drivers rewrite float expressions, and may
 * compute a fused multiply-add in two steps. So there are three modes:
 *
 * - `native`: float operations, and the device's own `fma`. The result of each passes an xor with a
 *   zero that is only known when the shader runs, so that no compiler can look through it. Right on
 *   devices that fuse;
 * - `hybrid`: the same, but a fused multiply-add by integers. Right on devices that do not fuse;
 * - `emulated`: all by integers. Right on every device that keeps to the standard.
 *
 * In all of them division and square root are computed by integers: floats only make a guess, which
 * may be off by 32 units of the last place.
 *
 * A shader that uses this declares `zero_at_run_time`, a u32. Values have the type `F`.
 * @module
 */

export const MODES = ["native", "hybrid", "emulated"] as const;
export type Mode = typeof MODES[number];

const INTEGERS = `
fn shift_right(a: vec2<u32>, n: u32) -> vec2<u32> { // 64 bits, high word first; n from 0 to 63
  let m = n & 31u;
  let far = n >= 32u;
  let up = select(a.x << (32u - m), 0u, m == 0u);
  return vec2<u32>(select(a.x >> m, 0u, far), select((a.y >> m) | up, a.x >> m, far));
}

fn shift_left(a: vec2<u32>, n: u32) -> vec2<u32> {
  let m = n & 31u;
  let far = n >= 32u;
  let down = select(a.y >> (32u - m), 0u, m == 0u);
  return vec2<u32>(select((a.x << m) | down, a.y << m, far), select(a.y << m, 0u, far));
}

fn add64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  let low = a.y + b.y;
  return vec2<u32>(a.x + b.x + select(0u, 1u, low < a.y), low);
}

fn sub64(a: vec2<u32>, b: vec2<u32>) -> vec2<u32> {
  return vec2<u32>(a.x - b.x - select(0u, 1u, a.y < b.y), a.y - b.y);
}

fn less64(a: vec2<u32>, b: vec2<u32>) -> bool {
  return a.x < b.x || (a.x == b.x && a.y < b.y);
}

fn leading_zeros64(a: vec2<u32>) -> u32 {
  return select(countLeadingZeros(a.x), 32u + countLeadingZeros(a.y), a.x == 0u);
}

fn product_of_24_bits(a: u32, b: u32) -> vec2<u32> {
  let al = a & 0xfffu;
  let ah = a >> 12u;
  let bl = b & 0xfffu;
  let bh = b >> 12u;
  let low = al * bl;
  let middle = al * bh + ah * bl;
  let high = ah * bh;
  let l0 = low + (middle << 12u);
  let l1 = l0 + (high << 24u);
  let carry = select(0u, 1u, l0 < low) + select(0u, 1u, l1 < l0);
  return vec2<u32>((middle >> 20u) + (high >> 8u) + carry, l1);
}

fn significand(bits: u32) -> u32 {
  return (bits & 0x7fffffu) | select(0x800000u, 0u, ((bits >> 23u) & 255u) == 0u);
}

fn biased_exponent(bits: u32) -> i32 {
  return i32(max((bits >> 23u) & 255u, 1u));
}

// sign, s * 2^x for s below 2^63, rounded; subnormal results and overflow as IEEE 754 has them.
fn round_to_float(sign: u32, x0: i32, s0: vec2<u32>) -> u32 {
  let n = (leading_zeros64(s0) - 1u) & 63u;
  let s = shift_left(s0, n);
  let x = x0 - i32(n);
  let drop = max(39, -149 - x);
  let k = u32(min(drop, 63)) - 33u; // where the half lies within the high word
  let sticky = select(0u, 1u, ((s.x & ((1u << k) - 1u)) | s.y) != 0u);
  var m = s.x >> (k + 1u);
  m = m + ((s.x >> k) & 1u & (sticky | (m & 1u)));
  m = select(m, 0u, drop > 63);
  let r = min((u32(drop + x + 149) << 23u) + m, 0x7f800000u);
  return sign | select(r, 0u, (s0.x | s0.y) == 0u);
}

// a b + c for finite values, rounded once.
fn fma_of_bits(a: u32, b: u32, c: u32) -> u32 {
  let product_sign = (a ^ b) & 0x80000000u;
  let c_sign = c & 0x80000000u;
  let p0 = product_of_24_bits(significand(a), significand(b));
  let product_zeros = (leading_zeros64(p0) - 2u) & 63u;
  let p = shift_left(p0, product_zeros); // its leading bit is bit 61
  let product_x = select(
    biased_exponent(a) + biased_exponent(b) - 300 - i32(product_zeros), -2000, (p.x | p.y) == 0u);
  let c_zeros = min(countLeadingZeros(significand(c)) + 30u, 61u);
  let q = shift_left(vec2<u32>(0u, significand(c)), c_zeros);
  let c_x = select(biased_exponent(c) - 150 - i32(c_zeros), -2000, significand(c) == 0u);
  let swap = c_x > product_x;
  let big = select(p, q, swap);
  let small = select(q, p, swap);
  let distance = u32(min(abs(product_x - c_x), 63));
  let shifted = shift_right(small, distance);
  let lost = any(shift_left(shifted, distance) != small);
  let near = vec2<u32>(shifted.x, shifted.y | select(0u, 1u, lost));
  let less = less64(big, near);
  let same = product_sign == c_sign;
  let difference = sub64(select(big, near, less), select(near, big, less));
  let big_sign = select(product_sign, c_sign, swap);
  let other_sign = select(big_sign ^ select(0u, 0x80000000u, less), 0u, all(big == near));
  return round_to_float(
    select(other_sign, big_sign, same), max(product_x, c_x), select(difference, add64(big, near), same));
}

// a / b for finite a and finite b other than 0; for others what the device makes of it.
fn quotient_of_bits(a: u32, b: u32) -> u32 {
  let sign = (a ^ b) & 0x80000000u;
  var ma = significand(a);
  var mb = significand(b);
  if (((a >> 23u) & 255u) == 255u || ((b >> 23u) & 255u) == 255u || mb == 0u) {
    return bitcast<u32>(bitcast<f32>(a) / bitcast<f32>(b));
  }
  if (ma == 0u) { return sign; }
  let za = countLeadingZeros(ma) - 8u;
  let zb = countLeadingZeros(mb) - 8u;
  ma = ma << za; // both in [2^23, 2^24)
  mb = mb << zb;
  let x = biased_exponent(a) - i32(za) - biased_exponent(b) + i32(zb);
  let up = select(25u, 26u, ma < mb); // the quotient is in [2^25, 2^26)
  // A guess at floor(ma 2^up / mb). Its remainder is exact modulo 2^32, and corrects it.
  let guess = f32(ma) / f32(mb);
  var k = u32(guess * select(33554432.0, 67108864.0, ma < mb));
  var r = bitcast<i32>((ma << up) - k * mb);
  let t = i32(floor(f32(r) / f32(mb)));
  k = k + bitcast<u32>(t);
  r = r - t * bitcast<i32>(mb);
  if (r < 0) {
    k = k - 1u;
    r = r + bitcast<i32>(mb);
  }
  if (r >= bitcast<i32>(mb)) {
    k = k + 1u;
    r = r - bitcast<i32>(mb);
  }
  return round_to_float(sign, x - i32(up) - 1, vec2<u32>(0u, (k << 1u) | select(0u, 1u, r != 0)));
}

// The square root of a finite a that is not negative; for others what the device makes of it.
fn root_of_bits(a: u32) -> u32 {
  var m = significand(a);
  if (m == 0u) { return a; }
  if (((a >> 23u) & 255u) == 255u || (a >> 31u) == 1u) {
    return bitcast<u32>(sqrt(bitcast<f32>(a)));
  }
  let z = countLeadingZeros(m) - 8u;
  m = m << z;
  let e = biased_exponent(a) - i32(z) - 150; // a = m 2^e
  let odd = (e & 1) == 1;
  let s = select(24u, 23u, odd); // m 2^s is in [2^46, 2^48), and e - s is even
  let root = sqrt(f32(m) * select(2.0, 1.0, odd));
  var k = u32(root * 2896.309375740099); // sqrt(2^23)
  var r = bitcast<i32>((m << s) - k * k);
  let t = i32(floor(f32(r) / f32(2u * k)));
  r = r - t * (2 * i32(k) + t);
  k = k + bitcast<u32>(t);
  for (var i = 0; i < 2; i++) {
    if (r < 0) {
      k = k - 1u;
      r = r + i32(2u * k + 1u);
    }
  }
  for (var i = 0; i < 2; i++) {
    if (r > i32(2u * k)) {
      r = r - i32(2u * k + 1u);
      k = k + 1u;
    }
  }
  k = k + select(0u, 1u, r > i32(k)); // a root is never half way
  return (u32((e - i32(s)) / 2 + 149) << 23u) + k; // 2^24 carries into the exponent
}
`;

/** On values that are floats; `fma` is what differs. */
const onFloats = (fma: string) => `
alias F = f32;
fn hide(x: f32) -> F { return bitcast<f32>(bitcast<u32>(x) ^ zero_at_run_time); }
fn of_bits(bits: u32) -> F { return bitcast<f32>(bits ^ zero_at_run_time); }
fn to_bits(x: F) -> u32 { return bitcast<u32>(x); }
fn f_add(a: F, b: F) -> F { return hide(a + b); }
fn f_sub(a: F, b: F) -> F { return hide(a - b); }
fn f_mul(a: F, b: F) -> F { return hide(a * b); }
fn f_fma(a: F, b: F, c: F) -> F { return hide(${fma}); }
fn f_greater(a: F, b: F) -> bool { return a > b; }
fn f_div(a: F, b: F) -> F { return bitcast<f32>(quotient_of_bits(bitcast<u32>(a), bitcast<u32>(b))); }
fn f_sqrt(a: F) -> F { return bitcast<f32>(root_of_bits(bitcast<u32>(a))); }
`;

const ON_BITS = `
alias F = u32;
fn of_bits(bits: u32) -> F { return bits; }
fn to_bits(x: F) -> u32 { return x; }
fn f_add(a: F, b: F) -> F { return fma_of_bits(a, 0x3f800000u, b); }
fn f_sub(a: F, b: F) -> F { return fma_of_bits(b, 0xbf800000u, a); }
fn f_mul(a: F, b: F) -> F { return fma_of_bits(a, b, 0x80000000u); }
fn f_fma(a: F, b: F, c: F) -> F { return fma_of_bits(a, b, c); }
fn in_order(bits: u32) -> i32 { // as floats are ordered; both zeros are the same
  let one_zero = select(bits, 0u, (bits << 1u) == 0u);
  return bitcast<i32>(select(one_zero, 0u - (one_zero & 0x7fffffffu), (one_zero >> 31u) == 1u));
}
fn f_greater(a: F, b: F) -> bool { return in_order(a) > in_order(b); }
fn f_div(a: F, b: F) -> F { return quotient_of_bits(a, b); }
fn f_sqrt(a: F) -> F { return root_of_bits(a); }
`;

const OPERATIONS: { readonly [mode in Mode]: string } = {
  native: onFloats("fma(a, b, c)"),
  hybrid: onFloats("bitcast<f32>(fma_of_bits(bitcast<u32>(a), bitcast<u32>(b), bitcast<u32>(c)))"),
  emulated: ON_BITS,
};

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);

/** A float32 constant as an expression. */
export function constant(value: number): string {
  float[0] = value;
  return `of_bits(0x${bits[0]!.toString(16)}u)`;
}

/** Bits of a table of constants, `array<u32, n>`, which `of_bits` makes values of. */
export function tableOf(values: readonly number[]): string {
  const words = values.map((value) => {
    float[0] = value;
    return `0x${bits[0]!.toString(16)}u`;
  });
  return `array<u32, ${values.length}>(${words.join(", ")})`;
}

const COMMON = `
fn f_zero() -> F { return of_bits(0u); }
fn f_one() -> F { return of_bits(0x3f800000u); }
fn f_negative(x: F) -> F { return of_bits(to_bits(x) ^ 0x80000000u); }
fn f_select(condition: bool, yes: F, no: F) -> F {
  if (condition) { return yes; }
  return no;
}
fn f_larger(a: F, b: F) -> F { return f_select(f_greater(a, b), a, b); }
fn f_smaller(a: F, b: F) -> F { return f_select(f_greater(b, a), a, b); }
fn f_nearest(x: F) -> F { return f_sub(f_add(x, ${constant(12582912)}), ${constant(12582912)}); }
fn f_of_integer(i: i32) -> F { return of_bits(bitcast<u32>(f32(i))); }
fn integer_of(x: F) -> i32 { return i32(bitcast<f32>(to_bits(x))); }
`;

/** The operations of a mode, on values of the type `F`. */
export function arithmeticOf(mode: Mode): string {
  return `${INTEGERS}${OPERATIONS[mode]}${COMMON}`;
}
