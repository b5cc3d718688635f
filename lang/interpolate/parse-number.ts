import { goUnquoteRune } from "../values/go-quote.js";

/** A number constant: what it is when nothing asks for another kind, and what else it can stand for. */
export interface GoNumber {
  readonly ideal: "int" | "float" | "complex" | "overflow";
  readonly integer?: bigint;
  readonly float?: number;
  readonly complex: readonly [real: number, imaginary: number];
}

const UNDERSCORES = /^(?:0[xX]_?|0[oO]_?|0[bB]_?)?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*$/;
const MAX_INT = 2n ** 63n;

/** Reads a constant as Go's template package does; the string is Go's complaint. */
export function parseNumber(text: string): GoNumber | string {
  if (text.startsWith("'")) return parseRune(text);
  if (text.endsWith("i")) return parseImaginary(text);
  const integer = parseInteger(text);
  if (integer !== undefined) return fromInteger(integer);
  const float = parseFloatText(text);
  if (float === undefined) return `illegal number syntax: "${text}"`;
  if (!/[.eEpP]/.test(text)) return `integer overflow: "${text}"`;
  const whole = Number.isSafeInteger(float) ? { integer: BigInt(float) } : {};
  return { ideal: "float", float, complex: [float, 0], ...whole };
}

function parseRune(text: string): GoNumber | string {
  const point = goUnquoteRune(text);
  return typeof point === "string" ? point : fromInteger(BigInt(point));
}

function fromInteger(integer: bigint): GoNumber {
  const fits = integer >= -MAX_INT && integer < MAX_INT;
  return { ideal: fits ? "int" : "overflow", integer, float: Number(integer), complex: [Number(integer), 0] };
}

function parseImaginary(text: string): GoNumber | string {
  const match = /^([-+]?[^-+]*(?:[eEpP][-+][^-+]*)?)([-+][^-+]*(?:[eEpP][-+][^-+]*)?)?i$/.exec(text);
  const [real, imaginary] = match?.[2] === undefined ? ["0", match?.[1] ?? ""] : [match[1] ?? "", match[2]];
  const parts = [real, imaginary].map((part) => parseFloatText(part) ?? numberOf(parseInteger(part)));
  const [re, im] = parts;
  if (re === undefined || im === undefined) return `illegal number syntax: "${text}"`;
  return { ideal: "complex", complex: [re, im], ...(im === 0 ? { float: re } : {}) };
}

const numberOf = (integer: bigint | undefined): number | undefined =>
  integer === undefined ? undefined : Number(integer);

/** strconv.ParseInt and ParseUint with base 0: prefixes, old octal, underscores between digits. */
export function parseInteger(text: string): bigint | undefined {
  const negative = text.startsWith("-");
  const digits = /^[-+]/.test(text) ? text.slice(1) : text;
  if (!UNDERSCORES.test(digits)) return undefined;
  const plain = digits.replaceAll("_", "");
  const based = /^0[0-7]+$/.test(plain) ? `0o${plain.slice(1)}` : plain;
  if (!/^(?:0[xX][0-9a-fA-F]+|0[oO][0-7]+|0[bB][01]+|0|[1-9][0-9]*)$/.test(based)) return undefined;
  const value = BigInt(based);
  if (negative ? value > MAX_INT : value >= 2n * MAX_INT) return undefined;
  return negative ? -value : value;
}

function parseFloatText(text: string): number | undefined {
  const plain = text.replaceAll("_", "");
  const hex = /^([-+]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([-+]?[0-9]+)$/.exec(plain);
  if (hex !== null) return hexFloat(hex);
  if (!/^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(plain)) return undefined;
  const value = Number(plain);
  return Number.isFinite(value) ? value : undefined;
}

function hexFloat([, sign, whole = "", fraction = "", exponent]: RegExpExecArray): number | undefined {
  if (whole + fraction === "") return undefined;
  const value = Number(BigInt(`0x${whole}${fraction}`)) * 2 ** (Number(exponent) - 4 * fraction.length);
  return Number.isFinite(value) ? (sign === "-" ? -value : value) : undefined;
}
