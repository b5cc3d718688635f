import { describeType } from "../types/describe.js";
import {
  BOOL,
  DYNAMIC,
  hasDynamic,
  listOf,
  mapOf,
  NUMBER,
  objectOf,
  STRING,
  setOf,
  type Type,
  tupleOf,
  typeEquals,
} from "../types/type.js";
import { ConversionError, convert } from "../values/convert.js";
import { equality } from "../values/equal.js";
import { isWhollyKnown } from "../values/marks.js";
import { fromInteger, isInteger } from "../values/number.js";
import { identityText, makeSet } from "../values/sets.js";
import { unify } from "../values/unify.js";
import {
  asBool,
  asEntries,
  asItems,
  asNumber,
  asString,
  compareBytes,
  FALSE,
  isKnown,
  isNull,
  isUnknown,
  known,
  listValue,
  mapValue,
  nullOf,
  numberValue,
  objectValue,
  stringValue,
  TRUE,
  tupleValue,
  unknownOf,
  type Value,
} from "../values/value.js";
import { argument, int64Of, textOf } from "./arguments.js";
import { allowing, any, defineValueFunc, defineVariadicFunc, num, str, typed } from "./define.js";
import { ArgError, type Func, FunctionError } from "./func.js";

const STRINGS = listOf(STRING);

// biome-ignore format: table
export const collections: readonly Func[] = [
  defineValueFunc("alltrue", "Whether all items are true.", [typed("list", listOf(BOOL))], BOOL, (args) => allTrue(asItems(argument(args, 0)))),
  defineValueFunc("anytrue", "Whether any item is true.", [typed("list", listOf(BOOL))], BOOL, (args) => anyTrue(asItems(argument(args, 0)))),
  defineValueFunc("chunklist", "Cuts a list into lists of a size.", [typed("list", listOf(DYNAMIC)), num("size")], (args) => listOf(argument(args, 0).type), chunkList),
  defineVariadicFunc("coalesce", "The first value that is neither null nor an empty string.", [], allowing(any("vals"), "null", "unknown", "dynamic"), commonType, coalesce),
  defineVariadicFunc("coalescelist", "The first list that is not empty.", [], allowing(any("vals"), "unknown", "dynamic", "null"), coalesceListType, coalesceList),
  defineValueFunc("compact", "Drops empty strings and nulls.", [typed("list", listOf(STRING))], STRINGS, compact),
  defineVariadicFunc("concat", "One list of the items of several.", [], any("seqs"), concatType, concat),
  defineValueFunc("contains", "Whether a value is among the items.", [any("list"), any("value")], BOOL, contains),
  defineValueFunc("distinct", "The items without repetitions.", [typed("list", listOf(DYNAMIC))], (args) => argument(args, 0).type, distinct),
  defineValueFunc("element", "The item at an index, which wraps around.", [any("list"), num("index")], elementType, element),
  defineValueFunc("flatten", "The items of nested lists, in one list.", [any("list")], DYNAMIC, (args) => flatten(argument(args, 0))),
  defineValueFunc("index", "Where a value first is in a list.", [any("list"), any("value")], NUMBER, indexOfItem),
  defineValueFunc("keys", "The keys of a map, in order.", [any("inputMap")], (args) => keysType(argument(args, 0)), (args) => keys(argument(args, 0))),
  defineVariadicFunc("lookup", "The value of a key, or another where the key is not there.", [any("inputMap"), str("key")], allowing(any("default"), "dynamic"), DYNAMIC, lookup),
  defineVariadicFunc("merge", "One map of the entries of several; later ones win.", [], allowing(any("maps"), "null", "dynamic"), DYNAMIC, merge),
  defineValueFunc("reverse", "The items in the opposite order.", [any("list")], reverseType, (args) => reverse(argument(args, 0))),
  defineVariadicFunc("setintersection", "The items that are in all of the sets.", [{ ...any("first_set"), type: setOf(DYNAMIC) }], { ...any("other_sets"), type: setOf(DYNAMIC) }, setResultType, setOperation((sets) => intersection(sets))),
  defineVariadicFunc("setproduct", "All combinations of one item from each.", [], any("sets"), productType, setProduct),
  defineVariadicFunc("setunion", "The items that are in any of the sets.", [{ ...any("first_set"), type: setOf(DYNAMIC) }], { ...any("other_sets"), type: setOf(DYNAMIC) }, setResultType, setOperation((sets) => sets.flat())),
  defineValueFunc("slice", "The items from one index up to another.", [any("list"), num("start_index"), num("end_index")], sliceType, slice),
  defineValueFunc("sort", "The strings in the order of their bytes.", [typed("list", listOf(STRING))], STRINGS, sortStrings),
  defineValueFunc("values", "The values of a map, in the order of their keys.", [any("mapping")], (args) => valuesType(argument(args, 0)), (args) => values(argument(args, 0))),
  defineValueFunc("zipmap", "A map from keys to values.", [typed("keys", listOf(STRING)), any("values")], zipType, zipMap),
];

const fail = (message: string): FunctionError => new FunctionError(message);

function allTrue(items: readonly Value[]): Value {
  if (items.some((item) => isNull(item) || (isKnown(item) && !asBool(item)))) return FALSE;
  return items.some(isUnknown) ? unknownOf(BOOL) : TRUE;
}

function anyTrue(items: readonly Value[]): Value {
  if (items.some((item) => isKnown(item) && asBool(item))) return TRUE;
  return items.some(isUnknown) ? unknownOf(BOOL) : FALSE;
}

function chunkList(args: readonly Value[]): Value {
  const list = argument(args, 0);
  const size = Number(int64Of(args, 1, (message) => fail(`invalid size: ${message}`)));
  if (size < 0) throw fail("the size argument must be positive");
  const items = asItems(list);
  const step = size === 0 ? Math.max(1, items.length) : size;
  const starts = Array.from({ length: Math.ceil(items.length / step) }, (_, i) => i * step);
  return listValue(
    list.type,
    starts.map((start) => known(list.type, items.slice(start, start + step))),
  );
}

function commonType(args: readonly Value[]): Type {
  const type = args.length === 0 ? undefined : unify(args.map((arg) => arg.type));
  if (type === undefined) throw fail("all arguments must have the same type");
  return type;
}

function coalesce(args: readonly Value[]): Value {
  const type = commonType(args);
  for (const [i, arg] of args.entries()) {
    if (isUnknown(arg)) return unknownOf(type);
    if (isNull(arg)) continue;
    const value = convertedArg(arg, type, i);
    if (!(isKnown(value) && value.raw === "")) return value;
  }
  throw fail("no non-null, non-empty-string arguments");
}

/** What only looked as if it could be of the common type is a mistake of that argument. */
function convertedArg(arg: Value, type: Type, index: number): Value {
  try {
    return convert(arg, type);
  } catch (error) {
    throw error instanceof ConversionError ? new ArgError(index, error.message) : error;
  }
}

function coalesceListType(args: readonly Value[]): Type {
  if (args.length === 0) throw fail("at least one argument is required");
  for (const arg of args) {
    if (isUnknown(arg)) return DYNAMIC;
    if (!isListOrTuple(arg)) throw fail("coalescelist arguments must be lists or tuples");
  }
  const found = args.find(isKnownAndFilled);
  if (found === undefined) throw fail("no non-null arguments");
  return found.type;
}

const isKnownAndFilled = (list: Value): boolean => isKnown(list) && asItems(list).length > 0;

function coalesceList(args: readonly Value[]): Value {
  const found = args.find((arg) => isUnknown(arg) || isKnownAndFilled(arg));
  if (found === undefined) throw fail("no non-null arguments");
  return isUnknown(found) ? unknownOf(DYNAMIC) : found;
}

function compact(args: readonly Value[]): Value {
  const items = asItems(argument(args, 0));
  if (items.some(isUnknown)) return unknownOf(STRINGS);
  return listValue(
    STRING,
    items.filter((item) => !isNull(item) && asString(item) !== ""),
  );
}

const isListOrTuple = ({ type }: Value): boolean => type.kind === "list" || type.kind === "tuple";
const isSequence = ({ type }: Value): boolean => type.kind === "list" || type.kind === "tuple" || type.kind === "set";

function concatType(args: readonly Value[]): Type {
  if (args.length === 0) throw fail("at least one argument is required");
  args.forEach((arg, i) => {
    if (!isListOrTuple(arg))
      throw new ArgError(i, `all arguments must be lists or tuples; got ${describeType(arg.type)}`);
  });
  const common = args.every((arg) => arg.type.kind === "list") ? unify(args.map((arg) => arg.type)) : undefined;
  return common?.kind === "list" ? common : tupleOf(args.flatMap(elementTypes));
}

function elementTypes({ type, ...value }: Value): readonly Type[] {
  if (type.kind === "tuple") return type.elements;
  const items = "raw" in value && Array.isArray(value.raw) ? (value.raw as readonly Value[]) : [];
  return items.map((item) => item.type);
}

function concat(args: readonly Value[]): Value {
  const type = concatType(args);
  if (type.kind === "list")
    return known(
      type,
      args.flatMap((arg, i) => asItems(convertArg(arg, type, i))),
    );
  return tupleValue(args.flatMap(asItems));
}

function contains(args: readonly Value[]): Value {
  const [list, wanted] = [argument(args, 0), argument(args, 1)];
  if (!isSequence(list)) throw fail("argument must be list, tuple, or set");
  const answers = asItems(list).map((item) => equality(item, wanted));
  if (answers.some((answer) => isKnown(answer) && asBool(answer))) return TRUE;
  return answers.some(isUnknown) ? unknownOf(BOOL) : FALSE;
}

function distinct(args: readonly Value[]): Value {
  const list = argument(args, 0);
  const items = asItems(list);
  if (items.some(isUnknown)) return unknownOf(list.type);
  const kept = new Map<string | Value, Value>();
  for (const item of items) {
    // Of what is not wholly known nothing can be told.
    const key = isWhollyKnown(item) ? identityText(item) : item;
    if (!kept.has(key)) kept.set(key, item);
  }
  return known(list.type, [...kept.values()]);
}

function elementType(args: readonly Value[]): Type {
  const list = argument(args, 0);
  if (!isListOrTuple(list)) throw fail(`cannot read elements from ${describeType(list.type)}`);
  if (list.type.kind === "list") return list.type.element;
  return isKnown(list) && isKnown(argument(args, 1)) ? element(args).type : DYNAMIC;
}

function element(args: readonly Value[]): Value {
  const items = asItems(argument(args, 0));
  const index = int64Of(args, 1, (message) => fail(`invalid index: ${message}`));
  if (items.length === 0) throw fail("cannot use element function with an empty list");
  if (index < 0n) throw fail("cannot use element function with a negative index");
  return items[Number(index % BigInt(items.length))] ?? nullOf(DYNAMIC);
}

function flatten(list: Value): Value {
  if (!isSequence(list)) throw fail("can only flatten lists, sets and tuples");
  const items = flatItems(list);
  return items === undefined ? unknownOf(DYNAMIC) : tupleValue(items);
}

/** Undefined when the length depends on what is not known. */
function flatItems(list: Value): readonly Value[] | undefined {
  const found: Value[] = [];
  for (const item of asItems(list)) {
    if (isUnknown(item) && (isSequence(item) || item.type.kind === "dynamic")) return undefined;
    if (!isKnown(item) || !isSequence(item)) {
      found.push(item);
      continue;
    }
    const inner = flatItems(item);
    if (inner === undefined) return undefined;
    for (const each of inner) found.push(each);
  }
  return found;
}

function indexOfItem(args: readonly Value[]): Value {
  const list = argument(args, 0);
  if (!isListOrTuple(list)) throw fail("argument must be a list or tuple");
  const items = asItems(list);
  if (items.length === 0) throw fail("cannot search an empty list");
  for (const [i, item] of items.entries()) {
    const answer = equality(item, argument(args, 1));
    if (!isKnown(answer)) return unknownOf(NUMBER);
    if (asBool(answer)) return numberValue(fromInteger(i));
  }
  throw fail("item not found");
}

function keysType(map: Value): Type {
  if (map.type.kind === "map") return STRINGS;
  if (map.type.kind === "object") return tupleOf([...map.type.attributes.keys()].map(() => STRING));
  throw new ArgError(0, "must have map or object type");
}

const keys = (map: Value): Value => known(keysType(map), [...asEntries(map).keys()].map(stringValue));

function valuesType(map: Value): Type {
  if (map.type.kind === "map") return listOf(map.type.element);
  if (map.type.kind !== "object") throw fail("must have map or object type");
  const { attributes } = map.type;
  return tupleOf([...attributes.keys()].sort(compareBytes).map((name) => attributes.get(name) ?? DYNAMIC));
}

const values = (map: Value): Value => known(valuesType(map), [...asEntries(map).values()]);

function lookup(args: readonly Value[]): Value {
  if (args.length !== 3) throw fail(`lookup() takes three arguments, got ${args.length}`);
  const [map, key, fallback] = [argument(args, 0), textOf(args, 1), argument(args, 2)];
  if (map.type.kind !== "map" && map.type.kind !== "object") {
    throw new ArgError(0, "lookup() requires a map as the first argument");
  }
  const found = asEntries(map).get(key);
  if (found !== undefined || map.type.kind === "object") return found ?? fallback;
  return convertArg(fallback, map.type.element, 2);
}

function convertArg(value: Value, type: Type, index: number): Value {
  try {
    return convert(value, type);
  } catch (error) {
    if (error instanceof ConversionError) throw new ArgError(index, error.message);
    throw error;
  }
}

function merge(args: readonly Value[]): Value {
  const maps = args.filter((arg) => !isNull(arg));
  for (const map of maps) {
    if (map.type.kind === "map" || map.type.kind === "object") continue;
    if (isUnknown(map) && map.type.kind === "dynamic") return unknownOf(DYNAMIC);
    throw fail(`arguments must be maps or objects, got ${JSON.stringify(describeType(map.type))}`);
  }
  const [first] = args;
  const sameMap = first?.type.kind === "map" && args.every((arg) => typeEquals(arg.type, first.type));
  if (maps.some(isUnknown)) return unknownOf(sameMap ? first.type : DYNAMIC);
  const entries = maps.flatMap((map) => [...asEntries(map)]);
  return sameMap && first.type.kind === "map" ? mapValue(first.type.element, entries) : objectValue(entries);
}

function reverseType(args: readonly Value[]): Type {
  const { type } = argument(args, 0);
  if (type.kind === "tuple") return tupleOf([...type.elements].reverse());
  if (type.kind === "list" || type.kind === "set") return listOf(type.element);
  throw new ArgError(0, `can only reverse list or tuple values, not ${describeType(type)}`);
}

const reverse = (list: Value): Value => known(reverseType([list]), [...asItems(list)].reverse());

function setResultType(args: readonly Value[]): Type {
  const elements = args.map(({ type }) => (type.kind === "set" ? type.element : DYNAMIC));
  const typed = elements.filter((_, i) => !isEmptyUntyped(argument(args, i)));
  const element = typed.length === 0 ? DYNAMIC : unify(typed);
  if (element === undefined) throw fail("given sets must all have compatible element types");
  return setOf(element);
}

/** An empty set of nothing in particular fits every other. */
const isEmptyUntyped = (value: Value): boolean =>
  value.type.kind === "set" && hasDynamic(value.type.element) && isKnown(value) && asItems(value).length === 0;

function setOperation(combine: (sets: readonly (readonly Value[])[]) => readonly Value[]): Func["impl"] {
  return (args) => {
    const type = setResultType(args);
    const element = type.kind === "set" ? type.element : DYNAMIC;
    const converted = args.map((arg, i) => (isEmptyUntyped(arg) ? makeSet(element, []) : convertArg(arg, type, i)));
    // What only a set of anything could hold together.
    if (converted.some((set) => !typeEquals(set.type, type)))
      throw fail("given sets must all have compatible element types");
    const sets = converted.map(asItems);
    return sets.flat().some(isUnknown) ? unknownOf(type) : makeSet(element, combine(sets));
  };
}

function intersection([first = [], ...others]: readonly (readonly Value[])[]): readonly Value[] {
  const inOthers = others.map((other) => new Set(other.map(identityText)));
  return first.filter((item) => inOthers.every((texts) => texts.has(identityText(item))));
}

function productType(args: readonly Value[]): Type {
  if (args.length < 2) throw fail("at least two arguments are required");
  const elements = args.map((arg, i) => productElement(arg, i));
  const all = tupleOf(elements);
  return args.some(({ type }) => type.kind === "set") ? setOf(all) : listOf(all);
}

function productElement({ type }: Value, index: number): Type {
  if (type.kind === "list" || type.kind === "set") return type.element;
  if (type.kind !== "tuple") throw new ArgError(index, "a set or a list is required");
  const element = type.elements.length === 0 ? DYNAMIC : unify(type.elements);
  if (element === undefined) throw new ArgError(index, "all elements must be of the same type");
  return element;
}

// No template needs more, and a few nested lists would fill the memory.
const MOST_COMBINATIONS = 1_000_000;

function setProduct(args: readonly Value[]): Value {
  const type = productType(args);
  const lists = args.map((arg, i) => {
    const element = productElement(arg, i);
    return asItems(arg).map((item) => convertArg(item, element, i));
  });
  const count = lists.reduce((product, list) => product * list.length, 1);
  if (count > MOST_COMBINATIONS) throw fail(`more than ${MOST_COMBINATIONS} combinations`);
  const tuples = combinations(lists, count).map(tupleValue);
  if (type.kind === "set") return makeSet(type.element, tuples);
  return known(type, tuples);
}

/** The last list changes fastest. */
function combinations(lists: readonly (readonly Value[])[], count: number): readonly (readonly Value[])[] {
  const rows = Array.from({ length: count }, (): Value[] => []);
  let repeated = count;
  for (const list of lists) {
    repeated /= list.length;
    for (const [i, row] of rows.entries()) row.push(list[Math.floor(i / repeated) % list.length] ?? nullOf(DYNAMIC));
  }
  return rows;
}

function sliceBounds(args: readonly Value[]): readonly [number, number] {
  const list = argument(args, 0);
  if (list.type.kind === "set")
    throw new ArgError(
      0,
      "cannot slice a set, because its elements do not have indices; explicitly convert to a list if the ordering of the result is not important",
    );
  if (!isListOrTuple(list)) throw new ArgError(0, "must be a list or tuple value");
  const [start, end] = [sliceIndex(args, 1), sliceIndex(args, 2)];
  const { length } = list.type.kind === "tuple" ? list.type.elements : asItems(list);
  if (start < 0) throw new ArgError(1, "start index must not be less than zero");
  if (start > length) throw new ArgError(1, "start index must not be greater than the length of the list");
  if (end < 0 || end > length) throw new ArgError(2, "end index must not be greater than the length of the list");
  if (start > end) throw new ArgError(1, "start index must not be greater than end index");
  return [start, end];
}

function sliceIndex(args: readonly Value[], index: number): number {
  if (!isInteger(asNumber(argument(args, index)))) throw new ArgError(index, "value must be a whole number");
  return Number(int64Of(args, index, (message) => new ArgError(index, message)));
}

function sliceType(args: readonly Value[]): Type {
  const { type } = argument(args, 0);
  if (!args.every(isKnown)) return type.kind === "list" ? type : DYNAMIC;
  const [start, end] = sliceBounds(args);
  return type.kind === "tuple" ? tupleOf(type.elements.slice(start, end)) : type;
}

function slice(args: readonly Value[]): Value {
  const [start, end] = sliceBounds(args);
  return known(sliceType(args), asItems(argument(args, 0)).slice(start, end));
}

function sortStrings(args: readonly Value[]): Value {
  const items = asItems(argument(args, 0));
  const nullAt = items.findIndex(isNull);
  if (nullAt >= 0) throw fail(`given list element ${nullAt} is null; a null string cannot be sorted`);
  if (items.some(isUnknown)) return unknownOf(STRINGS);
  return listValue(
    STRING,
    [...items].sort((a, b) => compareBytes(asString(a), asString(b))),
  );
}

function zipType(args: readonly Value[]): Type {
  const [keyList, valueList] = [argument(args, 0), argument(args, 1)];
  if (valueList.type.kind === "list") return mapOf(valueList.type.element);
  if (valueList.type.kind !== "tuple") throw fail("values argument must be a list or tuple value");
  if (!isKnown(keyList) || asItems(keyList).some(isUnknown)) return DYNAMIC;
  return objectOf(new Map(zippedPairs(asItems(keyList), valueList.type.elements)));
}

function zippedPairs<T>(keyItems: readonly Value[], members: readonly T[]): readonly (readonly [string, T])[] {
  if (keyItems.length !== members.length) {
    throw fail(`number of keys (${keyItems.length}) does not match number of values (${members.length})`);
  }
  return members.map((member, i) => {
    const key = keyItems[i];
    if (key === undefined || isNull(key)) throw fail(`keys list has null value at index ${i}`);
    return [asString(key), member] as const;
  });
}

function zipMap(args: readonly Value[]): Value {
  const [keyList, valueList] = [argument(args, 0), argument(args, 1)];
  if (asItems(keyList).some(isUnknown))
    return unknownOf(valueList.type.kind === "list" ? mapOf(valueList.type.element) : DYNAMIC);
  const pairs = zippedPairs(asItems(keyList), asItems(valueList));
  return valueList.type.kind === "list" ? mapValue(valueList.type.element, pairs) : objectValue(pairs);
}
