import {
  callFailed,
  expansionType,
  functionsNotAllowed,
  invalidArgument,
  notEnoughArguments,
  nullExpansion,
  tooManyArguments,
  unknownFunction,
} from "../diagnostics/catalog/evaluation.js";
import { closest } from "../diagnostics/did-you-mean.js";
import { callFunction, isUserError, paramOf, reasonOf } from "../functions/call.js";
import { ArgError, type Func } from "../functions/func.js";
import type { Call, Expr } from "../syntax/ast.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { hasMarks, unmark, withMarksOf } from "../values/marks.js";
import { asItems, UNKNOWN, type Value } from "../values/value.js";
import { type EvalContext, scopesOf } from "./context.js";
import { complain, type Evaluation, evaluateInner } from "./evaluation.js";
import type { SpecialForm } from "./special-form.js";

export function evaluateCall(expr: Call, evaluation: Evaluation): Value {
  const func = lookUp(expr, evaluation);
  if (func === undefined) return UNKNOWN;
  if ("special" in func)
    return func.evaluate(expr, evaluation.file, evaluation.context, evaluation.report, evaluation.depth);
  // Where nothing is expanded they can be counted before they are looked at.
  if (!expr.expandLast && !checkArity(expr, func, expr.args, evaluation)) return UNKNOWN;
  const args = argumentsOf(expr, evaluation);
  if (
    args === undefined ||
    !checkArity(
      expr,
      func,
      args.map(({ place }) => place),
      evaluation,
    )
  )
    return UNKNOWN;
  const before = evaluation.report.errors;
  const values = args.map((arg, i) => converted(arg, i, expr, func, evaluation));
  const isHopeless = evaluation.report.errors > before || args.some(({ failed }) => failed);
  return isHopeless ? UNKNOWN : call(expr, func, args, values, evaluation);
}

function lookUp(expr: Call, evaluation: Evaluation): Func | SpecialForm | undefined {
  const names: string[] = [];
  let allowed = false;
  for (const { functions } of scopesOf(evaluation.context)) {
    const func = functions?.get(expr.name.text);
    if (func !== undefined) return func;
    if (functions !== undefined) allowed = true;
    names.push(...(functions?.keys() ?? []));
  }
  const wording = allowed
    ? unknownFunction(expr.name.text, closest(expr.name.text, names.sort()))
    : functionsNotAllowed();
  complain(evaluation, wording, allowed ? expr.name : expr, { context: expr });
  return undefined;
}

/** The functions of the innermost scope that has any. */
export function functionsOf(context: EvalContext): ReadonlyMap<string, Func | SpecialForm> | undefined {
  for (const { functions } of scopesOf(context)) if (functions !== undefined) return functions;
  return undefined;
}

interface Argument {
  readonly value: Value;
  readonly place: Expr;
  /** Its evaluation was reported as failing, so nothing is said of what became of it. */
  readonly failed: boolean;
}

function argumentsOf(expr: Call, evaluation: Evaluation): readonly Argument[] | undefined {
  const args: Argument[] = [];
  for (const [i, place] of expr.args.entries()) {
    const before = evaluation.report.errors;
    const value = evaluateInner(place, evaluation);
    const failed = evaluation.report.errors > before;
    if (!expr.expandLast || i < expr.args.length - 1) args.push({ value, place, failed });
    else {
      const expanded = failed ? undefined : expand(value, place, expr, evaluation);
      if (expanded === undefined) return undefined;
      // One by one: a list may be longer than a call of JavaScript's takes arguments.
      for (const each of expanded) args.push({ value: each, place, failed: false });
    }
  }
  return args;
}

/** The values of a last argument with `...`; undefined when it is not known, or unfit, which is reported. */
function expand(value: Value, place: Expr, expr: Call, evaluation: Evaluation): readonly Value[] | undefined {
  const more = { context: expr, involved: [place] };
  if (value.state === "null") {
    complain(evaluation, nullExpansion(), place, more);
    return undefined;
  }
  if (value.type.kind === "dynamic") return undefined;
  if (value.type.kind !== "list" && value.type.kind !== "tuple" && value.type.kind !== "set") {
    complain(evaluation, expansionType(), place, more);
    return undefined;
  }
  if (value.state === "unknown") return undefined;
  return asItems(unmark(value)).map((item) => withMarksOf(item, value));
}

function checkArity(expr: Call, func: Func, args: readonly Expr[], evaluation: Evaluation): boolean {
  const { name, params, variadic } = func;
  const missing = params[args.length];
  if (missing !== undefined) {
    const wording = notEnoughArguments(name, params.length, variadic !== undefined, missing.name);
    complain(evaluation, wording, { start: expr.close, end: expr.end }, { context: expr });
    return false;
  }
  const extra = args[params.length];
  if (extra === undefined || variadic !== undefined) return true;
  complain(evaluation, tooManyArguments(name, params.length), extra, { context: expr });
  return false;
}

function converted(arg: Argument, index: number, expr: Call, func: Func, evaluation: Evaluation): Value {
  const param = paramOf(func, index);
  if (param === undefined || arg.failed) return arg.value;
  const value = tryConvert(arg.value, param.type);
  if (!(value instanceof ConversionError)) return value;
  const wording = invalidArgument(param.name, value.message);
  complain(evaluation, wording, arg.place, { context: expr, involved: [arg.place] });
  return arg.value;
}

function call(
  expr: Call,
  func: Func,
  args: readonly Argument[],
  values: readonly Value[],
  evaluation: Evaluation,
): Value {
  try {
    return callFunction(func, values, evaluation.context.host);
  } catch (error) {
    if (!isUserError(error)) throw error;
    complainAboutCall(expr, func, args, error, evaluation);
    return UNKNOWN;
  }
}

/** Reasons quote what they got, whole or in part, and it may be made of a secret that nobody could find in it. */
export const UNTOLD = "the reason is not shown, because it may quote a sensitive value";

function complainAboutCall(
  expr: Call,
  func: Func,
  args: readonly Argument[],
  error: Parameters<typeof reasonOf>[0],
  evaluation: Evaluation,
): void {
  const param = error instanceof ArgError ? paramOf(func, error.index) : undefined;
  const place = error.index === undefined ? undefined : args[error.index]?.place;
  const reason = args.some(({ value }) => value.state === "known" && hasMarks(value)) ? UNTOLD : reasonOf(error);
  if (param === undefined || place === undefined) {
    const wording = callFailed(func.name, reason);
    complain(evaluation, wording, place ?? expr, { involved: expr.args, ...(place ? { context: expr } : {}) });
  } else {
    complain(evaluation, invalidArgument(param.name, reason), place, { context: expr, involved: [place] });
  }
}
