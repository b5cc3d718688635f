// The functions that every Go template has. `and`, `or` are evaluated in execute.ts, because they look at few arguments.

import { equalsAny, isLess, isLessOrEqual } from "./go-compare.js";
import { htmlEscape, jsEscape, urlQueryEscape } from "./go-escape.js";
import { goPrint, goPrintf, goPrintln, goText } from "./go-format.js";
import { FunctionFailure, type GoFunction, type ParamType } from "./go-function.js";
import { type GoValue, goBool, goInt, goString, isTrue, NIL, NONE, typeName } from "./go-value.js";

function builtin(
  name: string,
  params: readonly ParamType[],
  variadic: ParamType | undefined,
  call: GoFunction["call"],
): GoFunction {
  return variadic === undefined ? { name, params, call } : { name, params, variadic, call };
}

const first = (args: readonly GoValue[]): GoValue => args[0] ?? NONE;
const second = (args: readonly GoValue[]): GoValue => args[1] ?? NONE;
const formatOf = (value: GoValue): string => (value.kind === "string" ? value.value : "");

// biome-ignore format: table
const TABLE: readonly GoFunction[] = [
  builtin("and",      ["value"],          "value",   (args) => args.find((arg) => !isTrue(arg)) ?? args.at(-1) ?? NONE),
  builtin("or",       ["value"],          "value",   (args) => args.find(isTrue) ?? args.at(-1) ?? NONE),
  builtin("not",      ["value"],          undefined, (args) => goBool(!isTrue(first(args)))),
  builtin("len",      ["value"],          undefined, (args) => goInt(lengthOf(first(args)))),
  builtin("index",    ["value"],          "value",   ([item = NONE, ...keys]) => keys.reduce(indexOne, definite(item, "index"))),
  builtin("slice",    ["value"],          "value",   ([item = NONE, ...indexes]) => slice(item, indexes)),
  builtin("print",    [],                 "any",     (args) => goString(goPrint(args))),
  builtin("printf",   ["string"],         "any",     ([format = NONE, ...args]) => goString(goPrintf(formatOf(format), args))),
  builtin("println",  [],                 "any",     (args) => goString(goPrintln(args))),
  builtin("html",     [],                 "any",     (args) => goString(htmlEscape(goPrint(args)))),
  builtin("js",       [],                 "any",     (args) => goString(jsEscape(goPrint(args)))),
  builtin("urlquery", [],                 "any",     (args) => goString(urlQueryEscape(goPrint(args)))),
  builtin("call",     ["value"],          "value",   (args) => notCallable(first(args))),
  builtin("eq",       ["value"],          "value",   ([a = NONE, ...others]) => goBool(equalsAny(a, others))),
  builtin("ne",       ["value", "value"], undefined, (args) => goBool(!equalsAny(first(args), [second(args)]))),
  builtin("lt",       ["value", "value"], undefined, (args) => goBool(isLess(first(args), second(args)))),
  builtin("le",       ["value", "value"], undefined, (args) => goBool(isLessOrEqual(first(args), second(args)))),
  builtin("gt",       ["value", "value"], undefined, (args) => goBool(!isLessOrEqual(first(args), second(args)))),
  builtin("ge",       ["value", "value"], undefined, (args) => goBool(!isLess(first(args), second(args)))),
];

export const BUILTINS: ReadonlyMap<string, GoFunction> = new Map(TABLE.map((entry) => [entry.name, entry]));

const byteLength = (text: string): number => Buffer.byteLength(text);

function lengthOf(value: GoValue): number {
  switch (value.kind) {
    case "string":
      return byteLength(value.value);
    case "list":
      return value.items.length;
    case "map":
      return value.entries.size;
    case "nil":
      throw new FunctionFailure("len of nil pointer");
    case "none":
      throw new FunctionFailure("reflect: call of reflect.Value.Type on zero Value");
    default:
      throw new FunctionFailure(`len of type ${typeName(value)}`);
  }
}

function definite(item: GoValue, what: string): GoValue {
  if (item.kind === "none" || item.kind === "nil") throw new FunctionFailure(`${what} of untyped nil`);
  return item;
}

function indexOne(item: GoValue, key: GoValue): GoValue {
  switch (item.kind) {
    case "none":
    case "nil":
      throw new FunctionFailure("index of nil pointer");
    case "list":
      return item.items[position(key, item.items.length, "slice")] ?? NIL;
    case "string": {
      const bytes = Buffer.from(item.value);
      return { kind: "uint", value: BigInt(bytes[position(key, bytes.length, "string")] ?? 0) };
    }
    case "map":
      return item.entries.get(mapKey(key)) ?? (item.element === "string" ? goString("") : NIL);
    default:
      throw new FunctionFailure(`can't index item of type ${typeName(item)}`);
  }
}

function mapKey(key: GoValue): string {
  if (key.kind === "none" || key.kind === "nil") throw new FunctionFailure("value is nil; should be of type string");
  if (key.kind !== "string") throw new FunctionFailure(`value has type ${typeName(key)}; should be string`);
  return key.value;
}

function position(key: GoValue, length: number, what: string): number {
  const at = indexWithin(key, length);
  // Go lets the length itself pass its own check, and reflection then refuses it.
  if (at === length) throw new FunctionFailure(`reflect: ${what} index out of range`);
  return at;
}

function indexWithin(key: GoValue, length: number): number {
  if (key.kind === "none" || key.kind === "nil") throw new FunctionFailure("cannot index slice/array with nil");
  if (key.kind !== "int" && key.kind !== "uint")
    throw new FunctionFailure(`cannot index slice/array with type ${typeName(key)}`);
  if (key.value < 0n || key.value > BigInt(length)) throw new FunctionFailure(`index out of range: ${key.value}`);
  return Number(key.value);
}

function slice(value: GoValue, indexes: readonly GoValue[]): GoValue {
  const item = definite(value, "slice");
  if (indexes.length > 3) throw new FunctionFailure(`too many slice indexes: ${indexes.length}`);
  if (item.kind !== "string" && item.kind !== "list")
    throw new FunctionFailure(`can't slice item of type ${typeName(item)}`);
  if (item.kind === "string" && indexes.length === 3) throw new FunctionFailure("cannot 3-index slice a string");
  const length = item.kind === "string" ? byteLength(item.value) : item.items.length;
  const [from = 0, to = length, cap = length] = indexes.map((index) => indexWithin(index, length));
  if (from > to) throw new FunctionFailure(`invalid slice index: ${from} > ${to}`);
  if (to > cap) throw new FunctionFailure(`invalid slice index: ${to} > ${cap}`);
  if (item.kind === "list") return { kind: "list", items: item.items.slice(from, to) };
  return goString(Buffer.from(item.value).subarray(from, to).toString("utf8"));
}

/** No data of ours holds a function. */
function notCallable(value: GoValue): never {
  if (value.kind === "none" || value.kind === "nil") throw new FunctionFailure("call of nil");
  throw new FunctionFailure(`non-function ${goText(value)} of type ${typeName(value)}`);
}
