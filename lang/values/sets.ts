import { setOf, type Type } from "../types/type.js";
import { unionOfMarks, unmarkDeep } from "./marks.js";
import { compare, formatForHash, formatNumber, isInfinite, signOf } from "./number.js";
import { asBool, asEntries, asNumber, asString, compareBytes, type KnownValue, known, type Value } from "./value.js";

/**
 * A set of values that are of type `element` already: without duplicates and in iteration order.
 * Marks of elements move to the set, as nothing in a set may be marked.
 */
export function makeSet(element: Type, values: readonly Value[]): KnownValue {
  const plain = values.map(unmarkDeep);
  const distinct = new Map<string, Value>();
  for (const { value } of plain) {
    const key = identityText(value);
    if (!distinct.has(key)) distinct.set(key, value);
  }
  const ordered = [...distinct.values()].sort(compareInSet);
  return known(setOf(element), ordered, unionOfMarks(plain.map(({ marks }) => marks)));
}

/** Strings by their bytes, numbers ascending, false before true; other types by their hash text. Nulls come last, unknowns after them. */
export function compareInSet(a: Value, b: Value): number {
  const byState = stateRank(a) - stateRank(b);
  if (byState !== 0 || a.state !== "known" || b.state !== "known") return byState;
  switch (a.type.kind) {
    case "string":
      return compareBytes(asString(a), asString(b));
    case "number":
      return compare(asNumber(a), asNumber(b));
    case "bool":
      return Number(asBool(a)) - Number(asBool(b));
    default:
      return compareBytes(hashText(a), hashText(b));
  }
}

const stateRank = (value: Value): number => (value.state === "known" ? 0 : value.state === "null" ? 1 : 2);

/** Equal for two values of one type exactly when the language's `==` holds of them. */
export const identityText = (value: Value): string => textOf(value, exactNumber);

const hashText = (value: Value): string => textOf(value, (number) => formatForHash(asNumber(number)));

function exactNumber(value: Value): string {
  const number = asNumber(value);
  return !isInfinite(number) && signOf(number) === 0 ? "0" : formatNumber(number);
}

function textOf(value: Value, numberText: (value: Value) => string): string {
  if (value.state === "unknown") return "?";
  if (value.state === "null") return "~";
  const inner = (child: Value): string => textOf(child, numberText);
  switch (value.type.kind) {
    case "string":
      return JSON.stringify(value.raw);
    case "bool":
      return value.raw === true ? "T" : "F";
    case "number":
      return numberText(value);
    case "map":
      return `{${[...asEntries(value)].map(([key, child]) => `${JSON.stringify(key)}:${inner(child)};`).join("")}}`;
    case "object":
      return `<${[...asEntries(value).values()].map((child) => `${inner(child)};`).join("")}>`;
    case "tuple":
      return `<${(value.raw as readonly Value[]).map((child) => `${inner(child)};`).join("")}>`;
    default:
      return `[${(value.raw as readonly Value[]).map((child) => `${inner(child)};`).join("")}]`;
  }
}
