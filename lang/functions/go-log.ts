// The natural logarithm as Go's math.Log rounds it: by FreeBSD's method, of which Go takes the more exact form for every number.

import { fraction } from "./float-parts.js";

/** The logarithm of 2, in two parts: the first has zeros at its end, and so loses nothing when it is multiplied. */
const [LN2_HIGH, LN2_LOW] = [0.6931471803691238, 1.9082149292705877e-10];
/** Of log(1 + f) as 2s + s·R, where s = f / (2 + f): what belongs to even powers of s² in R, and to odd ones, from the highest. */
const EVEN = [0.14798198605116586, 0.1818357216161805, 0.2857142874366239, 0.6666666666666735];
const ODD = [0.15313837699209373, 0.22222198432149784, 0.3999999999940942];

export function goLog(x: number): number {
  if (!(x > 0) || x === Number.POSITIVE_INFINITY) return Math.log(x);
  const { mantissa, exponent } = fraction(x);
  // From √½ to √2.
  const small = mantissa < Math.SQRT1_2;
  return logOf((small ? 2 * mantissa : mantissa) - 1, small ? exponent - 1 : exponent);
}

/** Of (1 + f) · 2^k. */
function logOf(f: number, k: number): number {
  const s = f / (2 + f);
  const square = s * s;
  const fourth = square * square;
  const rest = square * polynomial(EVEN, fourth) + fourth * polynomial(ODD, fourth);
  const half = 0.5 * f * f;
  return k * LN2_HIGH - (half - (s * (half + rest) + k * LN2_LOW) - f);
}

const polynomial = (factors: readonly number[], x: number): number => factors.reduce((sum, factor) => factor + x * sum);
