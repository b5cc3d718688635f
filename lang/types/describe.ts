import type { ObjectType, Type } from "./type.js";

/** How sentences name a type that a value has: `string`, `list of number`, `object`. */
export const describeType = (type: Type): string => nameOf(type, "dynamic");

/** How sentences name a type that is asked for: there `any` stands for any single type. */
export const describeConstraint = (type: Type): string => nameOf(type, "any single type");

function nameOf(type: Type, dynamic: string): string {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return `${type.kind} of ${nameOf(type.element, dynamic)}`;
    case "dynamic":
      return dynamic;
    default:
      return type.kind;
  }
}

/** The exact type on one line, as contracts.md has it: `object({"a":list(string)})`. */
export function typeText(type: Type): string {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return `${type.kind}(${typeText(type.element)})`;
    case "tuple":
      return `tuple([${type.elements.map(typeText).join(",")}])`;
    case "object":
      return `object({${attributesText(type)}})`;
    default:
      return type.kind;
  }
}

function attributesText({ attributes }: ObjectType): string {
  const sorted = [...attributes].sort(([a], [b]) => (a < b ? -1 : 1));
  return sorted.map(([name, type]) => `${JSON.stringify(name)}:${typeText(type)}`).join(",");
}
