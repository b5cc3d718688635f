// Go's package fmt for the values that a template can hold: Printf with all its verbs and complaints, Print, Println.

import { goQuote, isPrintable } from "../values/go-quote.js";
import { type FloatStyle, formatFloat } from "./go-float.js";
import { type GoValue, sortedKeys, typeName } from "./go-value.js";

interface Flags {
  readonly plus: boolean;
  readonly minus: boolean;
  readonly sharp: boolean;
  readonly space: boolean;
  readonly zero: boolean;
  /** %#v: as Go source. */
  readonly syntax: boolean;
  /** %+v: structs with the names of their fields. */
  readonly named: boolean;
  readonly width?: number;
  readonly precision?: number;
}
const PLAIN: Flags = {
  plus: false,
  minus: false,
  sharp: false,
  space: false,
  zero: false,
  syntax: false,
  named: false,
};

/** Go accepts widths and precisions up to this. */
const MAX_WIDTH = 1_000_000;

/** Operands side by side, a space between two that are both no strings. */
export function goPrint(values: readonly GoValue[]): string {
  let out = "";
  values.forEach((value, index) => {
    const before = values[index - 1];
    if (before !== undefined && before.kind !== "string" && value.kind !== "string") out += " ";
    out += goText(value);
  });
  return out;
}

export const goPrintln = (values: readonly GoValue[]): string => `${values.map((value) => goText(value)).join(" ")}\n`;

/** %v */
export const goText = (value: GoValue): string => formatValue(value, "v", PLAIN);

/** One directive at a time: flags, width, precision, argument index, verb. */
export function goPrintf(format: string, values: readonly GoValue[]): string {
  const state: Printf = { format, values, at: 0, argument: 0, reordered: false, badIndex: false };
  let out = "";
  for (;;) {
    const percent = format.indexOf("%", state.at);
    if (percent < 0) break;
    out += format.slice(state.at, percent);
    state.at = percent + 1;
    out += directive(state);
  }
  return out + format.slice(state.at) + extra(state);
}

interface Printf {
  readonly format: string;
  readonly values: readonly GoValue[];
  at: number;
  argument: number;
  /** An index such as [1] was used somewhere: left-over arguments are no mistake then. */
  reordered: boolean;
  badIndex: boolean;
}

function extra({ values, argument, reordered }: Printf): string {
  if (reordered || argument >= values.length) return "";
  const left = values
    .slice(argument)
    .map((value) => (isNothing(value) ? "<nil>" : `${typeName(value)}=${goText(value)}`));
  return `%!(EXTRA ${left.join(", ")})`;
}

function directive(state: Printf): string {
  state.badIndex = false;
  let complaint = "";
  let flags = readFlags(state);
  readIndex(state);
  const width = readSize(state);
  if (width === "bad") complaint += "%!(BADWIDTH)";
  else if (width !== undefined)
    flags = { ...flags, width: Math.abs(width), ...(width < 0 ? { minus: true, zero: false } : {}) };
  const precision = readPrecision(state);
  if (precision === "bad") complaint += "%!(BADPREC)";
  else if (precision !== undefined && precision >= 0) flags = { ...flags, precision };
  readIndex(state);
  return complaint + applyVerb(state, flags);
}

function readFlags(state: Printf): Flags {
  const from = state.at;
  while ("+-# 0".includes(state.format[state.at] ?? "x")) state.at += 1;
  const flags = state.format.slice(from, state.at);
  const has = (flag: string): boolean => flags.includes(flag);
  return {
    plus: has("+"),
    minus: has("-"),
    sharp: has("#"),
    space: has(" "),
    zero: has("0") && !has("-"),
    syntax: false,
    named: false,
  };
}

const INDEX = /\[([^\]]*)\]/y;

function readIndex(state: Printf): void {
  if (state.format[state.at] !== "[") return;
  state.reordered = true;
  INDEX.lastIndex = state.at;
  const match = INDEX.exec(state.format);
  const wanted = /^[0-9]{1,7}$/.test(match?.[1] ?? "") ? Number(match?.[1]) : 0;
  state.at = match === null ? state.at + 1 : INDEX.lastIndex;
  if (wanted < 1 || wanted > state.values.length) state.badIndex = true;
  else state.argument = wanted - 1;
}

function readSize(state: Printf): number | "bad" | undefined {
  if (state.format[state.at] === "*") {
    state.at += 1;
    return starSize(state);
  }
  const from = state.at;
  while (/[0-9]/.test(state.format[state.at] ?? "")) state.at += 1;
  if (from === state.at) return undefined;
  const size = Number(state.format.slice(from, state.at));
  return size > MAX_WIDTH ? "bad" : size;
}

function starSize(state: Printf): number | "bad" {
  const value = state.values[state.argument];
  state.argument += value === undefined ? 0 : 1;
  if (value?.kind !== "int" && value?.kind !== "uint") return "bad";
  return value.value > MAX_WIDTH || value.value < -MAX_WIDTH ? "bad" : Number(value.value);
}

function readPrecision(state: Printf): number | "bad" | undefined {
  if (state.format[state.at] !== ".") return undefined;
  state.at += 1;
  readIndex(state);
  const star = state.format[state.at] === "*";
  const size = readSize(state);
  if (star && typeof size === "number" && size < 0) return "bad";
  return size ?? 0;
}

function applyVerb(state: Printf, flags: Flags): string {
  const point = state.format.codePointAt(state.at);
  if (point === undefined) return "%!(NOVERB)";
  const verb = String.fromCodePoint(point);
  state.at += verb.length;
  if (verb === "%") return "%";
  if (state.badIndex) return `%!${verb}(BADINDEX)`;
  const value = state.values[state.argument];
  if (value === undefined) return `%!${verb}(MISSING)`;
  state.argument += 1;
  return formatArgument(value, verb, flags);
}

const isNothing = (value: GoValue): boolean => value.kind === "nil" || value.kind === "none";

function formatArgument(value: GoValue, verb: string, flags: Flags): string {
  if (verb === "T") return pad(isNothing(value) ? "<nil>" : truncated(typeName(value), flags), flags);
  if (isNothing(value)) return verb === "v" ? pad("<nil>", flags) : `%!${verb}(<nil>)`;
  if (verb === "p") return badVerb(value, verb, flags);
  if (verb !== "v") return formatValue(value, verb, flags);
  // With %v these two flags mean something else.
  return formatValue(value, verb, { ...flags, sharp: false, plus: false, syntax: flags.sharp, named: flags.plus });
}

/** The value is shown as %v shows it, flags, width and precision included. */
const badVerb = (value: GoValue, verb: string, flags: Flags): string =>
  `%!${verb}(${typeName(value)}=${formatValue(value, "v", flags)})`;

function formatValue(value: GoValue, verb: string, flags: Flags): string {
  switch (value.kind) {
    case "none":
    case "nil":
      return verb === "v" ? pad(flags.syntax ? "interface {}(nil)" : "<nil>", flags) : `%!${verb}(<nil>)`;
    case "bool":
      return verb === "t" || verb === "v" ? pad(String(value.value), flags) : badVerb(value, verb, flags);
    case "int":
    case "uint":
      return formatInteger(value, verb, flags);
    case "float":
      return formatReal(value, value.value, verb, flags);
    case "complex":
      return formatComplex(value, verb, flags);
    case "string":
      return formatString(value, verb, flags);
    default:
      return formatCollection(value, verb, flags);
  }
}

type Of<K extends GoValue["kind"]> = Extract<GoValue, { kind: K }>;

const BASES: Readonly<Record<string, number>> = { d: 10, b: 2, o: 8, O: 8, x: 16, X: 16, v: 10 };
const PREFIXES: Readonly<Record<string, string>> = { b: "0b", o: "0", O: "0", x: "0x", X: "0X" };

function formatInteger(value: Of<"int" | "uint">, verb: string, flags: Flags): string {
  if (verb === "c") return pad(character(value.value), flags);
  if (verb === "q") return pad(goQuote(character(value.value), "'", flags.plus), flags);
  if (verb === "U") return pad(unicode(value.value, flags), { ...flags, zero: false });
  if (verb === "v" && flags.syntax && value.kind === "uint")
    return integerText(value.value, "x", { ...flags, sharp: true });
  if (verb === "v") return integerText(value.value, "d", { ...flags, sharp: false });
  return Object.hasOwn(BASES, verb) ? integerText(value.value, verb, flags) : badVerb(value, verb, flags);
}

function integerText(value: bigint, verb: string, flags: Flags): string {
  const unpadded = { ...flags, zero: false };
  if (flags.precision === 0 && value === 0n) return pad("", unpadded);
  const sign = value < 0n ? "-" : signOf(0, flags);
  const least = flags.precision ?? (flags.zero && flags.width !== undefined ? flags.width - sign.length : 0);
  const digits = (value < 0n ? -value : value).toString(BASES[verb] ?? 10).padStart(least, "0");
  return pad(sign + basePrefix(verb, digits, flags) + (verb === "X" ? digits.toUpperCase() : digits), unpadded);
}

function basePrefix(verb: string, digits: string, { sharp }: Flags): string {
  const marked = !sharp || (BASES[verb] === 8 && digits.startsWith("0")) ? "" : (PREFIXES[verb] ?? "");
  return verb === "O" ? `0o${marked}` : marked;
}

const character = (value: bigint): string =>
  value < 0n || value > 0x10ffffn || (value >= 0xd800n && value <= 0xdfffn)
    ? "\ufffd"
    : String.fromCodePoint(Number(value));

function unicode(value: bigint, flags: Flags): string {
  const code = `U+${BigInt.asUintN(64, value)
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(flags.precision ?? 4, 4), "0")}`;
  return flags.sharp && value >= 0n && value <= 0x10ffffn && isPrintable(character(value))
    ? `${code} '${character(value)}'`
    : code;
}

function formatReal(owner: GoValue, value: number, verb: string, flags: Flags): string {
  const size = realText(value, verb, flags);
  if (size === undefined) return badVerb(owner, verb, flags);
  const sign = signOf(value, flags);
  // Infinity has a sign even when none is asked for; neither it nor NaN is padded with zeros.
  if (!Number.isFinite(value)) return pad((sign || (size === "Inf" ? "+" : "")) + size, { ...flags, zero: false });
  if (flags.zero && flags.width !== undefined) return sign + size.padStart(flags.width - sign.length, "0");
  return pad(sign + size, flags);
}

function signOf(value: number, { plus, space }: Flags): string {
  if (value < 0 || Object.is(value, -0)) return "-";
  return plus ? "+" : space ? " " : "";
}

function realText(value: number, verb: string, { precision, sharp }: Flags): string | undefined {
  switch (verb) {
    case "v":
      return formatFloat(value, { verb: "g", precision, sharp });
    case "g":
    case "G":
      return formatFloat(value, { verb, precision, sharp });
    case "e":
    case "E":
      return formatFloat(value, { verb, precision: precision ?? 6, sharp });
    case "f":
    case "F":
      return formatFloat(value, { verb: "f", precision: precision ?? 6, sharp });
    case "b":
      return binaryExponent(value);
    case "x":
    case "X":
      return hexFloat(value, verb, { precision, sharp });
    default:
      return undefined;
  }
}

function splitBits(value: number): { mantissa: bigint; exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, Math.abs(value));
  const raw = bits.getBigUint64(0);
  const biased = Number(raw >> 52n);
  return {
    mantissa: (raw & 0xfffffffffffffn) | (biased === 0 ? 0n : 1n << 52n),
    exponent: (biased === 0 ? 1 : biased) - 1075,
  };
}

function binaryExponent(value: number): string {
  const { mantissa, exponent } = splitBits(value);
  return `${mantissa}p${exponent < 0 ? "-" : "+"}${Math.abs(exponent)}`;
}

/** %x: `0x1.8p+01`. */
function hexFloat(value: number, verb: string, { precision, sharp }: Omit<FloatStyle, "verb">): string {
  const { mantissa, power } = roundedBits(normalized(value), Math.min(precision ?? 13, 13));
  const digits = (mantissa & 0xfffffffffffffn).toString(16).padStart(13, "0");
  const fraction =
    precision === undefined ? digits.replace(/0+$/, "") : digits.slice(0, precision).padEnd(precision, "0");
  const point = fraction === "" && !sharp ? "" : `.${fraction}`;
  const text = `0x${mantissa >> 52n}${point}p${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
  return verb === "X" ? text.toUpperCase() : text;
}

interface Bits {
  /** 53 bits, the first one set, or zero. */
  readonly mantissa: bigint;
  /** Of two, for the first bit. */
  readonly power: number;
}

function normalized(value: number): Bits {
  let { mantissa, exponent } = splitBits(value);
  if (mantissa === 0n) return { mantissa, power: 0 };
  while (mantissa >> 52n === 0n) {
    mantissa <<= 1n;
    exponent -= 1;
  }
  return { mantissa, power: exponent + 52 };
}

/** To so many hexadecimal digits after the point, ties to even. */
function roundedBits({ mantissa, power }: Bits, digits: number): Bits {
  const drop = BigInt(4 * (13 - digits));
  if (drop === 0n) return { mantissa, power };
  const half = 1n << (drop - 1n);
  const kept = mantissa >> drop;
  const rest = mantissa & ((1n << drop) - 1n);
  const up = rest > half || (rest === half && kept % 2n === 1n);
  const rounded = (up ? kept + 1n : kept) << drop;
  return rounded >> 53n === 0n ? { mantissa: rounded, power } : { mantissa: rounded >> 1n, power: power + 1 };
}

function formatComplex(value: Of<"complex">, verb: string, flags: Flags): string {
  if (!"vbgGxXfFeE".includes(verb)) return badVerb(value, verb, flags);
  const [real, imaginary] = value.value;
  return `(${formatReal(value, real, verb, flags)}${formatReal(value, imaginary, verb, { ...flags, plus: true })}i)`;
}

function formatString(value: Of<"string">, verb: string, flags: Flags): string {
  const text = truncated(value.value, flags);
  switch (verb) {
    case "v":
      return pad(flags.syntax ? goQuote(text) : text, flags);
    case "s":
      return pad(text, flags);
    case "q":
      return pad(flags.sharp && canBackquote(text) ? `\`${text}\`` : goQuote(text, '"', flags.plus), flags);
    case "x":
    case "X":
      return pad(hexBytes(value.value, verb, flags), flags);
    default:
      return badVerb(value, verb, flags);
  }
}

const truncated = (text: string, { precision }: Flags): string =>
  precision === undefined ? text : [...text].slice(0, precision).join("");

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a raw string can't hold
const NOT_IN_RAW = /[`\u0000-\u0008\u000a-\u001f\u007f\ufeff]/;
const canBackquote = (text: string): boolean => !NOT_IN_RAW.test(text);

function hexBytes(text: string, verb: string, { precision, space, sharp }: Flags): string {
  const bytes = [...Buffer.from(text)].slice(0, precision ?? Number.POSITIVE_INFINITY);
  const prefix = sharp ? `0${verb}` : "";
  const digits = bytes.map((byte) => byte.toString(16).padStart(2, "0"));
  const joined = space
    ? digits.map((pair) => prefix + pair).join(" ")
    : (digits.length > 0 ? prefix : "") + digits.join("");
  return verb === "X" ? joined.toUpperCase() : joined;
}

type Collection = Of<"list" | "map" | "struct">;

function formatCollection(value: Collection, verb: string, flags: Flags): string {
  const each = (item: GoValue): string =>
    isNothing(item) && verb !== "v" ? `%!${verb}(<nil>)` : formatValue(item, verb, flags);
  const { syntax } = flags;
  if (value.kind === "list") {
    const items = value.items.map(each);
    return syntax ? `[]interface {}{${items.join(", ")}}` : `[${items.join(" ")}]`;
  }
  if (value.kind === "map") {
    const pairs = sortedKeys(value.entries).map(
      (key) => `${each({ kind: "string", value: key })}:${each(value.entries.get(key) ?? { kind: "nil" })}`,
    );
    return syntax ? `${typeName(value)}{${pairs.join(", ")}}` : `map[${pairs.join(" ")}]`;
  }
  const named = syntax || flags.named;
  const fields = [...value.fields].map(([name, field]) => (named ? `${name}:${each(field)}` : each(field)));
  return syntax ? `&${value.type.replace(/^\*/, "")}{${fields.join(", ")}}` : `&{${fields.join(" ")}}`;
}

function pad(text: string, { width, minus, zero }: Flags): string {
  const missing = (width ?? 0) - [...text].length;
  if (missing <= 0) return text;
  if (minus) return text + " ".repeat(missing);
  return (zero ? "0" : " ").repeat(missing) + text;
}
