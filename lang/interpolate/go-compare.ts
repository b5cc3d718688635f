// eq, ne, lt, le, gt, ge: values compare when they are of the same basic kind; signed and unsigned integers mix.

import { goText } from "./go-format.js";
import { FunctionFailure } from "./go-function.js";
import { type GoValue, typeName } from "./go-value.js";

const WRONG_TYPE = "invalid type for comparison";
const INCOMPATIBLE = "incompatible types for comparison";

/** Whether `first` equals any of the others. */
export function equalsAny(first: GoValue, others: readonly GoValue[]): boolean {
  if (others.length === 0) throw new FunctionFailure("missing argument for comparison");
  return others.some((other) => equals(first, other));
}

export function equals(a: GoValue, b: GoValue): boolean {
  if (isNothing(a) || isNothing(b)) return isNothing(a) && isNothing(b);
  const [x, y] = [basicOf(a), basicOf(b)];
  if (x === undefined && y === undefined) throw new FunctionFailure(`non-comparable type ${goText(a)}: ${typeName(a)}`);
  if (x === undefined || y === undefined || x.kind !== y.kind) throw new FunctionFailure(INCOMPATIBLE);
  if (a.kind === "complex" && b.kind === "complex") return a.value[0] === b.value[0] && a.value[1] === b.value[1];
  return x.value === y.value;
}

export function isLess(a: GoValue, b: GoValue): boolean {
  const [x, y] = [basicOf(a), basicOf(b)];
  if (x === undefined || y === undefined) throw new FunctionFailure(WRONG_TYPE);
  if (x.kind !== y.kind) throw new FunctionFailure(INCOMPATIBLE);
  if (x.kind === "bool" || x.kind === "complex") throw new FunctionFailure(WRONG_TYPE);
  if (typeof x.value === "string") return Buffer.compare(Buffer.from(x.value), Buffer.from(String(y.value))) < 0;
  return x.value < y.value;
}

export const isLessOrEqual = (a: GoValue, b: GoValue): boolean => isLess(a, b) || equals(a, b);

const isNothing = (value: GoValue): boolean => value.kind === "nil" || value.kind === "none";

function basicOf(value: GoValue): { kind: string; value: boolean | bigint | number | string } | undefined {
  switch (value.kind) {
    case "uint":
      return { kind: "int", value: value.value };
    case "bool":
    case "int":
    case "float":
    case "string":
      return value;
    case "complex":
      return { kind: "complex", value: 0 };
    default:
      return undefined;
  }
}
