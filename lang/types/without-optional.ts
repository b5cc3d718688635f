import { isCollection, objectOf, type Type, tupleOf } from "./type.js";

/** The type that converted values have: attributes are there, whether or not they were optional. */
export function withoutOptional(type: Type): Type {
  if (isCollection(type)) return { kind: type.kind, element: withoutOptional(type.element) };
  if (type.kind === "tuple") return tupleOf(type.elements.map(withoutOptional));
  if (type.kind !== "object") return type;
  return objectOf(new Map([...type.attributes].map(([name, each]) => [name, withoutOptional(each)])));
}
