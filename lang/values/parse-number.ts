import { type BinaryFloat, finite, infinity, LITERAL_PRECISION, productAt, quotientAt, zero } from "./binary-float.js";

const NUMBER = /^([+-]?)(?:(\d+)\.?(\d*)|\.(\d+))(?:([eEpP])([+-]?\d+))?$/;
const INFINITY = /^([+-]?)(?:Inf|inf)$/;

/** Past this, the result is an infinity or a zero whatever the digits are (texts have at most some millions of them). */
const EXPONENT_LIMIT = 2 ** 40;

/** Decimal digits with a fraction and an exponent of ten (`e`) or two (`p`), or `Inf`; undefined for anything else. */
export function parseBinaryFloat(text: string): BinaryFloat | undefined {
  const infinite = INFINITY.exec(text);
  if (infinite !== null) return infinity(infinite[1] === "-", LITERAL_PRECISION);
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = "", fraction = match[4] ?? "", , mark, power = "0"] = match;
  const digits = BigInt(whole + fraction);
  const exponent = Number(power);
  if (digits === 0n) return zero(sign === "-", LITERAL_PRECISION);
  if (Math.abs(exponent) > EXPONENT_LIMIT) return undefined;
  const binary = mark === "p" || mark === "P";
  return scaled(
    sign === "-",
    digits,
    exponent - fraction.length * (binary ? 0 : 1),
    binary ? fraction.length : 0,
    binary,
  );
}

function scaled(negative: boolean, digits: bigint, power: number, places: number, binary: boolean): BinaryFloat {
  if (binary) return timesPowerOfFive({ ...exactly(negative, digits), exponent: power - places }, -places);
  return timesPowerOfFive({ ...exactly(negative, digits), exponent: power }, power);
}

const exactly = (negative: boolean, mantissa: bigint): BinaryFloat => ({
  negative,
  mantissa,
  exponent: 0,
  precision: LITERAL_PRECISION,
  infinite: false,
});

function timesPowerOfFive(x: BinaryFloat, power: number): BinaryFloat {
  if (power === 0) return finite(x.negative, x.mantissa, x.exponent, LITERAL_PRECISION);
  // Far beyond what any exponent may be: no need to work out the power.
  if (Math.abs(power) > 2 ** 23)
    return power > 0 ? infinity(x.negative, LITERAL_PRECISION) : zero(x.negative, LITERAL_PRECISION);
  const five = powerOfFive(Math.abs(power));
  return power > 0 ? productAt(x, five, LITERAL_PRECISION) : quotientAt(x, five, LITERAL_PRECISION);
}

/** With 64 bits to spare, which is how Go rounds its decimal literals. */
function powerOfFive(power: number): BinaryFloat {
  const wide = LITERAL_PRECISION + 64;
  const first = Math.min(power, 27);
  let result = finite(false, 5n ** BigInt(first), 0, wide);
  let square = finite(false, 5n, 0, wide + 64);
  for (let rest = power - first; rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) result = productAt(result, square, wide);
    square = productAt(square, square, wide + 64);
  }
  return result;
}
