import {
  DYNAMIC,
  isPrimitive,
  listOf,
  mapOf,
  type ObjectType,
  objectOf,
  type TupleType,
  type Type,
  tupleOf,
  typeEquals,
} from "../types/type.js";

/** Whether values of one type can become values of another. */
export type Convertible = (from: Type, to: Type) => boolean;

/** The type that all of `types` can become by `can`; undefined when there is none. */
export function unifyTypes(types: readonly Type[], can: Convertible): Type | undefined {
  if (types.length === 0) return undefined;
  const structural = unifyStructures(types, can);
  if (structural === "impossible") return undefined;
  return structural ?? preferred(types, can);
}

type Kinds = ReadonlySet<Type["kind"]>;

function unifyStructures(types: readonly Type[], can: Convertible): Type | "impossible" | undefined {
  const kinds: Kinds = new Set(types.map((type) => type.kind));
  const only = (...wanted: Type["kind"][]): boolean =>
    kinds.has(wanted[0] ?? "dynamic") && [...kinds].every((kind) => kind === "dynamic" || wanted.includes(kind));
  if (only("map") || only("list") || only("set")) return unifyCollections(types, kinds, can) ?? "impossible";
  if (only("map", "object")) return unifyMixed(types, "object", can);
  if (only("list", "tuple")) return unifyMixed(types, "tuple", can);
  if (only("object")) return unifyAllObjects(types, kinds, can) ?? "impossible";
  if (only("tuple")) return unifyAllTuples(types, kinds, can) ?? "impossible";
  return kinds.has("object") && kinds.has("tuple") ? "impossible" : undefined;
}

function unifyCollections(types: readonly Type[], kinds: Kinds, can: Convertible): Type | undefined {
  if (kinds.has("dynamic")) return DYNAMIC;
  const collections = types.flatMap((type) => ("element" in type ? [type] : []));
  const element = unifyTypes(
    collections.map((type) => type.element),
    can,
  );
  const kind = collections[0]?.kind ?? "list";
  return element === undefined ? undefined : { kind, element };
}

/** Objects among maps, or tuples among lists: they are taken for a collection first. */
function unifyMixed(types: readonly Type[], kind: "object" | "tuple", can: Convertible): Type | undefined {
  const structural = types.filter((type) => type.kind === kind);
  const collection =
    kind === "object" ? objectsAsMap(structural as ObjectType[], can) : tuplesAsList(structural as TupleType[], can);
  if (collection === undefined) return undefined;
  const unified = unifyTypes(
    types.map((type) => (type.kind === kind ? collection : type)),
    can,
  );
  return unified?.kind === collection.kind ? unified : undefined;
}

function unifyAllObjects(types: readonly Type[], kinds: Kinds, can: Convertible): Type | undefined {
  if (kinds.has("dynamic")) return DYNAMIC;
  const objects = types as readonly ObjectType[];
  return sameNames(objects) ? (attributeWise(objects, can) ?? objectsAsMap(objects, can)) : objectsAsMap(objects, can);
}

function sameNames([first, ...others]: readonly ObjectType[]): boolean {
  const names = [...(first?.attributes.keys() ?? [])];
  return others.every(
    (type) => type.attributes.size === names.length && names.every((name) => type.attributes.has(name)),
  );
}

function attributeWise(objects: readonly ObjectType[], can: Convertible): Type | undefined {
  const attributes = new Map<string, Type>();
  for (const name of objects[0]?.attributes.keys() ?? []) {
    const unified = unifyTypes(
      objects.map((type) => type.attributes.get(name) ?? DYNAMIC),
      can,
    );
    if (unified === undefined) return undefined;
    attributes.set(name, unified);
  }
  return objectOf(attributes);
}

function objectsAsMap(objects: readonly ObjectType[], can: Convertible): Type | undefined {
  const element = unifyTypes(
    objects.flatMap((type) => [...type.attributes.values()]),
    can,
  );
  return element === undefined ? undefined : mapOf(element);
}

function unifyAllTuples(types: readonly Type[], kinds: Kinds, can: Convertible): Type | undefined {
  if (kinds.has("dynamic")) return DYNAMIC;
  const tuples = types as readonly TupleType[];
  return elementWise(tuples, can) ?? tuplesAsList(tuples, can);
}

function elementWise(tuples: readonly TupleType[], can: Convertible): Type | undefined {
  const length = tuples[0]?.elements.length ?? 0;
  if (tuples.some((type) => type.elements.length !== length)) return undefined;
  const elements: Type[] = [];
  for (let i = 0; i < length; i += 1) {
    const unified = unifyTypes(
      tuples.map((type) => type.elements[i] ?? DYNAMIC),
      can,
    );
    if (unified === undefined) return undefined;
    elements.push(unified);
  }
  return tupleOf(elements);
}

function tuplesAsList(tuples: readonly TupleType[], can: Convertible): Type | undefined {
  const element = unifyTypes(
    tuples.flatMap((type) => type.elements),
    can,
  );
  return element === undefined ? undefined : listOf(element);
}

/** The most general of the types themselves that all others can become. */
function preferred(types: readonly Type[], can: Convertible): Type | undefined {
  const candidates = distinctTypes(types).sort(byPreference);
  return candidates.find((wanted) => candidates.every((type) => typeEquals(type, wanted) || can(type, wanted)));
}

function distinctTypes(types: readonly Type[]): Type[] {
  const distinct: Type[] = [];
  for (const type of types) if (!distinct.some((other) => typeEquals(other, type))) distinct.push(type);
  return distinct;
}

/** Strings hold any primitive, lists and maps any structure, and a list also what a set does; dynamic comes last, in the hope that it turns out to be like the others. */
function byPreference(a: Type, b: Type): number {
  if (a.kind === "dynamic" || b.kind === "dynamic") return Number(a.kind === "dynamic") - Number(b.kind === "dynamic");
  if (isPrimitive(a) && isPrimitive(b)) return Number(b.kind === "string") - Number(a.kind === "string");
  if (a.kind === b.kind && "element" in a && "element" in b) return byPreference(a.element, b.element);
  return generality(b) - generality(a);
}

function generality(type: Type): number {
  if (type.kind === "list" || type.kind === "map") return 2;
  return type.kind === "set" ? 0 : 1;
}
