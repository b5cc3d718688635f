import {
  attributeOfNull,
  attributeOfPrimitive,
  attributeOfSequence,
  indexOfNull,
  indexOfSet,
  indexOutOfRange,
  invalidIndex,
  missingKey,
  missingMapElement,
  notIndexable,
  nullIndex,
  unsupportedAttribute,
} from "../diagnostics/catalog/evaluation.js";
import type { Wording } from "../diagnostics/diagnostic.js";
import { closest } from "../diagnostics/did-you-mean.js";
import { describeType } from "../types/describe.js";
import { isPrimitive, NUMBER, type ObjectType, STRING } from "../types/type.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { withMarksOf } from "../values/marks.js";
import { formatNumber, type HclNumber, signOf, toBigInt } from "../values/number.js";
import { asEntries, asItems, asNumber, asString, UNKNOWN, unknownOf, type Value } from "../values/value.js";

/** Told what is wrong; the caller knows where. */
export type Refuse = (wording: Wording) => void;

/** `value.name`: an object's attribute or a map's element. Unknown after a refusal. */
export function attributeOf(value: Value, name: string, refuse: Refuse): Value {
  return withMarksOf(plainAttribute(value, name, refuse), value);
}

function plainAttribute(value: Value, name: string, refuse: Refuse): Value {
  const { type } = value;
  if (value.state === "null") return refused(refuse, attributeOfNull(name));
  if (type.kind === "dynamic") return UNKNOWN;
  if (type.kind === "object") return objectAttribute(value, type, name, refuse);
  if (type.kind === "map") {
    if (value.state === "unknown") return unknownOf(type.element);
    const entries = asEntries(value);
    return (
      entries.get(name) ??
      refused(refuse, missingMapElement(name, nearest(name, entries, value)), unknownOf(type.element))
    );
  }
  if (isPrimitive(type)) return refused(refuse, attributeOfPrimitive(type.kind));
  return refused(refuse, attributeOfSequence(describeType(type), name));
}

function objectAttribute(value: Value, type: ObjectType, name: string, refuse: Refuse): Value {
  const attribute = type.attributes.get(name);
  if (attribute === undefined) {
    const names = value.marks.size > 0 ? [] : [...type.attributes.keys()];
    return refused(refuse, unsupportedAttribute(name, closest(name, names), names));
  }
  return value.state === "known" ? (asEntries(value).get(name) ?? unknownOf(attribute)) : unknownOf(attribute);
}

/** The keys of a sensitive map are not to be told. */
const nearest = (name: string, entries: ReadonlyMap<string, unknown>, value: Value): string | undefined =>
  value.marks.size > 0 ? undefined : closest(name, [...entries.keys()]);

function refused(refuse: Refuse, wording: Wording, result: Value = UNKNOWN): Value {
  refuse(wording);
  return result;
}

/** `value[key]`. Unknown after a refusal. */
export function elementOf(value: Value, key: Value, refuse: Refuse): Value {
  return withMarksOf(plainElement(value, key, refuse), value, key);
}

function plainElement(value: Value, key: Value, refuse: Refuse): Value {
  if (value.state === "null") return refused(refuse, indexOfNull());
  if (key.state === "null") return refused(refuse, nullIndex());
  if (value.type.kind === "dynamic" || key.type.kind === "dynamic") return UNKNOWN;
  switch (value.type.kind) {
    case "list":
    case "tuple":
      return sequenceElement(value, key, refuse);
    case "map":
    case "object":
      return keyedElement(value, key, refuse);
    case "set":
      return refused(refuse, indexOfSet());
    default:
      return refused(refuse, notIndexable(value.type.kind));
  }
}

function sequenceElement(value: Value, key: Value, refuse: Refuse): Value {
  const index = tryConvert(key, NUMBER);
  if (index instanceof ConversionError) return refused(refuse, invalidIndex(index.message));
  const unknown = value.type.kind === "list" ? unknownOf(value.type.element) : UNKNOWN;
  if (index.state !== "known") return unknown;
  const number = asNumber(index);
  const whole = toBigInt(number);
  if (whole === undefined) {
    return refused(
      refuse,
      invalidIndex("indexing a sequence requires a whole number, but the given index has a fractional part"),
      unknown,
    );
  }
  if (signOf(number) < 0) {
    return refused(refuse, invalidIndex("a negative number is not a valid index for a sequence"), unknown);
  }
  if (value.state !== "known")
    return value.type.kind === "tuple" ? unknownElement(value, Number(whole), number, refuse) : unknown;
  const items = asItems(value);
  return items[Number(whole)] ?? refused(refuse, indexOutOfRange(formatNumber(number), items.length), unknown);
}

function unknownElement(value: Value, index: number, number: HclNumber, refuse: Refuse): Value {
  const types = value.type.kind === "tuple" ? value.type.elements : [];
  const type = types[index];
  return type === undefined ? refused(refuse, indexOutOfRange(formatNumber(number), types.length)) : unknownOf(type);
}

function keyedElement(value: Value, key: Value, refuse: Refuse): Value {
  const name = tryConvert(key, STRING);
  if (name instanceof ConversionError) return refused(refuse, invalidIndex(name.message));
  const unknown = value.type.kind === "map" ? unknownOf(value.type.element) : UNKNOWN;
  if (name.state !== "known") return unknown;
  const text = asString(name);
  if (value.type.kind === "object") {
    const type = value.type.attributes.get(text);
    if (type !== undefined && value.state !== "known") return unknownOf(type);
  } else if (value.state !== "known") return unknown;
  const entries = value.state === "known" ? asEntries(value) : new Map<string, Value>();
  const byNumber = value.type.kind === "object" && key.type.kind === "number";
  const shownKey = key.marks.size > 0 ? "<sensitive>" : text;
  return entries.get(text) ?? refused(refuse, missingKey(shownKey, nearest(text, entries, value), byNumber), unknown);
}
