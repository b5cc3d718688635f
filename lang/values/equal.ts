import { BOOL, hasDynamic, type Type, typeEquals } from "../types/type.js";
import { unionOfMarks, unmark, withMarks } from "./marks.js";
import { equalNumbers } from "./number.js";
import { asNumber, boolValue, FALSE, type KnownValue, TRUE, unknownOf, type Value } from "./value.js";

/** The language's `==`: never converts; unknown where an unknown part decides; marked when either side is. */
export function equality(a: Value, b: Value): Value {
  return withMarks(plainEquality(unmark(a), unmark(b)), unionOfMarks([a.marks, b.marks]));
}

/** Whether `==` holds; what is not known is not equal. */
export const equalValues = (a: Value, b: Value): boolean => {
  const result = plainEquality(unmark(a), unmark(b));
  return result.state === "known" && result.raw === true;
};

const UNDECIDED: Value = unknownOf(BOOL, { notNull: true });

function plainEquality(a: Value, b: Value): Value {
  if (a.state === "unknown" || b.state === "unknown") return unknownEquality(a, b);
  // Nulls are equal whatever their types.
  if (a.state === "null" || b.state === "null") return boolValue(a.state === b.state);
  if (!typeEquals(a.type, b.type)) return hasUnknownType(a) || hasUnknownType(b) ? UNDECIDED : FALSE;
  return contentEquality(a, b);
}

function unknownEquality(a: Value, b: Value): Value {
  const [unknown, other] = a.state === "unknown" ? [a, b] : [b, a];
  const cannotBeNull = unknown.state === "unknown" && unknown.refinement?.notNull === true;
  if (other.state === "null") return cannotBeNull ? FALSE : UNDECIDED;
  if (other.state === "unknown" || hasDynamic(unknown.type)) return UNDECIDED;
  return typeEquals(a.type, b.type) ? UNDECIDED : FALSE;
}

/** Whether a nested unknown of an unknown type stands where the types differ. */
const hasUnknownType = (value: KnownValue): boolean => hasDynamic(value.type) && containsUnknown(value);

function containsUnknown(value: Value): boolean {
  if (value.state === "unknown") return true;
  if (value.state !== "known") return false;
  if (Array.isArray(value.raw)) return (value.raw as readonly Value[]).some(containsUnknown);
  return value.raw instanceof Map && [...value.raw.values()].some(containsUnknown);
}

function contentEquality(a: KnownValue, b: KnownValue): Value {
  if (isScalar(a.type)) {
    return boolValue(a.type.kind === "number" ? equalNumbers(asNumber(a), asNumber(b)) : a.raw === b.raw);
  }
  const left = a.raw instanceof Map ? [...a.raw.values()] : (a.raw as readonly Value[]);
  const right = b.raw instanceof Map ? [...b.raw.values()] : (b.raw as readonly Value[]);
  const sameKeys = !(a.raw instanceof Map) || (b.raw instanceof Map && sameNames(a.raw, b.raw));
  if (left.length !== right.length || !sameKeys) {
    return a.type.kind === "set" && (containsUnknown(a) || containsUnknown(b)) ? UNDECIDED : FALSE;
  }
  return allEqual(left, right);
}

const isScalar = (type: Type): boolean => type.kind === "string" || type.kind === "number" || type.kind === "bool";

function sameNames(a: ReadonlyMap<string, Value>, b: ReadonlyMap<string, Value>): boolean {
  return a.size === b.size && [...a.keys()].every((key) => b.has(key));
}

function allEqual(left: readonly Value[], right: readonly Value[]): Value {
  let result: Value = TRUE;
  for (const [i, value] of left.entries()) {
    const each = plainEquality(unmark(value), unmark(right[i] ?? value));
    if (each.state === "unknown") result = UNDECIDED;
    else if (each.state === "known" && each.raw === false) return FALSE;
  }
  return result;
}
