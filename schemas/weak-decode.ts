// Legacy JSON is weakly typed: texts for numbers, one value for a list of one, texts with commas for lists of texts.

import type { OptionSchemaJson } from "./dialect.js";

export interface WeakProblem {
  readonly pointer: string;
  readonly message: string;
}

/** The value as the schema wants it, where it can be taken so; what can't is told and left out. */
export function weakDecode(
  value: unknown,
  schema: OptionSchemaJson,
  pointer: string,
  refuse: (problem: WeakProblem) => void,
): unknown {
  if (value === null || value === undefined) return undefined;
  switch (schema.type) {
    case "string":
      return weakString(value, pointer, refuse);
    case "boolean":
      return weakBool(value, pointer, refuse);
    case "integer":
    case "number":
      return weakNumber(value, schema.type === "integer", pointer, refuse);
    case "array":
      return weakList(value, schema, pointer, refuse);
    case "object":
      return weakObject(value, schema, pointer, refuse);
  }
}

type Refuse = (problem: WeakProblem) => void;

function mismatch(wanted: string, value: unknown, pointer: string, refuse: Refuse): undefined {
  const name = pointer.slice(1).replaceAll("/", ".");
  const found = Array.isArray(value) ? "list" : value === null ? "null" : typeof value;
  refuse({ pointer, message: `'${name}' expected type '${wanted}', got ${found === "object" ? "map" : found}` });
  return undefined;
}

function weakString(value: unknown, pointer: string, refuse: Refuse): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "number" ? String(value) : mismatch("string", value, pointer, refuse);
}

const TRUE = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE = new Set(["", "0", "f", "F", "FALSE", "false", "False"]);

function weakBool(value: unknown, pointer: string, refuse: Refuse): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string" && TRUE.has(value)) return true;
  if (typeof value === "string" && FALSE.has(value)) return false;
  return mismatch("bool", value, pointer, refuse);
}

function weakNumber(value: unknown, whole: boolean, pointer: string, refuse: Refuse): number | undefined {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return whole ? Math.trunc(value) : value;
  if (typeof value !== "string") return mismatch(whole ? "int" : "float", value, pointer, refuse);
  const number =
    value === "" ? 0 : /^[+-]?(?:0[xXbBoO])?[\da-fA-F.]+(?:[eE][+-]?\d+)?$/.test(value) ? Number(value) : Number.NaN;
  return Number.isNaN(number) ? mismatch(whole ? "int" : "float", value, pointer, refuse) : number;
}

function weakList(value: unknown, { items }: OptionSchemaJson, pointer: string, refuse: Refuse): readonly unknown[] {
  const list = Array.isArray(value)
    ? value
    : typeof value === "string" && items?.type === "string"
      ? splitList(value)
      : [value];
  if (items === undefined) return list;
  return list.map((item, i) => weakDecode(item, items, `${pointer}/${i}`, refuse)).filter((item) => item !== undefined);
}

const splitList = (text: string): readonly string[] => (text === "" ? [] : text.split(","));

function weakObject(
  value: unknown,
  schema: OptionSchemaJson,
  pointer: string,
  refuse: Refuse,
): Record<string, unknown> | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return mismatch("map", value, pointer, refuse);
  const { properties, additionalProperties } = schema;
  const found: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const own = properties === undefined ? name : (nameIn(properties, name) ?? name);
    const inner = properties?.[own] ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);
    const decoded = inner === undefined ? member : weakDecode(member, inner, `${pointer}/${own}`, refuse);
    if (decoded !== undefined) found[own] = decoded;
  }
  return found;
}

/** Option names match in any letter case. */
function nameIn(properties: Readonly<Record<string, unknown>>, name: string): string | undefined {
  if (Object.hasOwn(properties, name)) return name;
  return Object.keys(properties).find((own) => own.toLowerCase() === name.toLowerCase());
}
