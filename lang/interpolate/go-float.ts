// float64 as Go's strconv prints it. Rounding is exact: to nearest, ties to even.

/** Digits without leading zeros (`"0"` for zero) and the power of ten of the first one. */
interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

export interface FloatStyle {
  readonly verb: "e" | "E" | "f" | "g" | "G";
  /** Undefined: as many digits as tell this number from its neighbours. */
  readonly precision?: number | undefined;
  /** `#`: always a decimal point; %g keeps trailing zeros. */
  readonly sharp?: boolean;
}

/** The number without its sign. */
export function formatFloat(value: number, style: FloatStyle): string {
  if (Number.isNaN(value)) return "NaN";
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return "Inf";
  if (style.verb === "f") return fixed(size, style);
  if (style.verb === "e" || style.verb === "E") return scientific(size, style);
  return general(size, style);
}

function fixed(size: number, { precision, sharp }: FloatStyle): string {
  const decimal = precision === undefined ? shortest(size) : roundedAt(size, precision);
  const places = precision ?? Math.max(decimal.digits.length - 1 - decimal.exponent, 0);
  return plainText(decimal, places, sharp ?? false);
}

/** Digits with a point where it belongs, `places` of them after it. */
function plainText({ digits, exponent }: Decimal, places: number, sharp: boolean): string {
  const all = exponent < 0 ? "0".repeat(-exponent) + digits : digits.padEnd(exponent + 1, "0");
  const whole = Math.max(exponent, 0) + 1;
  if (places === 0) return all.slice(0, whole) + (sharp ? "." : "");
  return `${all.slice(0, whole)}.${all.slice(whole, whole + places).padEnd(places, "0")}`;
}

function scientific(size: number, { verb, precision, sharp = false }: FloatStyle): string {
  const { digits, exponent } = precision === undefined ? shortest(size) : significant(size, precision + 1);
  return scientificText(
    { digits: digits.padEnd((precision ?? 0) + 1, "0"), exponent },
    verb === "E" ? "E" : "e",
    sharp,
  );
}

function scientificText({ digits, exponent }: Decimal, letter: string, sharp: boolean): string {
  const point = digits.length > 1 ? `.${digits.slice(1)}` : sharp ? "." : "";
  return digits.slice(0, 1) + point + power(exponent, letter);
}

const power = (exponent: number, letter: string): string =>
  `${letter}${exponent < 0 ? "-" : "+"}${String(Math.abs(exponent)).padStart(2, "0")}`;

function general(size: number, { verb, precision, sharp = false }: FloatStyle): string {
  const decimal = precision === undefined ? shortest(size) : significant(size, Math.max(precision, 1));
  const { exponent } = decimal;
  const bare = decimal.digits.replace(/0+$/, "") || "0";
  const limit = precision === undefined ? 6 : exponentFrom(Math.max(precision, 1), bare.length, exponent);
  const digits = sharp ? bare.padEnd(Math.max(precision ?? 6, 1), "0") : bare;
  if (exponent >= -4 && exponent < limit)
    return plainText({ digits, exponent }, Math.max(digits.length - 1 - exponent, 0), sharp);
  return scientificText({ digits, exponent }, verb === "G" ? "E" : "e", sharp);
}

/** From which power of ten %g writes an exponent: its precision, or the number of digits where those are fewer. */
const exponentFrom = (precision: number, digits: number, exponent: number): number =>
  precision > digits && digits >= exponent + 1 ? digits : precision;

/** The fewest digits that read back as the same number; JavaScript and Go agree on them. */
function shortest(size: number): Decimal {
  const [mantissa = "0", exponent = "0"] = size.toExponential().split("e");
  return { digits: mantissa.replace(".", ""), exponent: Number(exponent) };
}

/** Exactly: size = numerator / denominator. */
function fraction(size: number): readonly [bigint, bigint] {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, size);
  const raw = bits.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const mantissa = (raw & 0xfffffffffffffn) | (biased === 0 ? 0n : 1n << 52n);
  const exponent = (biased === 0 ? 1 : biased) - 1075;
  return exponent >= 0 ? [mantissa << BigInt(exponent), 1n] : [mantissa, 1n << BigInt(-exponent)];
}

function divideToEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  const up = twice > denominator || (twice === denominator && quotient % 2n === 1n);
  return up ? quotient + 1n : quotient;
}

/** `places` digits after the point. */
function roundedAt(size: number, places: number): Decimal {
  const [numerator, denominator] = fraction(size);
  const digits = String(divideToEven(numerator * 10n ** BigInt(places), denominator));
  // Kept aligned to the point, so that exponent and length agree.
  const exponent = digits.length - 1 - places;
  return exponent < 0 ? { digits: digits.padStart(places, "0"), exponent: -1 } : { digits, exponent };
}

function significant(size: number, count: number): Decimal {
  if (size === 0) return { digits: "0".repeat(count), exponent: 0 };
  const [numerator, denominator] = fraction(size);
  const { exponent } = shortest(size);
  const shift = count - 1 - exponent;
  const scaled =
    shift >= 0
      ? divideToEven(numerator * 10n ** BigInt(shift), denominator)
      : divideToEven(numerator, denominator * 10n ** BigInt(-shift));
  const digits = String(scaled);
  // Rounding up may carry into one digit more.
  return digits.length > count ? { digits: digits.slice(0, count), exponent: exponent + 1 } : { digits, exponent };
}
