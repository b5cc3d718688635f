// Powers of doubles as Go's math.Pow rounds them, which is not always as JavaScript does: templates compare such numbers.

import { fraction, scaled } from "./float-parts.js";
import { goExp } from "./go-exp.js";
import { goLog } from "./go-log.js";

/** Mantissa and exponent kept apart, so that nothing between overflows. */
interface Scaled {
  readonly mantissa: number;
  readonly exponent: number;
}

export function goPow(x: number, y: number): number {
  return special(x, y) ?? general(x, y);
}

/** Where no multiplication is needed; JavaScript agrees on all of these but powers of one, which are one. */
function special(x: number, y: number): number | undefined {
  if (y === 0 || x === 1) return 1;
  if (y === 1) return x;
  if (y === 0.5) return root(x);
  if (y === -0.5) return 1 / root(x);
  if (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY) return 1;
  if (x === 0 || !Number.isFinite(x) || !Number.isFinite(y)) return x ** y;
  if (x < 0 && !Number.isInteger(y)) return Number.NaN;
  // So large a power is even, and leads out of all bounds.
  return Math.abs(y) >= 2 ** 63 ? Math.abs(x) ** y : undefined;
}

const root = (x: number): number => (x === Number.NEGATIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.sqrt(x));

/** The fraction of the power by logarithms, the whole part by squaring; at most half is left to logarithms. */
function general(x: number, y: number): number {
  const size = Math.abs(y);
  const up = size - Math.trunc(size) > 0.5;
  const whole = BigInt(Math.trunc(size)) + (up ? 1n : 0n);
  const rest = size - Math.trunc(size) - (up ? 1 : 0);
  const start = rest === 0 ? 1 : goExp(rest * goLog(x));
  const { mantissa, exponent } = wholePower(x, whole, start);
  return y < 0 ? scaled(1 / mantissa, -exponent) : scaled(mantissa, exponent);
}

const BEYOND = 2 ** 12;

function wholePower(x: number, power: bigint, start: number): Scaled {
  let { mantissa: base, exponent: shift } = fraction(x);
  let mantissa = start;
  let exponent = 0;
  for (let left = power; left !== 0n; left >>= 1n) {
    if (Math.abs(shift) > BEYOND) return { mantissa, exponent: exponent + shift };
    if ((left & 1n) === 1n) {
      mantissa *= base;
      exponent += shift;
    }
    base *= base;
    shift *= 2;
    if (base < 0.5) {
      base += base;
      shift -= 1;
    }
  }
  return { mantissa, exponent };
}
