/**
 * Means and differences of accuracies, computed from counts. An accuracy is a number of images over
 * another, and the double nearest to it names both: 0.9765 is 1,953 of 2,000 in lowest terms. Sums of
 * such doubles carry errors that decide how a tie is rounded; sums of counts carry none.
 * @module
 */

/**
 * The sum of `values` divided by `over`: the double nearest to it where the values are fractions of
 * counts, such as accuracies and their differences. Other values, such as losses, are added as they
 * are.
 */
export function exactMean(values: readonly number[], over = values.length): number {
  const fractions = values.every(mayBeFraction) ? values.map(fractionOf) : [];
  const total = fractions.reduce((common, { of }) => leastCommonMultiple(common, of), 1);
  if (fractions.length === 0 || !Number.isSafeInteger(total * over)) {
    return values.reduce((sum, value) => sum + value, 0) / over;
  }
  const count = fractions.reduce(
    (sum, fraction) => sum + fraction.count * (total / fraction.of),
    0,
  );
  return count / (total * over);
}

/** `a` less `b`. */
export function exactDifference(a: number, b: number): number {
  return exactMean([a, -b], 1);
}

interface Fraction {
  readonly count: number;
  readonly of: number;
}

/** Whether a value may be an accuracy, or a difference of some. */
function mayBeFraction(value: number): boolean {
  return value === 0 || Math.abs(value) <= 1 && Math.abs(value) > 2 ** -52;
}

/**
 * The fraction with the smallest denominator that is `value` when it is divided. It is among the
 * convergents of the continued fraction (Legendre: for a denominator below 2^26 there is no other).
 */
function fractionOf(value: number): Fraction {
  const size = Math.abs(value);
  let scale = 1;
  while (!Number.isInteger(size * scale)) scale *= 2;
  let [dividend, divisor] = [BigInt(size * scale), BigInt(scale)];
  let [count, lastCount, of, lastOf] = [1n, 0n, 0n, 1n];
  do {
    const quotient = dividend / divisor;
    [count, lastCount] = [quotient * count + lastCount, count];
    [of, lastOf] = [quotient * of + lastOf, of];
    [dividend, divisor] = [divisor, dividend % divisor];
  } while (Number(count) / Number(of) !== size);
  return { count: Math.sign(value) * Number(count), of: Number(of) };
}

function leastCommonMultiple(a: number, b: number): number {
  let [divisor, rest] = [a, b];
  while (rest > 0) [divisor, rest] = [rest, divisor % rest];
  return a / divisor * b;
}
