// Values as a Go template sees them: what Packer's Go code holds in interface{} and reflect.Value.

export type GoValue =
  /** No value at all: a missing map entry, or no data. Prints as `<no value>`. */
  | { readonly kind: "none" }
  /** A nil interface{}. */
  | { readonly kind: "nil" }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "int"; readonly value: bigint }
  /** An unsigned number: a byte of a string. */
  | { readonly kind: "uint"; readonly value: bigint }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "complex"; readonly value: readonly [real: number, imaginary: number] }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "list"; readonly items: readonly GoValue[] }
  | {
      readonly kind: "map";
      readonly entries: ReadonlyMap<string, GoValue>;
      readonly element: "string" | "interface {}";
    }
  | { readonly kind: "struct"; readonly type: string; readonly fields: ReadonlyMap<string, GoValue> };

export const NONE: GoValue = { kind: "none" };
export const NIL: GoValue = { kind: "nil" };
export const goBool = (value: boolean): GoValue => ({ kind: "bool", value });
export const goInt = (value: bigint | number): GoValue => ({ kind: "int", value: BigInt(value) });
export const goString = (value: string): GoValue => ({ kind: "string", value });

/** Data whose missing fields are an error, as those of a Go struct are: `can't evaluate field X in type *common.BuildInfoTemplate`. */
export class GoStruct {
  readonly type: string;
  readonly fields: Readonly<Record<string, unknown>>;
  constructor(type: string, fields: Readonly<Record<string, unknown>>) {
    this.type = type;
    this.fields = fields;
  }
}

/**
 * What plain data is to a template: a record is a map[string]interface{}, a Map of strings a map[string]string
 * (whose missing entries are ""), an integral number an int, undefined no value, null a nil.
 */
export function fromData(data: unknown): GoValue {
  if (data === undefined) return NONE;
  if (data === null) return NIL;
  if (typeof data === "object") return fromObject(data);
  if (typeof data === "string") return goString(data);
  if (typeof data === "boolean") return goBool(data);
  if (typeof data === "bigint") return goInt(data);
  if (typeof data === "number") return Number.isSafeInteger(data) ? goInt(data) : { kind: "float", value: data };
  return NONE;
}

function fromObject(data: object): GoValue {
  if (Array.isArray(data)) return { kind: "list", items: data.map(fromData) };
  if (data instanceof GoStruct)
    return { kind: "struct", type: data.type, fields: entriesOf(Object.entries(data.fields)) };
  if (!(data instanceof Map)) return { kind: "map", entries: entriesOf(Object.entries(data)), element: "interface {}" };
  const entries = entriesOf([...data].map(([key, value]) => [String(key), value]));
  const strings = [...entries.values()].every(({ kind }) => kind === "string");
  return { kind: "map", entries, element: strings ? "string" : "interface {}" };
}

const entriesOf = (pairs: readonly (readonly [string, unknown])[]): ReadonlyMap<string, GoValue> =>
  new Map(pairs.map(([key, value]) => [key, fromData(value)]));

const TYPE_NAMES: Readonly<Record<Exclude<GoValue["kind"], "map" | "struct">, string>> = {
  none: "<nil>",
  nil: "interface {}",
  bool: "bool",
  int: "int",
  uint: "uint8",
  float: "float64",
  complex: "complex128",
  string: "string",
  list: "[]interface {}",
};

/** The name of the Go type, as its errors and %T print it. */
export function typeName(value: GoValue): string {
  if (value.kind === "map") return `map[string]${value.element}`;
  return value.kind === "struct" ? value.type : TYPE_NAMES[value.kind];
}

/** False, zero, nil and whatever is empty are false. */
export function isTrue(value: GoValue): boolean {
  switch (value.kind) {
    case "none":
    case "nil":
      return false;
    case "bool":
      return value.value;
    case "int":
    case "uint":
      return value.value !== 0n;
    case "float":
      return value.value !== 0;
    case "complex":
      return value.value[0] !== 0 || value.value[1] !== 0;
    case "string":
      return value.value !== "";
    case "list":
      return value.items.length > 0;
    case "map":
      return value.entries.size > 0;
    case "struct":
      return true;
  }
}

/** The keys of a map in the order in which a template ranges over it: by their bytes. */
export function sortedKeys(entries: ReadonlyMap<string, unknown>): readonly string[] {
  return [...entries.keys()].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
}
