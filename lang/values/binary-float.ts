// Binary floats of any precision on BigInt, rounded half to even: the arithmetic of HCL numbers. Only number.ts and decimal.ts look inside.

/** `(-1)^negative * mantissa * 2^exponent`; a zero has mantissa 0; `infinite` has no mantissa. Precision is in bits. */
export interface BinaryFloat {
  readonly negative: boolean;
  readonly mantissa: bigint;
  readonly exponent: number;
  readonly precision: number;
  readonly infinite: boolean;
}

/** Two infinities, or an infinity and a zero, that give no number. */
export class NotANumberError extends Error {
  override readonly name = "NotANumberError";
}

/** What literals and converted strings carry. */
export const LITERAL_PRECISION = 512;
/** Beyond 2^±LARGEST_EXPONENT a number becomes an infinity or a zero, so that printing one in full stays bounded (about 1.2 million digits). */
const LARGEST_EXPONENT = 1 << 22;

export function finite(negative: boolean, mantissa: bigint, exponent: number, precision: number): BinaryFloat {
  if (mantissa === 0n) return zero(negative, precision);
  const excess = bitLength(mantissa) - precision;
  const rounded = excess > 0 ? roundOff(mantissa, excess) : mantissa;
  const scaled = excess > 0 ? exponent + excess : exponent;
  const magnitude = scaled + bitLength(rounded);
  if (magnitude > LARGEST_EXPONENT) return infinity(negative, precision);
  if (magnitude < -LARGEST_EXPONENT) return zero(negative, precision);
  return { negative, mantissa: rounded, exponent: scaled, precision, infinite: false };
}

export const zero = (negative: boolean, precision: number): BinaryFloat => ({
  negative,
  mantissa: 0n,
  exponent: 0,
  precision,
  infinite: false,
});
export const infinity = (negative: boolean, precision: number): BinaryFloat => ({
  ...zero(negative, precision),
  infinite: true,
});

export function bitLength(n: bigint): number {
  if (n <= 0xffffffffn) return 32 - Math.clz32(Number(n));
  const hex = n.toString(16);
  return hex.length * 4 - Math.clz32(Number.parseInt(hex.charAt(0), 16)) + 28;
}

function roundOff(mantissa: bigint, bits: number): bigint {
  const shift = BigInt(bits);
  const kept = mantissa >> shift;
  const rest = mantissa - (kept << shift);
  const half = 1n << (shift - 1n);
  if (rest < half || (rest === half && (kept & 1n) === 0n)) return kept;
  return kept + 1n;
}

export function sumOf(x: BinaryFloat, y: BinaryFloat): BinaryFloat {
  const precision = Math.max(x.precision, y.precision);
  if (x.infinite || y.infinite) return infiniteSum(x, y, precision);
  return sumAt(x, y, precision);
}

export function sumAt(x: BinaryFloat, y: BinaryFloat, precision: number): BinaryFloat {
  const exponent = Math.min(x.mantissa === 0n ? y.exponent : x.exponent, y.mantissa === 0n ? x.exponent : y.exponent);
  const total = signedAt(x, exponent) + signedAt(y, exponent);
  if (total === 0n) return zero(x.negative && y.negative, precision);
  return finite(total < 0n, total < 0n ? -total : total, exponent, precision);
}

function infiniteSum(x: BinaryFloat, y: BinaryFloat, precision: number): BinaryFloat {
  if (x.infinite && y.infinite && x.negative !== y.negative) {
    throw new NotANumberError("can't compute sum of opposing infinities");
  }
  return infinity(x.infinite ? x.negative : y.negative, precision);
}

function signedAt({ negative, mantissa, exponent }: BinaryFloat, at: number): bigint {
  if (mantissa === 0n) return 0n;
  const shifted = mantissa << BigInt(exponent - at);
  return negative ? -shifted : shifted;
}

export const negated = (x: BinaryFloat): BinaryFloat => ({ ...x, negative: !x.negative });

export function differenceOf(x: BinaryFloat, y: BinaryFloat): BinaryFloat {
  if (x.infinite && y.infinite && x.negative === y.negative) {
    throw new NotANumberError("can't subtract infinity from itself");
  }
  return sumOf(x, negated(y));
}

/** As wide as the wider operand, or as the exact product needs, up to 512 bits. */
export function productOf(x: BinaryFloat, y: BinaryFloat): BinaryFloat {
  const precision = Math.max(x.precision, y.precision);
  const wide = productAt(x, y, LITERAL_PRECISION);
  return { ...wide, precision: Math.max(precision, neededPrecision(wide)) };
}

export function productAt(x: BinaryFloat, y: BinaryFloat, precision: number): BinaryFloat {
  const negative = x.negative !== y.negative;
  if (x.infinite || y.infinite) {
    if (isZero(x) || isZero(y)) throw new NotANumberError("can't multiply zero by infinity");
    return infinity(negative, precision);
  }
  return finite(negative, x.mantissa * y.mantissa, x.exponent + y.exponent, precision);
}

export const isZero = (x: BinaryFloat): boolean => !x.infinite && x.mantissa === 0n;

/** The bits from the first one to the last one. */
function neededPrecision({ mantissa }: BinaryFloat): number {
  return mantissa === 0n ? 0 : bitLength(mantissa) - trailingZeros(mantissa);
}

export const trailingZeros = (n: bigint): number => bitLength(n & -n) - 1;

export function quotientOf(x: BinaryFloat, y: BinaryFloat): BinaryFloat {
  return quotientAt(x, y, Math.max(x.precision, y.precision));
}

export function quotientAt(x: BinaryFloat, y: BinaryFloat, precision: number): BinaryFloat {
  const negative = x.negative !== y.negative;
  if ((isZero(x) && isZero(y)) || (x.infinite && y.infinite)) {
    throw new NotANumberError("can't divide zero by zero or infinity by infinity");
  }
  if (isZero(x) || y.infinite) return zero(negative, precision);
  if (x.infinite || isZero(y)) return infinity(negative, precision);
  const shift = Math.max(0, precision + 2 + bitLength(y.mantissa) - bitLength(x.mantissa));
  const dividend = x.mantissa << BigInt(shift);
  const quotient = dividend / y.mantissa;
  const sticky = quotient * y.mantissa === dividend ? 0n : 1n;
  return finite(negative, (quotient << 1n) | sticky, x.exponent - y.exponent - shift - 1, precision);
}

/** Truncated toward zero, with the dividend's sign, at the precision that the whole quotient needs (64 bits at least); `x` when `y` is zero. */
export function remainderOf(x: BinaryFloat, y: BinaryFloat): BinaryFloat {
  if (x.infinite || y.infinite) return productOf(x, y);
  if (isZero(y)) return x;
  const ratio = quotientOf(x, y);
  const whole = integerPart(ratio);
  const precision = Math.max(64, bitLength(whole));
  const times = finite(ratio.negative && whole !== 0n, whole, 0, precision);
  return sumAt(x, negated(productAt(y, times, precision)), precision);
}

/** The magnitude without its fraction. */
export function integerPart({ mantissa, exponent }: BinaryFloat): bigint {
  return exponent >= 0 ? mantissa << BigInt(exponent) : mantissa >> BigInt(-exponent);
}

/** Below zero, zero, or above zero as `x` is less than, equal to, or greater than `y`. */
export function compareFloats(x: BinaryFloat, y: BinaryFloat): number {
  const bySign = signOfFloat(x) - signOfFloat(y);
  if (bySign !== 0) return bySign;
  if (x.infinite || y.infinite) return (Number(x.infinite) - Number(y.infinite)) * signOfFloat(x);
  const exponent = Math.min(x.exponent, y.exponent);
  const difference = signedAt(x, exponent) - signedAt(y, exponent);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function signOfFloat(x: BinaryFloat): number {
  if (isZero(x)) return 0;
  return x.negative ? -1 : 1;
}
