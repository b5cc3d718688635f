import { invariant } from "../invariant.js";
import {
  type CollectionType,
  DYNAMIC,
  isCollection,
  isPrimitive,
  listOf,
  type ObjectType,
  objectOf,
  type PrimitiveType,
  type TupleType,
  type Type,
  tupleOf,
  typeEquals,
} from "../types/type.js";
import { withoutOptional } from "../types/without-optional.js";
import { withMarks } from "./marks.js";
import { formatNumber, parseNumber } from "./number.js";
import { makeSet } from "./sets.js";
import { unifyTypes } from "./unify-types.js";
import {
  asEntries,
  asItems,
  asNumber,
  asString,
  boolValue,
  type KnownValue,
  known,
  listValue,
  mapValue,
  nullOf,
  numberValue,
  objectValue,
  stringValue,
  tupleValue,
  unknownOf,
  type Value,
} from "./value.js";

export type Safety = "safe" | "unsafe";

/** A place inside a value: attribute and map keys, and indexes. */
export type ValuePath = readonly (string | number)[];

/** A value that can't become what is asked for. `message` says what is wanted, without a final period. */
export class ConversionError extends Error {
  override readonly name = "ConversionError";
  /** What the message is about; it does not name it. */
  readonly path: ValuePath;
  /** The part that is wrong: at the path, or in it where the message names a part. */
  readonly place: ValuePath;

  constructor(path: ValuePath, message: string, place = path) {
    super(message);
    this.path = path;
    this.place = place;
  }
}

/** Makes a value of one type into one of another; throws {@link ConversionError} where this value can't. */
export type Conversion = (value: Value, path: ValuePath) => Value;
type KnownConversion = (value: KnownValue, path: ValuePath) => Value;

export const canConvert = (from: Type, to: Type, safety: Safety): boolean =>
  typeEquals(from, to) || conversionBetween(from, to, safety) !== undefined;

const unify = (types: readonly Type[], safety: Safety): Type | undefined =>
  unifyTypes(types, (from, to) => canConvert(from, to, safety));

/** How values of `from` become values of `to`; undefined when none can. Nulls, unknowns and marks pass through. */
export function conversionBetween(from: Type, to: Type, safety: Safety): Conversion | undefined {
  if (to.kind === "dynamic") return (value) => value;
  const content = contentConversion(from, to, safety);
  if (content === undefined) return undefined;
  return (value, path) => {
    const result = value.state === "known" ? content(value, path) : emptyOf(value, withoutOptional(filledIn(from, to)));
    return withMarks(result, value.marks);
  };
}

function emptyOf(value: Value, type: Type): Value {
  if (value.state === "null") return nullOf(type);
  return unknownOf(type, value.state === "unknown" && value.refinement?.notNull ? { notNull: true } : undefined);
}

/** `to`, with its `any` filled in from where `from` says what they are. */
function filledIn(from: Type, to: Type): Type {
  if (to.kind === "dynamic") return from;
  if (isCollection(to))
    return { kind: to.kind, element: isCollection(from) ? filledIn(from.element, to.element) : to.element };
  if (to.kind === "tuple" && from.kind === "tuple") {
    return tupleOf(to.elements.map((type, i) => filledIn(from.elements[i] ?? DYNAMIC, type)));
  }
  if (to.kind !== "object" || from.kind !== "object") return to;
  const filled = [...to.attributes].map(
    ([name, type]) => [name, filledIn(from.attributes.get(name) ?? type, type)] as const,
  );
  return objectOf(new Map(filled), to.optional);
}

/** Only a null or an unknown has no type; should a value turn up all the same, it is converted by its own. */
function fromDynamic(to: Type, safety: Safety): KnownConversion | undefined {
  if (safety === "safe") return undefined;
  return (value, path) =>
    convertAt(value, to, path, () => new ConversionError(path, "a value of a known type is required"));
}

/** Converts by the value's own type, or throws what `refuse` makes. */
export function convertAt(value: Value, to: Type, path: ValuePath, refuse: () => ConversionError): Value {
  if (typeEquals(value.type, to)) return value;
  const conversion = conversionBetween(value.type, to, "unsafe");
  if (conversion === undefined) throw refuse();
  return conversion(value, path);
}

function contentConversion(from: Type, to: Type, safety: Safety): KnownConversion | undefined {
  if (from.kind === "dynamic") return fromDynamic(to, safety);
  if (isPrimitive(from)) return isPrimitive(to) ? primitiveConversion(from, to, safety) : undefined;
  if (isCollection(from)) return fromCollection(from, to, safety);
  return from.kind === "object" ? fromObject(from, to, safety) : fromTuple(from, to, safety);
}

// ─── primitives ──────────────────────────────────────────────────────────────

function primitiveConversion(from: PrimitiveType, to: PrimitiveType, safety: Safety): KnownConversion | undefined {
  if (from.kind === to.kind) return (value) => value;
  if (to.kind === "string") {
    return (value) => stringValue(from.kind === "bool" ? String(value.raw) : formatNumber(asNumber(value)));
  }
  if (from.kind !== "string" || safety === "safe") return undefined;
  return to.kind === "number" ? stringToNumber : stringToBool;
}

function stringToNumber(value: KnownValue, path: ValuePath): Value {
  const number = parseNumber(asString(value));
  if (number === undefined) throw new ConversionError(path, "a number is required");
  return numberValue(number);
}

const BOOLS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);

function stringToBool(value: KnownValue, path: ValuePath): Value {
  const text = asString(value);
  const bool = BOOLS.get(text);
  if (bool !== undefined) return boolValue(bool);
  const lower = text.toLowerCase();
  const hint = lower === "true" || lower === "false" ? `; to convert from string, use lowercase "${lower}"` : "";
  throw new ConversionError(path, `a bool is required${hint}`);
}

// ─── structures ──────────────────────────────────────────────────────────────

function fromObject(from: ObjectType, to: Type, safety: Safety): KnownConversion | undefined {
  if (to.kind === "object") return objectToObject(from, to, safety);
  return to.kind === "map" ? objectToMap(from, to, safety) : undefined;
}

function fromTuple(from: TupleType, to: Type, safety: Safety): KnownConversion | undefined {
  if (to.kind === "tuple") return tupleToTuple(from, to, safety);
  return to.kind === "list" || to.kind === "set" ? tupleToCollection(from, to, safety) : undefined;
}

function fromCollection(from: CollectionType, to: Type, safety: Safety): KnownConversion | undefined {
  if (isCollection(to)) return collectionToCollection(from, to, safety);
  return from.kind === "map" && to.kind === "object" && safety === "unsafe" ? mapToObject(from, to) : undefined;
}

/** What passes unchanged is "same". */
type Step = Conversion | "same";

const stepBetween = (from: Type, to: Type, safety: Safety): Step | undefined =>
  typeEquals(from, to) ? "same" : conversionBetween(from, to, safety);

const take = (step: Step, value: Value, path: ValuePath): Value => (step === "same" ? value : step(value, path));

function objectToObject(from: ObjectType, to: ObjectType, safety: Safety): KnownConversion | undefined {
  const steps = new Map<string, Step>();
  for (const [name, type] of to.attributes) {
    const source = from.attributes.get(name);
    if (source === undefined && to.optional.has(name)) continue;
    const step = source === undefined ? undefined : stepBetween(source, type, safety);
    if (step === undefined) return undefined;
    steps.set(name, step);
  }
  return (value, path) => objectValue(attributesOf(asEntries(value), to, path, (name) => steps.get(name) ?? "same"));
}

function* attributesOf(
  source: ReadonlyMap<string, Value>,
  to: ObjectType,
  path: ValuePath,
  stepOf: (name: string) => Step,
): Generator<readonly [string, Value]> {
  for (const [name, type] of to.attributes) {
    const value = source.get(name);
    if (value !== undefined) yield [name, take(stepOf(name), value, [...path, name])];
    else if (to.optional.has(name)) yield [name, nullOf(withoutOptional(type))];
    else throw new ConversionError(path, `map has no element for required attribute ${JSON.stringify(name)}`);
  }
}

function mapToObject(from: CollectionType, to: ObjectType): KnownConversion | undefined {
  const steps = new Map<string, Step>();
  for (const [name, type] of to.attributes) {
    const step = stepBetween(from.element, type, "unsafe");
    if (step === undefined) return undefined;
    steps.set(name, step);
  }
  return (value, path) => objectValue(attributesOf(asEntries(value), to, path, (name) => steps.get(name) ?? "same"));
}

function tupleToTuple(from: TupleType, to: TupleType, safety: Safety): KnownConversion | undefined {
  if (from.elements.length !== to.elements.length) return undefined;
  const steps = stepsOf(from.elements, (i) => to.elements[i] ?? DYNAMIC, safety);
  if (steps === undefined) return undefined;
  return (value, path) => tupleValue(convertItems(asItems(value), steps, path));
}

function stepsOf(from: readonly Type[], to: (index: number) => Type, safety: Safety): readonly Step[] | undefined {
  const steps: Step[] = [];
  for (const [i, type] of from.entries()) {
    const step = stepBetween(type, to(i), safety);
    if (step === undefined) return undefined;
    steps.push(step);
  }
  return steps;
}

const convertItems = (items: readonly Value[], steps: readonly Step[], path: ValuePath): readonly Value[] =>
  items.map((item, i) => take(steps[i] ?? "same", item, [...path, i]));

function tupleToCollection(from: TupleType, to: CollectionType, safety: Safety): KnownConversion | undefined {
  if (from.elements.length === 0) return () => collection(to.kind, withoutOptional(to.element), []);
  const element = to.element.kind === "dynamic" ? unify(from.elements, safety) : to.element;
  const steps = element === undefined ? undefined : stepsOf(from.elements, () => element, safety);
  if (steps === undefined) return undefined;
  return (value, path) => uniform(to.kind, convertItems(asItems(value), steps, path), path, safety);
}

function objectToMap(from: ObjectType, to: CollectionType, safety: Safety): KnownConversion | undefined {
  const names = [...from.attributes.keys()];
  if (names.length === 0) return () => mapValue(withoutOptional(to.element), []);
  const types = [...from.attributes.values()];
  const element = to.element.kind === "dynamic" ? unify(types, safety) : to.element;
  const steps = element === undefined ? undefined : stepsOf(types, () => element, safety);
  if (steps === undefined) return undefined;
  const stepByName = new Map(names.map((name, i) => [name, steps[i] ?? ("same" as const)]));
  return (value, path) =>
    uniformMap(
      convertEntries(asEntries(value), (key) => stepByName.get(key) ?? "same", path),
      path,
      safety,
    );
}

const convertEntries = (
  entries: ReadonlyMap<string, Value>,
  stepOf: (key: string) => Step,
  path: ValuePath,
): readonly (readonly [string, Value])[] =>
  [...entries].map(([key, value]) => [key, take(stepOf(key), value, [...path, key])] as const);

function collectionToCollection(from: CollectionType, to: CollectionType, safety: Safety): KnownConversion | undefined {
  if ((from.kind === "map") !== (to.kind === "map")) return undefined;
  // A list would lose its order and its duplicates.
  if (from.kind === "list" && to.kind === "set" && safety === "safe") return undefined;
  const step = stepBetween(from.element, to.element, safety);
  if (step === undefined) return undefined;
  const empty = withoutOptional(to.element.kind === "dynamic" ? from.element : to.element);
  if (to.kind === "map") {
    return (value, path) => {
      const entries = convertEntries(asEntries(value), () => step, path);
      return entries.length === 0 ? mapValue(empty, []) : uniformMap(entries, path, safety);
    };
  }
  return (value, path) => {
    const items = asItems(value).map((item, i) => take(step, item, [...path, i]));
    return items.length === 0 ? collection(to.kind, empty, []) : uniform(to.kind, items, path, safety);
  };
}

// ─── one element type ────────────────────────────────────────────────────────

function uniform(kind: CollectionType["kind"], items: readonly Value[], path: ValuePath, safety: Safety): Value {
  const { element, values } = unified(items, path, safety);
  return collection(kind, element, values);
}

function uniformMap(entries: readonly (readonly [string, Value])[], path: ValuePath, safety: Safety): Value {
  const { element, values } = unified(
    entries.map(([, value]) => value),
    path,
    safety,
  );
  return mapValue(
    element,
    entries.map(([key, value], i) => [key, values[i] ?? value]),
  );
}

function collection(kind: CollectionType["kind"], element: Type, items: readonly Value[]): Value {
  invariant(kind !== "map", "a map is made of entries");
  return kind === "set" ? makeSet(element, items) : listValue(element, items);
}

/** The conversions of elements may still leave several types, where `any` was asked for. */
function unified(
  items: readonly Value[],
  path: ValuePath,
  safety: Safety,
): { element: Type; values: readonly Value[] } {
  const first = items[0]?.type ?? DYNAMIC;
  if (items.every((item) => typeEquals(item.type, first))) return { element: first, values: items };
  const common = unify(
    items.map((item) => item.type),
    safety,
  );
  if (common === undefined) throw new ConversionError(path, "collection elements cannot be unified");
  // Untyped nulls among typed elements: they take the elements' type.
  const element =
    common.kind === "dynamic" ? (items.find((item) => item.type.kind !== "dynamic")?.type ?? DYNAMIC) : common;
  const refuse = (): ConversionError => new ConversionError(path, "collection elements cannot be unified");
  return { element, values: items.map((item, i) => convertAt(item, element, [...path, i], refuse)) };
}

/** For callers that need a list of values that may differ in type. */
export function listFrom(items: readonly Value[], path: ValuePath = []): Value {
  return items.length === 0 ? known(listOf(DYNAMIC), []) : uniform("list", items, path, "unsafe");
}
