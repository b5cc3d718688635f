// JSON that fixers change in place. Numbers keep their digits.

import { readJsonText } from "../../functions/json-text.js";

/** A number as written. */
export interface Digits {
  readonly digits: string;
}
export type Json = string | boolean | null | NumberValue | Json[] | Options;

class NumberValue implements Digits {
  readonly digits: string;
  constructor(digits: string) {
    this.digits = digits;
  }
}

/** The options of a component, by name. */
export type Options = Map<string, Json>;

export const isNumber = (value: Json | undefined): value is NumberValue => value instanceof NumberValue;
export const isObject = (value: Json | undefined): value is Options => value instanceof Map;

/** Of text that is known to be JSON. */
export const parseJson = (text: string): Json =>
  readJsonText<Json>(text, {
    string: (value) => value,
    number: (digits) => new NumberValue(digits),
    bool: (value) => value,
    null: () => null,
    array: (items) => [...items],
    object: (entries) => new Map(entries),
  });

/** Two blanks a level, names sorted; `<` and `>` as they are, `&` and line separators escaped, as Packer prints it. */
export function printJson(value: Json, indent = ""): string {
  if (isNumber(value)) return value.digits;
  if (isObject(value)) return printObject(value, indent);
  if (Array.isArray(value)) return printArray(value, indent);
  return typeof value === "string" ? printString(value) : String(value);
}

const printString = (text: string): string =>
  JSON.stringify(text).replaceAll(
    /[&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );

function printObject(object: Options, indent: string): string {
  if (object.size === 0) return "{}";
  const sorted = [...object].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = sorted.map(([name, value]) => `${indent}  ${printString(name)}: ${printJson(value, `${indent}  `)}`);
  return `{\n${lines.join(",\n")}\n${indent}}`;
}

function printArray(items: readonly Json[], indent: string): string {
  if (items.length === 0) return "[]";
  return `[\n${items.map((item) => `${indent}  ${printJson(item, `${indent}  `)}`).join(",\n")}\n${indent}]`;
}
