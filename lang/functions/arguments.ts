// Reading the arguments of functions that work on values.

import { type HclNumber, toBigInt } from "../values/number.js";
import { asNumber, asString, boolValue, numberValue, stringValue, type Value } from "../values/value.js";
import { ArgError, type Func } from "./func.js";

/** Strings in, a string out. */
export const onTexts =
  (compute: (...texts: readonly string[]) => string): Func["impl"] =>
  (args) =>
    stringValue(compute(...args.map(asString)));

/** Strings in, a bool out. */
export const testTexts =
  (test: (...texts: readonly string[]) => boolean): Func["impl"] =>
  (args) =>
    boolValue(test(...args.map(asString)));

/** Numbers in, a number out. */
export const onNumbers =
  (compute: (...numbers: readonly HclNumber[]) => HclNumber): Func["impl"] =>
  (args) =>
    numberValue(compute(...args.map(asNumber)));

/** The argument that the protocol promises to be there. */
export function argument(args: readonly Value[], index: number): Value {
  const value = args[index];
  if (value === undefined) throw new ArgError(index, "argument is missing");
  return value;
}

export const textOf = (args: readonly Value[], index: number): string => asString(argument(args, index));
export const numberOf = (args: readonly Value[], index: number): HclNumber => asNumber(argument(args, index));

const INT64 = 1n << 63n;

/** A whole number of 64 bits; `fail` makes the error of one that is not. */
export function int64Of(args: readonly Value[], index: number, fail: (message: string) => Error): bigint {
  const whole = toBigInt(numberOf(args, index));
  if (whole === undefined || whole < -INT64 || whole >= INT64) {
    throw fail(`value must be a whole number, between ${-INT64} and ${INT64 - 1n}`);
  }
  return whole;
}
