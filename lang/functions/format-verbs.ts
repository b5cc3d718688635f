// format()'s verbs: Go's fmt on numbers of any precision, with widths in grapheme clusters (spec: language, format verbs).

import { graphemesOf } from "../source/graphemes.js";
import { BOOL, NUMBER, STRING } from "../types/type.js";
import { ConversionError, convert } from "../values/convert.js";
import { type Decimal, exponentText, generalText, plainText, roundDecimal } from "../values/decimal.js";
import { encodeJson, quoteJson } from "../values/json.js";
import { decimalDigits, type HclNumber, isInfinite, isNegative, toBigInt } from "../values/number.js";
import { asNumber, asString, type Value } from "../values/value.js";
import { ArgError, FunctionError } from "./func.js";

interface Verb {
  /** As written, for messages. */
  readonly text: string;
  /** In bytes, as messages count. */
  readonly offset: number;
  readonly letter: string;
  readonly flags: string;
  readonly width: number;
  readonly precision: number | undefined;
  /** 1-based, where one was written. */
  readonly index: number | undefined;
}

/** The text of `format` with `args`; the argument numbers of errors count from `firstArg`. */
export function formatText(format: string, args: readonly Value[], firstArg: number): string {
  let next = 0;
  let highest = 0;
  const text = mapFormat(format, (verb) => {
    const index = verb.index === undefined ? next : verb.index - 1;
    const arg = args[index];
    if (arg === undefined) {
      throw new FunctionError(
        `not enough arguments for ${quoteJson(verb.text)} at ${verb.offset}: need index ${index + 1} but have ${args.length} total`,
      );
    }
    next = index + 1;
    highest = Math.max(highest, next);
    return formatOne(verb, arg);
  });
  if (highest < args.length) {
    const used = highest === 0 ? "no verbs in format string" : `only ${highest} used by format string`;
    throw new ArgError(firstArg + highest, `too many arguments; ${used}`);
  }
  return text;
}

const VERB =
  /%(?<flags>[ +\-0#]*)(?<width>[1-9]\d*)?(?:\.(?<precision>\d*))?(?:\[(?<index>[1-9]\d*)\])?(?<letter>[A-Za-z])/y;

function mapFormat(format: string, print: (verb: Verb) => string): string {
  let result = "";
  let at = 0;
  while (at < format.length) {
    const percent = format.indexOf("%", at);
    if (percent < 0) return result + format.slice(at);
    result += format.slice(at, percent);
    if (format.startsWith("%%", percent)) {
      result += "%";
      at = percent + 2;
    } else {
      const verb = verbAt(format, percent);
      result += print(verb);
      at = percent + verb.text.length;
    }
  }
  return result;
}

/** Go's own bound. */
const LONGEST = 1_000_000;

function verbAt(format: string, start: number): Verb {
  VERB.lastIndex = start;
  const groups = VERB.exec(format)?.groups;
  if (groups === undefined) throw strayCharacter(format, start);
  const { flags = "", width, precision, index, letter = "" } = groups;
  const text = format.slice(start, VERB.lastIndex);
  const offset = Buffer.byteLength(format.slice(0, start));
  if (Number(width ?? 0) > LONGEST || Number(precision ?? 0) > LONGEST) {
    throw new FunctionError(`width or precision of ${quoteJson(text)} at ${offset} is too large: at most ${LONGEST}`);
  }
  return {
    text,
    offset,
    letter,
    flags,
    width: width === undefined ? 0 : Number(width),
    precision: precision === undefined ? undefined : Number(precision),
    index: index === undefined ? undefined : Number(index),
  };
}

/** What the longest beginning of a verb is followed by. */
function strayCharacter(format: string, start: number): FunctionError {
  const [whole = "%"] = /^%[ +\-0#]*(?:[1-9]\d*)?(?:\.\d*)?(?:\[(?:[1-9]\d*\]?)?)?/.exec(format.slice(start)) ?? [];
  const at = start + whole.length;
  const offset = Buffer.byteLength(format.slice(0, at));
  const char = String.fromCodePoint(format.codePointAt(at) ?? 0);
  if (at >= format.length) return new FunctionError(`invalid format string starting at offset ${offset}`);
  return new FunctionError(`unrecognized format character '${char}' at offset ${offset}`);
}

function formatOne(verb: Verb, arg: Value): string {
  switch (verb.letter) {
    case "v":
      return formatDefault(verb, arg);
    case "t":
      return pad(verb, String(converted(verb, arg, BOOL).raw));
    case "s":
      return pad(verb, truncated(verb, asString(converted(verb, arg, STRING))));
    case "q":
      return pad(verb, quoteJson(truncated(verb, asString(converted(verb, arg, STRING)))));
    case "b":
    case "d":
    case "o":
    case "x":
    case "X":
      return formatInteger(verb, arg);
    case "e":
    case "E":
    case "f":
    case "g":
    case "G":
      return formatFloat(verb, asNumber(converted(verb, arg, NUMBER)), verb.precision);
    default:
      throw new FunctionError(
        `unsupported format verb '${verb.letter}' in ${quoteJson(verb.text)} at offset ${verb.offset}`,
      );
  }
}

function formatDefault(verb: Verb, arg: Value): string {
  if (verb.flags.includes("#") || arg.state !== "known") return pad(verb, encodeJson(arg));
  if (arg.type.kind === "string") return pad(verb, truncated(verb, asString(arg)));
  if (arg.type.kind === "number") return formatFloat({ ...verb, letter: "g" }, asNumber(arg), undefined);
  return pad(verb, encodeJson(arg));
}

function converted(verb: Verb, arg: Value, type: typeof BOOL): Value & { readonly state: "known" } {
  try {
    const value = convert(arg, type);
    if (value.state === "known") return value;
    throw new ConversionError([], "null value cannot be formatted");
  } catch (error) {
    if (!(error instanceof ConversionError)) throw error;
    throw new FunctionError(`unsupported value for ${quoteJson(verb.text)} at ${verb.offset}: ${error.message}`);
  }
}

function truncated({ precision }: Verb, text: string): string {
  return precision === undefined ? text : graphemesOf(text).slice(0, precision).join("");
}

/** To the width, in grapheme clusters; a 0 flag fills strings too. */
function pad({ flags, width }: Verb, text: string): string {
  const missing = width - (width === 0 ? 0 : graphemesOf(text).length);
  if (missing <= 0) return text;
  if (flags.includes("-")) return text + " ".repeat(missing);
  return (flags.includes("0") ? "0" : " ").repeat(missing) + text;
}

const RADIX: Readonly<Record<string, number>> = { b: 2, d: 10, o: 8, x: 16, X: 16 };
const PREFIX: Readonly<Record<string, string>> = { b: "0b", o: "0", x: "0x", X: "0X" };

function formatInteger(verb: Verb, arg: Value): string {
  const { letter, flags, precision } = verb;
  const whole = toBigInt(asNumber(converted(verb, arg, NUMBER)));
  if (whole === undefined) {
    throw new FunctionError(`unsupported value for ${quoteJson(verb.text)} at ${verb.offset}: an integer is required`);
  }
  const magnitude = (whole < 0n ? -whole : whole).toString(RADIX[letter]);
  const digits = letter === "X" ? magnitude.toUpperCase() : magnitude;
  if (precision === 0 && whole === 0n) return "";
  const prefix = flags.includes("#") ? (PREFIX[letter] ?? "") : "";
  return fill(verb, signText(verb, whole < 0n) + prefix, digits.padStart(precision ?? 0, "0"), precision === undefined);
}

function signText({ flags }: Verb, negative: boolean): string {
  if (negative) return "-";
  return flags.includes("+") ? "+" : flags.includes(" ") ? " " : "";
}

/** To the width: spaces right or left, or zeros behind the sign. */
function fill({ flags, width }: Verb, sign: string, digits: string, mayZero: boolean): string {
  const missing = Math.max(0, width - sign.length - digits.length);
  if (flags.includes("-")) return sign + digits + " ".repeat(missing);
  if (flags.includes("0") && mayZero) return sign + "0".repeat(missing) + digits;
  return " ".repeat(missing) + sign + digits;
}

function formatFloat(verb: Verb, number: HclNumber, precision: number | undefined): string {
  if (isInfinite(number))
    return fill(verb, isNegative(number) ? "-" : verb.flags.includes(" ") ? " " : "+", "Inf", false);
  const lower = verb.letter.toLowerCase();
  const digits = lower === "g" ? generalDigits(number, precision) : fixedDigits(number, lower, precision ?? 6);
  const cased = verb.letter === lower ? digits : digits.toUpperCase();
  return fill(verb, signText(verb, isNegative(number)), cased, true);
}

function generalDigits(number: HclNumber, precision: number | undefined): string {
  if (precision === undefined) return generalText(decimalDigits(number, "shortest"), 6);
  const count = Math.max(1, precision);
  const decimal = roundDecimal(decimalDigits(number, "exact"), count);
  const { length } = decimal.digits;
  // As Go has it: an integer with fewer digits than asked for is written out only up to its own digits.
  return generalText(decimal, count > length && length >= decimal.exponent ? length : count);
}

function fixedDigits(number: HclNumber, letter: string, precision: number): string {
  const exact = decimalDigits(number, "exact");
  if (letter === "e") return withFraction(exponentText(roundDecimal(exact, precision + 1)), precision);
  return withFraction(plainText(roundedAt(exact, precision)), precision);
}

/** To `places` behind the point; what is less than half of the last place is zero. */
function roundedAt(decimal: Decimal, places: number): Decimal {
  const count = decimal.exponent + places;
  return count < 0 ? { digits: "", exponent: 0 } : roundDecimal(decimal, count);
}

/** Zeros up to `places` behind the point. */
function withFraction(text: string, places: number): string {
  const [, whole = "", fraction = "", power = ""] = /^(\d+)(?:\.(\d*))?(e.*)?$/.exec(text) ?? [];
  return `${whole}${places === 0 ? "" : `.${fraction.padEnd(places, "0")}`}${power}`;
}
