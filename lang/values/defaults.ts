import type { Type } from "../types/type.js";
import { withMarks } from "./marks.js";
import { type KnownValue, objectValue, tupleValue, type Value } from "./value.js";

/** A declared type and what `optional(T, default)` attributes in it default to. */
export interface TypeWithDefaults {
  readonly type: Type;
  readonly defaults?: Defaults;
}

/** Defaults of one level, and of the types inside it: by attribute name, `*` for a collection's elements, or a tuple's index. */
export interface Defaults {
  readonly values: ReadonlyMap<string, Value>;
  readonly children: ReadonlyMap<string, Defaults>;
}

/**
 * Fills in what `optional(T, default)` says, before the value is converted to the declared type:
 * a missing or null attribute takes its default, at every depth.
 */
export function applyDefaults(value: Value, defaults: Defaults | undefined): Value {
  if (defaults === undefined || value.state !== "known") return value;
  if (Array.isArray(value.raw)) return withItems(value, value.raw as readonly Value[], defaults);
  if (!(value.raw instanceof Map)) return value;
  return withMarks(withEntries(value, value.raw, defaults), value.marks);
}

function withItems(value: KnownValue, items: readonly Value[], defaults: Defaults): Value {
  const filled = items.map((item, i) =>
    applyDefaults(item, defaults.children.get("*") ?? defaults.children.get(String(i))),
  );
  // Elements may differ in type now: a tuple holds them until the conversion that follows makes them one.
  return filled.every((item, i) => item === items[i]) ? value : withMarks(tupleValue(filled), value.marks);
}

function withEntries(value: KnownValue, entries: ReadonlyMap<string, Value>, defaults: Defaults): Value {
  const filled = new Map<string, Value>();
  for (const [name, child] of entries) {
    const fallback = child.state === "null" ? defaults.values.get(name) : undefined;
    filled.set(name, applyDefaults(fallback ?? child, defaults.children.get("*") ?? defaults.children.get(name)));
  }
  for (const [name, fallback] of defaults.values) {
    if (!filled.has(name)) filled.set(name, applyDefaults(fallback, defaults.children.get(name)));
  }
  return sameEntries(filled, entries) ? value : objectValue(filled);
}

const sameEntries = (a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): boolean =>
  a.size === b.size && [...a].every(([name, value]) => b.get(name) === value);
