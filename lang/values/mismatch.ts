import { describeConstraint } from "../types/describe.js";
import { type CollectionType, isCollection, type ObjectType, type Type, typeEquals } from "../types/type.js";
import { canConvert } from "./conversion.js";

/** Why no value of `got` can become `want`, as hcl words it: `number required`, `attribute "a" is required`. */
export function mismatchMessage(got: Type, want: Type): string {
  return specificMismatch(got, want) ?? `${describeConstraint(want)} required`;
}

/** Which part of a value of `got` is the first that stands in the way: empty for the whole of it. */
export function mismatchPath(got: Type, want: Type): readonly (string | number)[] {
  const wrong = wrongParts(got, want).find(([, has, wants]) => !canConvert(has, wants, "unsafe"));
  return wrong === undefined ? [] : [wrong[0], ...mismatchPath(wrong[1], wrong[2])];
}

/** The parts of a structure that sentences speak of, each with the type that it should have; none where the whole is wrong. */
function wrongParts(got: Type, want: Type): readonly (readonly [string | number, Type, Type])[] {
  if (got.kind === "object" && want.kind === "object") {
    const names = [...want.attributes.keys()].sort();
    if (names.some((name) => !got.attributes.has(name) && !want.optional.has(name))) return [];
    const typeIn = (type: ObjectType, name: string): Type => type.attributes.get(name) ?? type;
    return names
      .filter((name) => got.attributes.has(name))
      .map((name) => [name, typeIn(got, name), typeIn(want, name)]);
  }
  if (!isCollection(want) || want.element.kind === "dynamic") return [];
  if (got.kind === "tuple" && want.kind !== "map") return got.elements.map((type, i) => [i, type, want.element]);
  if (got.kind === "object" && want.kind === "map")
    return [...got.attributes].map(([name, type]) => [name, type, want.element]);
  return [];
}

function specificMismatch(got: Type, want: Type): string | undefined {
  if (got.kind === "object" && want.kind === "object") return objectMismatch(got, want);
  if (!isCollection(want)) return undefined;
  if (isCollection(got)) return collectionMismatch(got, want);
  const parts = partsFor(got, want);
  if (parts === undefined) return undefined;
  if (want.element.kind === "dynamic") return `all ${want.kind} elements must have the same type`;
  return firstMismatch(parts, want.element, "element");
}

/** The elements of a structure of the right shape for the collection, under the names that sentences give them. */
function partsFor(got: Type, want: CollectionType): readonly (readonly [string, Type])[] | undefined {
  if (got.kind === "tuple" && want.kind !== "map") return got.elements.map((type, i) => [String(i), type] as const);
  if (got.kind === "object" && want.kind === "map") {
    return [...got.attributes].map(([name, type]) => [JSON.stringify(name), type] as const);
  }
  return undefined;
}

function firstMismatch(parts: readonly (readonly [string, Type])[], want: Type, word: string): string | undefined {
  const wrong = parts.find(([, type]) => !canConvert(type, want, "unsafe"));
  return wrong === undefined ? undefined : `${word} ${wrong[0]}: ${mismatchMessage(wrong[1], want)}`;
}

function objectMismatch(got: ObjectType, want: ObjectType): string | undefined {
  const names = [...want.attributes.keys()].sort();
  const missing = names
    .filter((name) => !got.attributes.has(name) && !want.optional.has(name))
    .map((name) => JSON.stringify(name));
  if (missing.length === 1) return `attribute ${missing[0]} is required`;
  if (missing.length === 2) return `attributes ${missing.join(" and ")} are required`;
  if (missing.length > 2) return `attributes ${missing.slice(0, -1).join(", ")}, and ${missing.at(-1)} are required`;
  for (const name of names) {
    const [has, wants] = [got.attributes.get(name), want.attributes.get(name)];
    if (has === undefined || wants === undefined || canConvert(has, wants, "unsafe")) continue;
    return `attribute ${JSON.stringify(name)}: ${mismatchMessage(has, wants)}`;
  }
  return undefined;
}

function collectionMismatch(got: CollectionType, want: CollectionType): string | undefined {
  if ((got.kind === "map") !== (want.kind === "map") || typeEquals(got.element, want.element)) return undefined;
  return `incorrect ${want.kind} element type: ${mismatchMessage(got.element, want.element)}`;
}
