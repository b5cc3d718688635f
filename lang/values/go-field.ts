// What a field of a Go struct refuses of a value that already has the right type: Packer decodes arguments into such structs.

import { isCollection } from "../types/type.js";
import { isInteger, truncate } from "./number.js";
import { asEntries, asItems, asNumber, type Value } from "./value.js";

const LIMIT = 2n ** 63n;

/** Undefined where it fits, as unknown values do. `whole`: the field, or what it is a list or map of, is an integer. */
export function fieldProblem(value: Value, whole = false): string | undefined {
  if (value.state === "null") return isCollection(value.type) ? undefined : "null value is not allowed";
  if (value.state === "unknown") return undefined;
  if (value.type.kind === "number") return whole ? integerProblem(value) : undefined;
  for (const member of membersOf(value)) {
    const problem = fieldProblem(member, whole);
    if (problem !== undefined) return problem;
  }
  return undefined;
}

function membersOf(value: Value): Iterable<Value> {
  if (!isCollection(value.type)) return [];
  return value.type.kind === "map" ? asEntries(value).values() : asItems(value);
}

function integerProblem(value: Value): string | undefined {
  const number = asNumber(value);
  const whole = isInteger(number) ? truncate(number) : undefined;
  return whole !== undefined && whole >= -LIMIT && whole < LIMIT
    ? undefined
    : `value must be a whole number, between ${-LIMIT} and ${LIMIT - 1n}`;
}
