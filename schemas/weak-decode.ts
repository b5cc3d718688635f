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

/** The words of Go's mapstructure. */
function mismatch(wanted: string, value: unknown, pointer: string, refuse: Refuse): undefined {
  const found = `got unconvertible type '${goTypeOf(value)}', value: '${goText(value)}'`;
  refuse({ pointer, message: `'${nameOf(pointer)}' expected type '${wanted}', ${found}` });
  return undefined;
}

function notMap(value: unknown, pointer: string, refuse: Refuse): undefined {
  const kind = Array.isArray(value) ? "slice" : typeof value === "number" ? "float64" : typeof value;
  refuse({ pointer, message: `'${nameOf(pointer)}' expected a map, got '${kind === "boolean" ? "bool" : kind}'` });
  return undefined;
}

function notParsed(kind: "bool" | "int" | "float", value: string, pointer: string, refuse: Refuse): undefined {
  const parser = `strconv.Parse${kind[0]?.toUpperCase()}${kind.slice(1)}`;
  const message = `cannot parse '${nameOf(pointer)}' as ${kind}: ${parser}: parsing ${JSON.stringify(value)}: invalid syntax`;
  refuse({ pointer, message });
  return undefined;
}

/** `/tag/0/key` → `tag[0].key` */
const nameOf = (pointer: string): string =>
  pointer
    .slice(1)
    .split("/")
    .map((step, i) => (/^\d+$/.test(step) ? `[${step}]` : i === 0 ? step : `.${step}`))
    .join("");

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "object") return "map[string]interface {}";
  return typeof value === "number" ? "float64" : typeof value === "boolean" ? "bool" : typeof value;
}

/** As Go's %v prints it. */
function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${pairs.map(([name, member]) => `${name}:${goText(member)}`).join(" ")}]`;
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
  return typeof value === "string"
    ? notParsed("bool", value, pointer, refuse)
    : mismatch("bool", value, pointer, refuse);
}

function weakNumber(value: unknown, whole: boolean, pointer: string, refuse: Refuse): number | undefined {
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return whole ? Math.trunc(value) : value;
  if (typeof value !== "string") return mismatch(whole ? "int" : "float", value, pointer, refuse);
  const number = value === "" ? 0 : whole ? goInt(value) : goFloat(value);
  return Number.isNaN(number) ? notParsed(whole ? "int" : "float", value, pointer, refuse) : number;
}

/** strconv.ParseInt with base 0: the prefix says the base, and a leading zero alone means octal. */
function goInt(text: string): number {
  const [, sign, digits = ""] =
    /^([+-]?)(0[xX](?:_?[\da-fA-F])+|0[bB](?:_?[01])+|0[oO]?(?:_?[0-7])+|0|[1-9](?:_?\d)*)$/.exec(text) ?? [];
  if (digits === "") return Number.NaN;
  const plain = digits.replaceAll("_", "").replace(/^0(?=\d)/, "0o");
  return sign === "-" ? -Number(plain) : Number(plain);
}

const goFloat = (text: string): number =>
  /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;

function weakList(value: unknown, { items }: OptionSchemaJson, pointer: string, refuse: Refuse): readonly unknown[] {
  const list = Array.isArray(value)
    ? value
    : typeof value === "string"
      ? splitList(value)
      : isEmpty(value)
        ? []
        : [value];
  if (items === undefined) return list;
  return list.map((item, i) => weakDecode(item, items, `${pointer}/${i}`, refuse)).filter((item) => item !== undefined);
}

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
const splitList = (text: string): readonly string[] => (text === "" ? [] : text.split(","));

function weakObject(
  value: unknown,
  schema: OptionSchemaJson,
  pointer: string,
  refuse: Refuse,
): Record<string, unknown> | undefined {
  const { properties, additionalProperties } = schema;
  if (Array.isArray(value) && properties === undefined) return mergedObject(value, schema, pointer, refuse);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return notMap(value, pointer, refuse);
  const found: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(value)) {
    const own = properties === undefined ? name : (nameIn(properties, name) ?? name);
    const inner = properties?.[own] ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);
    const decoded = inner === undefined ? member : weakDecode(member, inner, `${pointer}/${own}`, refuse);
    if (decoded !== undefined) found[own] = decoded;
  }
  return found;
}

/** A list of maps is as good as one map: later ones win. */
function mergedObject(
  list: readonly unknown[],
  schema: OptionSchemaJson,
  pointer: string,
  refuse: Refuse,
): Record<string, unknown> {
  const maps = list.map((item, i) => weakObject(item, schema, `${pointer}/${i}`, refuse));
  return Object.assign({}, ...maps) as Record<string, unknown>;
}

/** Option names match in any letter case. */
function nameIn(properties: Readonly<Record<string, unknown>>, name: string): string | undefined {
  if (Object.hasOwn(properties, name)) return name;
  return Object.keys(properties).find((own) => own.toLowerCase() === name.toLowerCase());
}
