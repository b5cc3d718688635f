// A 512-bit binary float, as cty has it. Nothing outside this file looks inside.

import {
  type BinaryFloat,
  bitLength,
  compareFloats,
  differenceOf,
  finite,
  infinity,
  integerPart,
  isZero,
  LITERAL_PRECISION,
  negated,
  productAt,
  productOf,
  quotientOf,
  remainderOf,
  signOfFloat,
  sumAt,
  sumOf,
  zero,
} from "./binary-float.js";
import {
  type Decimal,
  exactDecimal,
  generalText,
  leadingDecimal,
  plainText,
  roundDecimal,
  shortestDecimal,
} from "./decimal.js";
import { parseBinaryFloat } from "./parse-number.js";

export { NotANumberError } from "./binary-float.js";

declare const hclNumber: unique symbol;
export interface HclNumber {
  readonly [hclNumber]: true;
}

/** A JavaScript number here is a safe integer of literal precision: what nearly all numbers of templates are. */
type Inner = number | BinaryFloat;

// The only two places where the opaque type is entered and left.
const seal = (inner: Inner): HclNumber => inner as unknown as HclNumber;
const open = (n: HclNumber): Inner => n as unknown as Inner;

/** Precision in bits of integers that functions make (length, range, index…). */
const INTEGER_PRECISION = 64;
/** Precision in bits of what comes from a float64 (pow, log…). */
const DOUBLE_PRECISION = 53;

/** As strings convert: `.5`, `5.`, `1e3`, `1p3`, `Inf`; undefined when it is no number. Literals are a subset. */
export function parseNumber(text: string): HclNumber | undefined {
  if (/^\d{1,15}$/.test(text)) return seal(Number(text));
  const parsed = parseBinaryFloat(text);
  return parsed === undefined ? undefined : pack(parsed);
}

/** Safe integers of literal precision take the short form. */
function pack(x: BinaryFloat): HclNumber {
  if (x.precision !== LITERAL_PRECISION || x.infinite || x.exponent + bitLength(x.mantissa) > 53) return seal(x);
  const whole = wholeOf(x);
  if (whole === undefined) return seal(x);
  return seal(x.negative ? -Number(whole) : Number(whole));
}

function floatOf(n: HclNumber): BinaryFloat {
  const inner = open(n);
  if (typeof inner !== "number") return inner;
  return finite(isNegativeNumber(inner), BigInt(Math.abs(inner)), 0, LITERAL_PRECISION);
}

const isNegativeNumber = (n: number): boolean => n < 0 || Object.is(n, -0);

/** An integer as functions make it: of 64 bits' precision, or of as many bits as it has. */
export function fromInteger(n: number | bigint): HclNumber {
  const whole = BigInt(n);
  const magnitude = whole < 0n ? -whole : whole;
  return seal(finite(whole < 0n, magnitude, 0, Math.max(INTEGER_PRECISION, bitLength(magnitude))));
}

/** A float64, of 53 bits' precision. NaN is a bug of the caller: it becomes a RangeError of BigInt. */
export function fromDouble(x: number): HclNumber {
  const negative = isNegativeNumber(x);
  if (x === 0) return seal(zero(negative, DOUBLE_PRECISION));
  if (Math.abs(x) === Number.POSITIVE_INFINITY) return seal(infinity(negative, DOUBLE_PRECISION));
  let exponent = Math.max(-1074, Math.floor(Math.log2(Math.abs(x))) - 53);
  let mantissa = Math.abs(x);
  // In two steps: 2^-1074's inverse is no double.
  if (exponent < -1000) {
    mantissa *= 2 ** 1000;
    mantissa *= 2 ** (-exponent - 1000);
  } else mantissa /= 2 ** exponent;
  while (!Number.isInteger(mantissa)) {
    mantissa *= 2;
    exponent -= 1;
  }
  return seal(finite(negative, BigInt(mantissa), exponent, DOUBLE_PRECISION));
}

/** The nearest float64; infinite where it is too large for one. */
export function toDouble(n: HclNumber): number {
  const inner = open(n);
  if (typeof inner === "number") return inner;
  const sign = inner.negative ? -1 : 1;
  if (inner.infinite) return sign * Number.POSITIVE_INFINITY;
  if (isZero(inner)) return sign * 0;
  // JavaScript reads a decimal text of any length as the nearest double; no more digits than these decide between two.
  const { digits, exponent } = leadingDecimal(inner, 800);
  return sign * Number(`0.${digits}e${exponent}`);
}

/** `x · y + z` of finite doubles, rounded once: the fused operation of processors. */
export function multiplyAdd(x: number, y: number, z: number): number {
  const product = productAt(floatOf(fromDouble(x)), floatOf(fromDouble(y)), 2 * DOUBLE_PRECISION);
  return toDouble(seal(sumAt(product, floatOf(fromDouble(z)), DOUBLE_PRECISION)));
}

/** Undefined for what has a fraction or is infinite. */
export function toBigInt(n: HclNumber): bigint | undefined {
  const inner = open(n);
  if (typeof inner === "number") return BigInt(inner);
  const whole = inner.infinite ? undefined : wholeOf(inner);
  return whole === undefined ? undefined : inner.negative ? -whole : whole;
}

function wholeOf(x: BinaryFloat): bigint | undefined {
  const whole = integerPart(x);
  return x.exponent >= 0 || whole << BigInt(-x.exponent) === x.mantissa ? whole : undefined;
}

export const isInteger = (n: HclNumber): boolean => toBigInt(n) !== undefined;

/** Without its fraction, toward zero; undefined for an infinity. */
export function truncate(n: HclNumber): bigint | undefined {
  const inner = open(n);
  if (typeof inner === "number") return BigInt(inner);
  if (inner.infinite) return undefined;
  return inner.negative ? -integerPart(inner) : integerPart(inner);
}

/** Bits of the mantissa; it decides how many digits are printed. */
export function precisionOf(n: HclNumber): number {
  const inner = open(n);
  return typeof inner === "number" ? LITERAL_PRECISION : inner.precision;
}

/** An integer whose printing and further arithmetic go on at `precision` bits (rounded to them). */
export function fromBigInt(whole: bigint, precision: number): HclNumber {
  return pack(finite(whole < 0n, whole < 0n ? -whole : whole, 0, precision));
}

/** Below zero, zero or above zero. */
export function compare(a: HclNumber, b: HclNumber): number {
  const x = open(a);
  const y = open(b);
  return typeof x === "number" && typeof y === "number" ? x - y : compareFloats(floatOf(a), floatOf(b));
}

/** As the language's `==` has it: the same when they print the same, whatever their precisions; -0 is 0. */
export function equalNumbers(a: HclNumber, b: HclNumber): boolean {
  const order = compare(a, b);
  if (order === 0) return true;
  if (typeof open(a) === "number" && typeof open(b) === "number") return false;
  return signOf(a) === signOf(b) && !isInfinite(a) && !isInfinite(b) && formatNumber(a) === formatNumber(b);
}

export function add(a: HclNumber, b: HclNumber): HclNumber {
  const [x, y] = [open(a), open(b)];
  if (typeof x === "number" && typeof y === "number" && Number.isSafeInteger(x + y)) return seal(x + y);
  return pack(sumOf(floatOf(a), floatOf(b)));
}

export function subtract(a: HclNumber, b: HclNumber): HclNumber {
  const [x, y] = [open(a), open(b)];
  if (typeof x === "number" && typeof y === "number" && Number.isSafeInteger(x - y)) return seal(x - y);
  return pack(differenceOf(floatOf(a), floatOf(b)));
}

export function multiply(a: HclNumber, b: HclNumber): HclNumber {
  const [x, y] = [open(a), open(b)];
  if (typeof x === "number" && typeof y === "number" && Number.isSafeInteger(x * y)) return seal(x * y);
  return pack(productOf(floatOf(a), floatOf(b)));
}

/** Throws {@link NotANumberError} for 0/0 and Inf/Inf; anything else by zero is infinite. */
export function divide(a: HclNumber, b: HclNumber): HclNumber {
  const [x, y] = [open(a), open(b)];
  if (typeof x === "number" && typeof y === "number" && y !== 0 && x % y === 0) return seal(x / y);
  return pack(quotientOf(floatOf(a), floatOf(b)));
}

/** With the sign of `a`; `a` itself when `b` is zero. */
export const modulo = (a: HclNumber, b: HclNumber): HclNumber => pack(remainderOf(floatOf(a), floatOf(b)));

export function negate(n: HclNumber): HclNumber {
  const inner = open(n);
  return seal(typeof inner === "number" ? -inner : negated(inner));
}

/** -1, 0 or 1. */
export const signOf = (n: HclNumber): number => {
  const inner = open(n);
  return typeof inner === "number" ? Math.sign(inner) + 0 : signOfFloat(inner);
};
/** Also of -0. */
export const isNegative = (n: HclNumber): boolean => {
  const inner = open(n);
  return typeof inner === "number" ? isNegativeNumber(inner) : inner.negative;
};
export const isInfinite = (n: HclNumber): boolean => {
  const inner = open(n);
  return typeof inner !== "number" && inner.infinite;
};

/** The shortest decimal that reads back as the same number at its own precision, never with an exponent; `+Inf` and `-Inf`. */
export function formatNumber(n: HclNumber): string {
  const inner = open(n);
  if (typeof inner === "number") return Object.is(inner, -0) ? "-0" : String(inner);
  if (inner.infinite) return infinityText(inner.negative);
  const sign = inner.negative ? "-" : "";
  // At a whole number of no more bits than its precision no digit can be left out.
  if (inner.exponent >= 0 && inner.exponent + bitLength(inner.mantissa) <= inner.precision) {
    return sign + integerPart(inner).toString();
  }
  return sign + plainText(shortestDecimal(inner));
}

const infinityText = (negative: boolean): string => (negative ? "-Inf" : "+Inf");

/** The digits of a finite number's magnitude: all of them, or the shortest that name it. */
export function decimalDigits(n: HclNumber, which: "exact" | "shortest"): Decimal {
  return which === "exact" ? exactDecimal(floatOf(n)) : shortestDecimal(floatOf(n));
}

/** Go's %g of a float64: `1.2345675e+06`, `1e-05`, `0.1`, `+Inf`. */
export function formatG(x: number): string {
  if (Math.abs(x) === Number.POSITIVE_INFINITY) return infinityText(x < 0);
  const [digits = "", power = "0"] = Math.abs(x).toExponential().split("e");
  const decimal =
    x === 0 ? { digits: "", exponent: 0 } : { digits: digits.replace(".", ""), exponent: Number(power) + 1 };
  return (isNegativeNumber(x) ? "-" : "") + generalText(decimal, 6);
}

/** Go's %.10g at the number's own precision: what cty hashes a number of a set by. */
export function formatForHash(n: HclNumber): string {
  if (isInfinite(n)) return infinityText(isNegative(n));
  const rounded = roundDecimal(leadingDecimal(floatOf(n), 10), 10);
  const count = rounded.digits.length;
  const threshold = count < 10 && count >= rounded.exponent ? count : 10;
  return (isNegative(n) ? "-" : "") + generalText(rounded, threshold);
}
