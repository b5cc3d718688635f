import { invariant } from "../invariant.js";
import { BOOL, DYNAMIC, listOf, mapOf, NUMBER, objectOf, STRING, type Type, tupleOf } from "../types/type.js";
import type { HclNumber } from "./number.js";

export type Mark = "sensitive";
export type Marks = ReadonlySet<Mark>;
export const NO_MARKS: Marks = new Set();
export const SENSITIVE: Marks = new Set<Mark>(["sensitive"]);

interface Typed {
  readonly type: Type;
  readonly marks: Marks;
}
export interface KnownValue extends Typed {
  readonly state: "known";
  readonly raw: Raw;
}
export interface NullValue extends Typed {
  readonly state: "null";
}
export interface UnknownValue extends Typed {
  readonly state: "unknown";
  readonly refinement?: Refinement;
}
/** A value of the language: known, null or unknown, each of a type, each possibly marked. Never changed once made. */
export type Value = KnownValue | NullValue | UnknownValue;

/**
 * What a known value holds, by the kind of its type: string (NFC), boolean, {@link HclNumber};
 * an array for list, tuple and set (a set's is without duplicates and in iteration order: see sets.ts);
 * a map for map and object, its keys in ascending order of their UTF-8 bytes.
 */
export type Raw = string | boolean | HclNumber | readonly Value[] | ReadonlyMap<string, Value>;

/** What is already certain of an unknown value. */
export interface Refinement {
  readonly notNull: boolean;
  readonly stringPrefix?: string;
  readonly length?: readonly [min: number, max: number];
}

export const known = (type: Type, raw: Raw, marks: Marks = NO_MARKS): KnownValue => ({
  state: "known",
  type,
  raw,
  marks,
});
export const nullOf = (type: Type, marks: Marks = NO_MARKS): NullValue => ({ state: "null", type, marks });
export function unknownOf(type: Type, refinement?: Refinement, marks: Marks = NO_MARKS): UnknownValue {
  return refinement === undefined ? { state: "unknown", type, marks } : { state: "unknown", type, marks, refinement };
}

export const TRUE: KnownValue = known(BOOL, true);
export const FALSE: KnownValue = known(BOOL, false);
/** The untyped null, as the literal `null` gives it. */
export const NULL: NullValue = nullOf(DYNAMIC);
/** Nothing is known of it, not even its type. */
export const UNKNOWN: UnknownValue = unknownOf(DYNAMIC);

export const boolValue = (value: boolean): KnownValue => (value ? TRUE : FALSE);
/** Every string of the language is in Unicode normal form C. */
export const stringValue = (text: string): KnownValue => known(STRING, text.normalize("NFC"));
export const numberValue = (number: HclNumber): KnownValue => known(NUMBER, number);
export const tupleValue = (items: readonly Value[]): KnownValue =>
  known(tupleOf(items.map((item) => item.type)), items);
/** Every item must be of type `element` already. */
export const listValue = (element: Type, items: readonly Value[]): KnownValue => known(listOf(element), items);
export const mapValue = (element: Type, entries: Iterable<readonly [string, Value]>): KnownValue =>
  known(mapOf(element), sortedByKey(entries));

export function objectValue(entries: Iterable<readonly [string, Value]> | Readonly<Record<string, Value>>): KnownValue {
  const pairs = isIterable(entries) ? entries : Object.entries(entries);
  const raw = sortedByKey(pairs);
  return known(objectOf(new Map([...raw].map(([name, value]) => [name, value.type]))), raw);
}

function isIterable(x: object): x is Iterable<readonly [string, Value]> {
  return Symbol.iterator in x;
}

/** A later entry of the same key wins; keys come out in ascending order of their UTF-8 bytes. */
export function sortedByKey(entries: Iterable<readonly [string, Value]>): ReadonlyMap<string, Value> {
  const last = new Map<string, Value>(entries);
  return new Map([...last].sort(([a], [b]) => compareBytes(a, b)));
}

/** Orders strings by their UTF-8 bytes, which is their order by code point (not by UTF-16 unit). */
export function compareBytes(a: string, b: string): number {
  const shorter = Math.min(a.length, b.length);
  for (let i = 0; i < shorter; i += 1) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) return unitRank(x) - unitRank(y);
  }
  return a.length - b.length;
}

// Surrogates stand for code points above every other unit.
const unitRank = (unit: number): number => (unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit);

export const isKnown = (value: Value): value is KnownValue => value.state === "known";
export const isNull = (value: Value): value is NullValue => value.state === "null";
export const isUnknown = (value: Value): value is UnknownValue => value.state === "unknown";

// The accessors below are for code that has just checked the type; a wrong call is a bug of ours.

export function asString(value: Value): string {
  invariant(value.state === "known" && typeof value.raw === "string", "not a known string");
  return value.raw;
}

export function asBool(value: Value): boolean {
  invariant(value.state === "known" && typeof value.raw === "boolean", "not a known bool");
  return value.raw;
}

export function asNumber(value: Value): HclNumber {
  invariant(value.state === "known" && value.type.kind === "number", "not a known number");
  return value.raw as HclNumber;
}

/** The items of a known list, set or tuple. */
export function asItems(value: Value): readonly Value[] {
  invariant(value.state === "known" && Array.isArray(value.raw), "not a known list, set or tuple");
  return value.raw;
}

/** The entries of a known map or object. */
export function asEntries(value: Value): ReadonlyMap<string, Value> {
  invariant(value.state === "known" && value.raw instanceof Map, "not a known map or object");
  return value.raw;
}
