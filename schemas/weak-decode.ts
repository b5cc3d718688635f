// Legacy JSON is weakly typed: texts for numbers, one value for a list of one, texts with commas for lists of texts.

import { type OptionSchemaJson, propertyNamed } from "./dialect.js";

export interface WeakProblem {
  readonly pointer: string;
  readonly message: string;
}

/** The value as the schema wants it, where it can be taken so; what can't is told and left out. */
export const weakDecode = (value: unknown, schema: OptionSchemaJson, refuse: (problem: WeakProblem) => void): unknown =>
  decode(value, schema, { pointer: "", label: "", refuse });

/** Where a value stands, and who is told of what is wrong with it. */
interface Place {
  readonly pointer: string;
  /** What Go's mapstructure calls it: `tag[0].key`. */
  readonly label: string;
  refuse(problem: WeakProblem): void;
}

const itemOf = ({ pointer, label, refuse }: Place, index: number): Place => ({
  pointer: `${pointer}/${index}`,
  label: `${label}[${index}]`,
  refuse,
});

function memberOf({ pointer, label, refuse }: Place, name: string, schema: OptionSchemaJson): Place {
  const own = schema.goName ?? name;
  return { pointer: `${pointer}/${name}`, label: label === "" ? own : `${label}.${own}`, refuse };
}

function decode(value: unknown, schema: OptionSchemaJson, place: Place): unknown {
  if (value === null || value === undefined) return undefined;
  switch (schema.type) {
    case "string":
      return schema.format === "duration" ? weakDuration(value, place) : weakString(value, place);
    case "boolean":
      return weakBool(value, schema, place);
    case "integer":
    case "number":
      return weakNumber(value, schema, place);
    case "array":
      return weakList(value, schema, place);
    case "object":
      return weakObject(value, schema, place);
  }
}

/** The words of Go's mapstructure. */
function mismatch(wanted: string, value: unknown, { pointer, label, refuse }: Place): undefined {
  const found = `got unconvertible type '${goTypeOf(value)}', value: '${goText(value)}'`;
  refuse({ pointer, message: `'${label}' expected type '${wanted}', ${found}` });
  return undefined;
}

function notMap(value: unknown, { pointer, label, refuse }: Place): undefined {
  const kind = Array.isArray(value) ? "slice" : typeof value === "number" ? "float64" : typeof value;
  refuse({ pointer, message: `'${label}' expected a map, got '${kind === "boolean" ? "bool" : kind}'` });
  return undefined;
}

function notParsed(kind: "bool" | "int" | "float", value: string, { pointer, label, refuse }: Place): undefined {
  const problem = parseProblem(kind, value);
  refuse({ pointer, message: `cannot parse '${label}' as ${kind}: ${problem}` });
  return undefined;
}

const parseProblem = (kind: string, value: string): string =>
  `strconv.Parse${kind[0]?.toUpperCase()}${kind.slice(1)}: parsing ${JSON.stringify(value)}: invalid syntax`;

function goTypeOf(value: unknown): string {
  if (Array.isArray(value)) return "[]interface {}";
  if (typeof value === "object") return "map[interface {}]interface {}";
  return typeof value === "number" ? "float64" : typeof value === "boolean" ? "bool" : typeof value;
}

/** As Go's %v prints it. */
function goText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goText).join(" ")}]`;
  if (typeof value !== "object" || value === null) return String(value);
  const pairs = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `map[${pairs.map(([name, member]) => `${name}:${goText(member)}`).join(" ")}]`;
}

function weakString(value: unknown, place: Place): string | undefined {
  if (typeof value === "string") return value;
  if (typeof value === "boolean") return value ? "1" : "0";
  return typeof value === "number" ? String(value) : mismatch("string", value, place);
}

/** A number is nanoseconds, as Go counts them. */
function weakDuration(value: unknown, place: Place): string | undefined {
  if (typeof value === "number") return `${Math.trunc(value)}ns`;
  if (typeof value === "boolean") return value ? "1ns" : "0s";
  return typeof value === "string" ? value : mismatch("time.Duration", value, place);
}

const TRUE = new Set(["1", "t", "T", "TRUE", "true", "True"]);
const FALSE = new Set(["", "0", "f", "F", "FALSE", "false", "False"]);

function weakBool(value: unknown, { goType }: OptionSchemaJson, place: Place): boolean | undefined {
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (typeof value !== "string") return mismatch(goType === "trilean" ? "config.Trilean" : "bool", value, place);
  if (TRUE.has(value)) return true;
  if (FALSE.has(value)) return goType === "trilean" && value === "" ? undefined : false;
  return goType === "trilean" ? notTrilean(value, place) : notParsed("bool", value, place);
}

/** Read by a function of Packer's own, which says so. */
function notTrilean(value: string, { pointer, label, refuse }: Place): undefined {
  const message = `error decoding '${label}': Error parsing bool from given var: ${parseProblem("bool", value)}`;
  refuse({ pointer, message });
  return undefined;
}

function weakNumber(value: unknown, { type, goType }: OptionSchemaJson, place: Place): number | undefined {
  const whole = type === "integer";
  if (typeof value === "boolean") return Number(value);
  if (typeof value === "number") return whole ? Math.trunc(value) : value;
  if (typeof value !== "string") return mismatch(goType ?? (whole ? "int" : "float64"), value, place);
  const number = value === "" ? 0 : whole ? goInt(value) : goFloat(value);
  return Number.isNaN(number) ? notParsed(whole ? "int" : "float", value, place) : number;
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

function weakList(value: unknown, { items }: OptionSchemaJson, place: Place): readonly unknown[] {
  const list = Array.isArray(value)
    ? value
    : typeof value === "string"
      ? splitList(value)
      : isEmpty(value)
        ? []
        : [value];
  if (items === undefined) return list;
  return list.map((item, i) => decode(item, items, itemOf(place, i))).filter((item) => item !== undefined);
}

const isEmpty = (value: unknown): boolean =>
  typeof value === "object" && value !== null && Object.keys(value).length === 0;
const splitList = (text: string): readonly string[] => (text === "" ? [] : text.split(","));

function weakObject(value: unknown, schema: OptionSchemaJson, place: Place): Record<string, unknown> | undefined {
  const { properties, additionalProperties } = schema;
  if (Array.isArray(value) && properties === undefined) return mergedObject(value, schema, place);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return notMap(value, place);
  const members = Object.entries(value).map(([name, member]) => {
    const own = properties === undefined ? name : nameIn(properties, name, value);
    const inner =
      propertyNamed(schema, own) ?? (typeof additionalProperties === "object" ? additionalProperties : undefined);
    return [own, inner === undefined ? member : decode(member, inner, memberOf(place, own, inner))] as const;
  });
  return Object.fromEntries(members.filter(([, decoded]) => decoded !== undefined));
}

/** A list of maps is as good as one map: later ones win. */
function mergedObject(list: readonly unknown[], schema: OptionSchemaJson, place: Place): Record<string, unknown> {
  const maps = list.map((item, i) => weakObject(item, schema, itemOf(place, i)));
  return Object.fromEntries(maps.flatMap((map) => Object.entries(map ?? {})));
}

/** Option names match in any letter case, unless the exact name is written as well. */
function nameIn(properties: Readonly<Record<string, unknown>>, name: string, value: object): string {
  if (Object.hasOwn(properties, name)) return name;
  const own = Object.keys(properties).find((known) => known.toLowerCase() === name.toLowerCase());
  return own === undefined || Object.hasOwn(value, own) ? name : own;
}
