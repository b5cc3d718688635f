import { type BinaryFloat, bitLength } from "./binary-float.js";

/** `0.DIGITS * 10^exponent`, without trailing zeros; no digits is zero. */
export interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

const ZERO: Decimal = { digits: "", exponent: 0 };

/** Every digit of a finite float's magnitude. */
export function exactDecimal({ mantissa, exponent }: BinaryFloat): Decimal {
  return decimalOf(mantissa, exponent);
}

function decimalOf(mantissa: bigint, exponent: number): Decimal {
  if (mantissa === 0n) return ZERO;
  const whole = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const text = whole.toString();
  return { digits: trimZeros(text), exponent: text.length + Math.min(exponent, 0) };
}

function trimZeros(text: string): string {
  let end = text.length;
  while (end > 0 && text.charCodeAt(end - 1) === 0x30) end -= 1;
  return text.slice(0, end);
}

const DECIMAL_DIGITS_PER_BIT = Math.log10(2);

/**
 * At least `count` leading digits of a finite float's magnitude; where more follow, a last digit 1 stands for all of them.
 * It rounds to `count` digits or fewer as the whole number does, of which there may be a million digits.
 */
export function leadingDecimal(x: BinaryFloat, count: number): Decimal {
  return leadingOf(x.mantissa, x.exponent, count);
}

function leadingOf(mantissa: bigint, exponent: number, count: number): Decimal {
  const bits = bitLength(mantissa) + Math.max(exponent, 0) - Math.min(exponent, 0) * Math.log2(5);
  const dropped = Math.floor(bits * DECIMAL_DIGITS_PER_BIT) - count - 2;
  if (dropped <= 0 || (exponent < 0 && dropped > -exponent)) return decimalOf(mantissa, exponent);
  const { quotient, isExact } =
    exponent >= 0 ? wholeHead(mantissa, exponent, dropped) : fractionHead(mantissa, exponent, dropped);
  const text = quotient.toString();
  return { digits: isExact ? trimZeros(text) : `${text}1`, exponent: text.length + dropped + Math.min(exponent, 0) };
}

/** `mantissa * 2^exponent / 10^dropped` */
function wholeHead(mantissa: bigint, exponent: number, dropped: number): Head {
  const twos = exponent - dropped;
  const five = 5n ** BigInt(dropped);
  const dividend = twos >= 0 ? mantissa << BigInt(twos) : mantissa;
  const divisor = twos >= 0 ? five : five << BigInt(-twos);
  const quotient = dividend / divisor;
  return { quotient, isExact: quotient * divisor === dividend };
}

/** `mantissa * 5^-exponent / 10^dropped`, of which the fives are left out at once. */
function fractionHead(mantissa: bigint, exponent: number, dropped: number): Head {
  const product = mantissa * 5n ** BigInt(-exponent - dropped);
  const quotient = product >> BigInt(dropped);
  return { quotient, isExact: quotient << BigInt(dropped) === product };
}

interface Head {
  readonly quotient: bigint;
  /** Whether nothing but zeros was dropped. */
  readonly isExact: boolean;
}

/** Neighbours at a precision differ within its digits; what is worked out beyond them is for carries. */
const digitsOfPrecision = (bits: number): number => Math.ceil(bits * DECIMAL_DIGITS_PER_BIT) + 40;

/** The fewest digits that still name this float among those of its precision; digit by digit as Go's math/big decides it. */
export function shortestDecimal(x: BinaryFloat): Decimal {
  if (x.mantissa === 0n) return ZERO;
  const count = digitsOfPrecision(x.precision);
  return shortestOf(x, count, (mantissa, exponent) => leadingOf(mantissa, exponent, count)) ?? exactDecimal(x);
}

/** Undefined when the first `count` digits don't decide it. */
function shortestOf(
  x: BinaryFloat,
  count: number,
  digitsOf: (mantissa: bigint, exponent: number) => Decimal,
): Decimal | undefined {
  const shift = x.precision + 1 - bitLength(x.mantissa);
  const doubled = shift >= 0 ? x.mantissa << BigInt(shift) : x.mantissa >> BigInt(-shift);
  const exponent = x.exponent - shift;
  const exact = digitsOf(x.mantissa, x.exponent);
  const lower = digitsOf(doubled - 1n, exponent).digits;
  const upper = digitsOf(doubled + 1n, exponent).digits;
  // Only a value with an even mantissa is what its bounds round to.
  const inclusive = (doubled & 2n) === 0n;
  for (let i = 0; i < Math.min(count, exact.digits.length); i += 1) {
    const digit = digitAt(exact.digits, i);
    const below = digitAt(lower, i) !== digit || (inclusive && i + 1 === lower.length);
    const above = digitAt(upper, i);
    const canRise = digit !== above && (inclusive || digit + 1 < above || i + 1 < upper.length);
    if (below && canRise) return roundDecimal(exact, i + 1);
    if (below) return roundDown(exact, i + 1);
    if (canRise) return roundUp(exact, i + 1);
  }
  return undefined;
}

const digitAt = (digits: string, i: number): number => (i < digits.length ? digits.charCodeAt(i) - 0x30 : 0);

/** Keeps `count` digits, half to even. */
export function roundDecimal(decimal: Decimal, count: number): Decimal {
  if (count < 0 || count >= decimal.digits.length) return decimal;
  return roundsUp(decimal.digits, count) ? roundUp(decimal, count) : roundDown(decimal, count);
}

function roundsUp(digits: string, count: number): boolean {
  const next = digitAt(digits, count);
  if (next === 5 && count + 1 === digits.length) return count > 0 && digitAt(digits, count - 1) % 2 === 1;
  return next >= 5;
}

function roundDown({ digits, exponent }: Decimal, count: number): Decimal {
  const kept = trimZeros(digits.slice(0, count));
  return kept === "" ? ZERO : { digits: kept, exponent };
}

function roundUp({ digits, exponent }: Decimal, count: number): Decimal {
  let last = count;
  while (last > 0 && digitAt(digits, last - 1) === 9) last -= 1;
  if (last === 0) return { digits: "1", exponent: exponent + 1 };
  return { digits: digits.slice(0, last - 1) + String(digitAt(digits, last - 1) + 1), exponent };
}

/** Without an exponent: `123`, `0.05`. */
export function plainText({ digits, exponent }: Decimal): string {
  if (digits === "") return "0";
  if (exponent <= 0) return `0.${"0".repeat(-exponent)}${digits}`;
  if (digits.length <= exponent) return digits + "0".repeat(exponent - digits.length);
  return `${digits.slice(0, exponent)}.${digits.slice(exponent)}`;
}

/** `1.5e+06`: one digit before the point, a signed exponent of two digits at least. */
export function exponentText({ digits, exponent }: Decimal): string {
  const power = digits === "" ? 0 : exponent - 1;
  const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
  return `${digits.charAt(0) || "0"}${fraction}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** Go's %g: exponent notation below 10^-4 and from 10^`threshold` on. */
export function generalText(decimal: Decimal, threshold: number): string {
  const power = decimal.digits === "" ? 0 : decimal.exponent - 1;
  return power < -4 || power >= threshold ? exponentText(decimal) : plainText(decimal);
}
