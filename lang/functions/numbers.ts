import { describeType } from "../types/describe.js";
import { listOf, NUMBER } from "../types/type.js";
import { ConversionError, convert } from "../values/convert.js";
import {
  add,
  compare,
  fromBigInt,
  fromDouble,
  fromInteger,
  type HclNumber,
  isInfinite,
  isNegative,
  negate,
  precisionOf,
  signOf,
  toBigInt,
  toDouble,
  truncate,
} from "../values/number.js";
import {
  asItems,
  asNumber,
  asString,
  isUnknown,
  listValue,
  numberValue,
  unknownOf,
  type Value,
} from "../values/value.js";
import { argument, int64Of, numberOf, onNumbers } from "./arguments.js";
import { any, defineValueFunc, defineVariadicFunc, num } from "./define.js";
import { ArgError, type Func, FunctionError } from "./func.js";
import { goLog } from "./go-log.js";
import { goPow } from "./go-pow.js";

// biome-ignore format: table
export const numbers: readonly Func[] = [
  defineValueFunc("abs", "The number without its sign.", [num("num")], NUMBER, (args) => numberValue(magnitude(numberOf(args, 0)))),
  defineValueFunc("ceil", "The least whole number that is not less.", [num("num")], NUMBER, (args) => numberValue(roundTo(numberOf(args, 0), 1n))),
  defineValueFunc("floor", "The greatest whole number that is not greater.", [num("num")], NUMBER, (args) => numberValue(roundTo(numberOf(args, 0), -1n))),
  defineValueFunc("log", "The logarithm to a base.", [num("num"), num("base")], NUMBER, onDoubles((x, base) => goLog(x) / goLog(base))),
  defineVariadicFunc("max", "The greatest of the numbers.", [], num("numbers"), NUMBER, (args) => extreme(args, 1)),
  defineVariadicFunc("min", "The least of the numbers.", [], num("numbers"), NUMBER, (args) => extreme(args, -1)),
  defineValueFunc("parseint", "Reads a whole number written in a base from 2 to 62.", [any("number"), num("base")], NUMBER, parseInteger),
  defineValueFunc("pow", "A number raised to a power.", [num("num"), num("power")], NUMBER, onDoubles(goPow)),
  defineValueFunc("signum", "-1, 0 or 1: the sign of a whole number.", [num("num")], NUMBER, signum),
  defineValueFunc("sum", "The sum of the numbers of a list or set.", [any("list")], NUMBER, (args) => sum(argument(args, 0))),
  defineVariadicFunc("range", "Numbers from a start up to a limit, in steps.", [], num("params"), listOf(NUMBER), range),
];

const magnitude = (number: HclNumber): HclNumber => (isNegative(number) ? negate(number) : number);

/** Up (1) or down (-1) to a whole number; infinities pass. */
function roundTo(number: HclNumber, direction: 1n | -1n): HclNumber {
  if (isInfinite(number)) return number;
  if (toBigInt(number) !== undefined) return signOf(number) === 0 ? fromBigInt(0n, precisionOf(number)) : number;
  const whole = truncate(number) ?? 0n;
  const awayFromZero = (direction === 1n) === signOf(number) > 0;
  return fromBigInt(awayFromZero ? whole + direction : whole, precisionOf(number));
}

/** Computed as float64, which is what the original does. */
function onDoubles(compute: (x: number, y: number) => number): Func["impl"] {
  return onNumbers((x, y) => {
    const result = compute(toDouble(x ?? fromInteger(0)), toDouble(y ?? fromInteger(0)));
    if (Number.isNaN(result)) throw new FunctionError("the result is not a number");
    return fromDouble(result);
  });
}

function extreme(args: readonly Value[], sign: 1 | -1): Value {
  const [first, ...rest] = args.map(asNumber);
  if (first === undefined) throw new FunctionError("must pass at least one number");
  return numberValue(rest.reduce((best, number) => (Math.sign(compare(number, best)) === sign ? number : best), first));
}

function signum(args: readonly Value[]): Value {
  const whole = int64Of(args, 0, (message) => new FunctionError(message));
  return numberValue(fromInteger(whole > 0n ? 1 : whole < 0n ? -1 : 0));
}

const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

function parseInteger(args: readonly Value[]): Value {
  const text = argument(args, 0);
  if (text.type.kind !== "string")
    throw new ArgError(0, `first argument must be a string, not ${describeType(text.type)}`);
  const base = toBigInt(numberOf(args, 1));
  if (base === undefined || base < 2n || base > 62n) {
    throw new ArgError(1, "base must be a whole number between 2 and 62 inclusive");
  }
  const whole = wholeFrom(asString(text), base);
  if (whole === undefined)
    throw new ArgError(0, `cannot parse ${JSON.stringify(asString(text))} as a base ${base} integer`);
  return numberValue(fromBigInt(whole, 512));
}

/** Letters of both cases are the same digits up to base 36. */
function wholeFrom(text: string, base: bigint): bigint | undefined {
  const [, sign = "", written = ""] = /^([+-]?)([\dA-Za-z]+)$/.exec(text) ?? [];
  if (written === "") return undefined;
  let whole = 0n;
  for (const char of base <= 36n ? written.toLowerCase() : written) {
    const digit = BigInt(DIGITS.indexOf(char));
    if (digit < 0n || digit >= base) return undefined;
    whole = whole * base + digit;
  }
  return sign === "-" ? -whole : whole;
}

function sum(list: Value): Value {
  if (!["list", "set", "tuple"].includes(list.type.kind)) throw notSummable(list);
  const items = asItems(list);
  if (items.length === 0) throw new ArgError(0, "cannot sum an empty list");
  if (items.some(isUnknown)) return unknownOf(NUMBER);
  const [first = fromInteger(0), ...rest] = items.map(summand);
  return numberValue(rest.reduce(addFinite, first));
}

function notSummable({ type }: Value): ArgError {
  const iterable = type.kind === "map" || type.kind === "object";
  if (!iterable) return new ArgError(0, "cannot sum noniterable");
  return new ArgError(0, `argument must be list, set, or tuple. Received ${describeType(type)}`);
}

function summand(item: Value): HclNumber {
  try {
    const number = convert(item, NUMBER);
    if (number.state === "known") return asNumber(number);
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
  }
  throw new ArgError(0, "argument must be list, set, or tuple of number values");
}

function addFinite(a: HclNumber, b: HclNumber): HclNumber {
  if (isInfinite(a) && isInfinite(b) && signOf(a) !== signOf(b)) {
    throw new FunctionError("can't compute sum of opposing infinities");
  }
  return add(a, b);
}

const MOST_IN_RANGE = 1024;

function range(args: readonly Value[]): Value {
  if (args.length === 0 || args.length > 3) throw new FunctionError("must have one, two, or three arguments");
  const [start, end, step] = rangeParams(args.map(asNumber));
  const down = signOf(step) < 0;
  if (down && compare(end, start) > 0) throw new ArgError(1, "end must be less than start when step is negative");
  if (!down && compare(end, start) < 0) throw new ArgError(1, "end must be greater than start when step is positive");
  const items: Value[] = [];
  for (let at = start; down ? compare(at, end) > 0 : compare(at, end) < 0; at = add(at, step)) {
    if (items.length >= MOST_IN_RANGE) {
      throw new FunctionError(
        `more than ${MOST_IN_RANGE} values were generated; either decrease the difference between start and end or use a smaller step`,
      );
    }
    items.push(numberValue(at));
  }
  return listValue(NUMBER, items);
}

function rangeParams([first, second, third]: readonly HclNumber[]): readonly [HclNumber, HclNumber, HclNumber] {
  const zero = fromInteger(0);
  const start = second === undefined ? zero : (first ?? zero);
  const end = second ?? first ?? zero;
  const direction = compare(end, start) < 0 ? -1 : 1;
  return [start, end, third ?? fromInteger(direction)];
}
