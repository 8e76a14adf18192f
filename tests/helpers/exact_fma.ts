/**
 * a b + c with one rounding to float32, twice: in exact integer arithmetic, straight from the
 * definition, and a fast one for long chains. Arguments are float32 values.
 * @module
 */

/** A finite float64 as mantissa * 2^exponent. */
function decompose(value: number): { mantissa: bigint; exponent: number } {
  let exponent = 0;
  while (!Number.isInteger(value)) {
    value *= 2;
    exponent--;
  }
  return { mantissa: BigInt(value), exponent };
}

/** mantissa * 2^exponent rounded to float32: nearest, ties to even. `mantissa` is not 0. */
function roundToFloat32(mantissa: bigint, exponent: number): number {
  const negative = mantissa < 0n;
  let magnitude = negative ? -mantissa : mantissa;
  const bits = magnitude.toString(2).length;
  // The place of the last bit kept: 24 bits, fewer below the normal numbers.
  const last = Math.max(exponent + bits - 24, -149);
  const dropped = last - exponent;
  if (dropped > 0) {
    const half = 1n << BigInt(dropped - 1);
    const rest = magnitude & ((1n << BigInt(dropped)) - 1n);
    magnitude >>= BigInt(dropped);
    if (rest > half || (rest === half && (magnitude & 1n) === 1n)) magnitude += 1n;
    exponent = last;
  }
  let value = Number(magnitude); // at most 2^24: exact
  for (; exponent > 0 && value < Infinity; exponent--) value *= 2;
  for (; exponent < 0; exponent++) value /= 2; // exact in float64
  if (value >= 2 ** 128) value = Infinity;
  return negative ? -value : value;
}

/** By the definition of IEEE 754's fusedMultiplyAdd. */
export function fmaByDefinition(a: number, b: number, c: number): number {
  if (!Number.isFinite(a) || !Number.isFinite(b) || !Number.isFinite(c)) {
    const product = a * b; // NaN or infinite where a or b is not finite
    return Number.isFinite(a) && Number.isFinite(b) ? c : product + c;
  }
  if (a === 0 || b === 0 || c === 0) {
    const productNegative = isNegative(a) !== isNegative(b);
    if (a === 0 || b === 0) {
      if (c !== 0) return c;
      return productNegative && isNegative(c) ? -0 : 0;
    }
  }
  const x = decompose(a), y = decompose(b), z = decompose(c);
  let product = x.mantissa * y.mantissa, addend = z.mantissa;
  const exponent = Math.min(x.exponent + y.exponent, z.exponent);
  product <<= BigInt(x.exponent + y.exponent - exponent);
  addend <<= BigInt(z.exponent - exponent);
  const sum = product + addend;
  if (sum === 0n) return 0; // of opposite numbers: positive when rounding to nearest
  return roundToFloat32(sum, exponent);
}

function isNegative(value: number): boolean {
  return Object.is(value, -0) || value < 0;
}

const FLOAT64 = new Float64Array(1);
const WORDS = new Int32Array(FLOAT64.buffer); // low word first: every host of Deno

/**
 * The same where nothing is infinite or NaN: the float64 sum, moved off even last bits where it is
 * not exact, so that the second rounding cannot go wrong.
 */
export function fma(a: number, b: number, c: number): number {
  const product = a * b, sum = product + c;
  const back = sum - product;
  const error = (product - (sum - back)) + (c - back);
  if (error === 0) return Math.fround(sum);
  FLOAT64[0] = sum;
  if ((WORDS[0]! & 1) === 0) {
    // Away from zero or towards it: the exact sum lies between `sum` and its odd neighbour.
    if ((error > 0) === (sum > 0)) WORDS[0]! |= 1;
    else {
      if (WORDS[0] === 0) WORDS[1]!--;
      WORDS[0]!--;
    }
  }
  return Math.fround(FLOAT64[0]);
}
