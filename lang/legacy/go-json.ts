// JSON values as Go's decoder names and prints them: the errors of legacy templates quote both.

import { formatFloat } from "../interpolate/go-float.js";
import type { JsonNode } from "../syntax/ast.js";

const TYPES: Readonly<Record<JsonNode["kind"], string>> = {
  object: "map[string]interface {}",
  array: "[]interface {}",
  string: "string",
  number: "float64",
  bool: "bool",
  null: "<nil>",
};
const KINDS: Readonly<Record<JsonNode["kind"], string>> = {
  object: "map",
  array: "slice",
  string: "string",
  number: "float64",
  bool: "bool",
  null: "invalid",
};

export const goType = (node: JsonNode): string => TYPES[node.kind];
export const goKind = (node: JsonNode): string => KINDS[node.kind];

/** %v of the decoded value. */
export function goValueText(node: JsonNode): string {
  switch (node.kind) {
    case "object": {
      const pairs = node.properties.map(({ name, value }) => [name.text, goValueText(value)] as const);
      return `map[${pairs
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map((pair) => pair.join(":"))
        .join(" ")}]`;
    }
    case "array":
      return `[${node.items.map(goValueText).join(" ")}]`;
    case "null":
      return "<nil>";
    case "bool":
      return String(node.value);
    case "number":
      return numberText(Number(node.text));
    case "string":
      return node.text;
  }
}

const numberText = (value: number): string => (value < 0 ? "-" : "") + formatFloat(value, { verb: "g" });

/** A Go duration (`1h2m3.5s`) in milliseconds; the string is Go's complaint. */
export function parseGoDuration(text: string): number | string {
  const invalid = `time: invalid duration "${text}"`;
  const sign = text.startsWith("-") ? -1 : 1;
  const rest = text.replace(/^[-+]/, "");
  if (rest === "0") return 0;
  if (rest === "") return invalid;
  let total = 0;
  for (let at = 0; at < rest.length; ) {
    PART.lastIndex = at;
    const [whole, number = "", unit = ""] = PART.exec(rest) ?? [];
    if (whole === undefined || !/[0-9]/.test(number)) return invalid;
    if (unit === "") return `time: missing unit in duration "${text}"`;
    const size = UNITS[unit];
    if (size === undefined) return `time: unknown unit "${unit}" in duration "${text}"`;
    total += Number(number) * size;
    at += whole.length;
  }
  return total > MAX_DURATION ? invalid : sign * total;
}

/** Go counts nanoseconds in 63 bits; milliseconds here. */
const MAX_DURATION = 2 ** 63 / 1e6;
const PART = /([0-9]*\.?[0-9]*)([^0-9.]*)/y;
const UNITS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};
