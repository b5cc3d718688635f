/** What a value may be, as in HCL's type system: primitives, homogeneous collections, structural types, and the unknown one. */
export type Type = PrimitiveType | DynamicType | CollectionType | TupleType | ObjectType;

export interface PrimitiveType {
  readonly kind: "string" | "number" | "bool";
}
/** `any`: the type of an untyped null, and of what is not known to have one. */
export interface DynamicType {
  readonly kind: "dynamic";
}
export interface CollectionType {
  readonly kind: "list" | "set" | "map";
  readonly element: Type;
}
export interface TupleType {
  readonly kind: "tuple";
  readonly elements: readonly Type[];
}
export interface ObjectType {
  readonly kind: "object";
  readonly attributes: ReadonlyMap<string, Type>;
  /** Names that a conversion may leave out; empty in the type of a value. */
  readonly optional: ReadonlySet<string>;
}

export const STRING: PrimitiveType = { kind: "string" };
export const NUMBER: PrimitiveType = { kind: "number" };
export const BOOL: PrimitiveType = { kind: "bool" };
export const DYNAMIC: DynamicType = { kind: "dynamic" };

export const listOf = (element: Type): CollectionType => ({ kind: "list", element });
export const setOf = (element: Type): CollectionType => ({ kind: "set", element });
export const mapOf = (element: Type): CollectionType => ({ kind: "map", element });
export const tupleOf = (elements: readonly Type[]): TupleType => ({ kind: "tuple", elements });

const NONE: ReadonlySet<string> = new Set();

export function objectOf(
  attributes: ReadonlyMap<string, Type> | Readonly<Record<string, Type>>,
  optional: ReadonlySet<string> = NONE,
): ObjectType {
  const map = attributes instanceof Map ? attributes : new Map(Object.entries(attributes));
  return { kind: "object", attributes: map, optional };
}

export const isPrimitive = (type: Type): type is PrimitiveType =>
  type.kind === "string" || type.kind === "number" || type.kind === "bool";
export const isCollection = (type: Type): type is CollectionType =>
  type.kind === "list" || type.kind === "set" || type.kind === "map";

/** Structural equality; attribute order does not count, optional marks do. */
export function typeEquals(a: Type, b: Type): boolean {
  if (a === b) return true;
  if (isCollection(a)) return isCollection(b) && a.kind === b.kind && typeEquals(a.element, b.element);
  if (a.kind === "tuple") return b.kind === "tuple" && sameElements(a.elements, b.elements);
  if (a.kind === "object") return b.kind === "object" && sameAttributes(a, b);
  return a.kind === b.kind;
}

function sameElements(a: readonly Type[], b: readonly Type[]): boolean {
  return a.length === b.length && a.every((type, i) => typeEquals(type, b[i] ?? DYNAMIC));
}

function sameAttributes(a: ObjectType, b: ObjectType): boolean {
  if (a.attributes.size !== b.attributes.size) return false;
  return [...a.attributes].every(([name, type]) => {
    const other = b.attributes.get(name);
    return other !== undefined && typeEquals(type, other) && a.optional.has(name) === b.optional.has(name);
  });
}

/** Whether `dynamic` occurs anywhere inside. */
export function hasDynamic(type: Type): boolean {
  if (isCollection(type)) return hasDynamic(type.element);
  if (type.kind === "tuple") return type.elements.some(hasDynamic);
  if (type.kind === "object") return [...type.attributes.values()].some(hasDynamic);
  return type.kind === "dynamic";
}
