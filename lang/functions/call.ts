import { invariant } from "../invariant.js";
import { typeEquals } from "../types/type.js";
import { hasMarks, unionOfMarks, unmarkDeep, withMarks } from "../values/marks.js";
import { type Marks, UNKNOWN, unknownOf, type Value } from "../values/value.js";
import type { Allowance, Func, Param } from "./func.js";
import { ArgError, FunctionError } from "./func.js";
import type { FunctionHost } from "./host.js";

/** The parameter that takes argument `index`; undefined when there are too many arguments. */
export const paramOf = (func: Func, index: number): Param | undefined => func.params[index] ?? func.variadic;

/**
 * Calls with arguments that are of the parameters' types already, and of the right number. Refuses nulls, answers
 * unknown for unknowns, and carries marks over, each unless the parameter allows it. Throws {@link ArgError} and {@link FunctionError}.
 */
export function callFunction(func: Func, args: readonly Value[], host: FunctionHost): Value {
  const allows = (index: number, what: Allowance): boolean => paramOf(func, index)?.allow?.includes(what) === true;
  const nullAt = args.findIndex((arg, i) => arg.state === "null" && !allows(i, "null"));
  if (nullAt >= 0) throw new ArgError(nullAt, "argument must not be null");
  const marks: Marks[] = [];
  const plain = args.map((arg, i) => {
    if (allows(i, "marked") || !hasMarks(arg)) return arg;
    const unmarked = unmarkDeep(arg);
    marks.push(unmarked.marks);
    return unmarked.value;
  });
  // An untyped null as well: nobody knows what it would have been.
  const untyped = plain.some((arg, i) => arg.type.kind === "dynamic" && arg.state !== "known" && !allows(i, "dynamic"));
  if (untyped) return withMarks(UNKNOWN, unionOfMarks(marks));
  const type = typeof func.returns === "function" ? func.returns(plain) : func.returns;
  const waits = plain.some((arg, i) => arg.state === "unknown" && !allows(i, "unknown"));
  const result = waits ? unknownOf(type) : func.impl(plain, host);
  invariant(
    type.kind === "dynamic" ||
      result.type.kind === "dynamic" ||
      typeEquals(result.type, type) ||
      typeof func.returns === "function",
    `${func.name}() gave a value of another type than it announces`,
  );
  return withMarks(result, unionOfMarks(marks));
}

/** The error's message, without the final period that sentences around it add. */
export function reasonOf(error: ArgError | FunctionError): string {
  return error.message.replace(/\.$/, "");
}

export const isUserError = (error: unknown): error is ArgError | FunctionError =>
  error instanceof ArgError || error instanceof FunctionError;
