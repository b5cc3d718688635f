import {
  conditionType,
  inconsistentResults,
  nullCondition,
  wrongConditionalResult,
} from "../diagnostics/catalog/evaluation.js";
import { type Collector, collectDiagnostics } from "../diagnostics/collect.js";
import type { Conditional, Expr } from "../syntax/ast.js";
import { describeType } from "../types/describe.js";
import { BOOL, DYNAMIC, type Type, typeEquals } from "../types/type.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { withMarksOf } from "../values/marks.js";
import { unify } from "../values/unify.js";
import { UNKNOWN, unknownOf, type Value } from "../values/value.js";
import { changed, complain, type Evaluation, evaluateInner, type Span } from "./evaluation.js";

/** Both results are evaluated, as both decide the type; the mistakes of the one that is not taken are dropped. */
export function evaluateConditional(expr: Conditional, evaluation: Evaluation): Value {
  const then = speculate(expr.then, evaluation);
  const otherwise = speculate(expr.else, evaluation);
  const type = resultType(then.value, otherwise.value);
  if (type === undefined) {
    const [a, b] = describePair(then.value.type, otherwise.value.type);
    const results = { start: expr.then.start, end: expr.else.end };
    complain(evaluation, inconsistentResults(a, b), results, { context: expr, involved: [expr.then, expr.else] });
    return UNKNOWN;
  }
  const condition = evaluateInner(expr.condition, evaluation);
  const holds = conditionHolds(condition, expr.condition, expr, evaluation);
  if (holds === undefined) return withMarksOf(unknownOf(type), condition);
  const taken = holds ? then : otherwise;
  for (const diagnostic of taken.trouble.diagnostics) evaluation.report.report(diagnostic);
  return withMarksOf(typed(taken.value, type, holds, expr, evaluation), condition);
}

/** Whether the condition holds; undefined when it is unknown or unfit, which is reported. */
export function conditionHolds(value: Value, place: Expr, whole: Span, evaluation: Evaluation): boolean | undefined {
  if (value.state === "null") {
    complain(evaluation, nullCondition(), place, { context: whole, involved: [place] });
    return undefined;
  }
  const bool = tryConvert(value, BOOL);
  if (bool instanceof ConversionError) {
    complain(evaluation, conditionType(bool.message), place, { context: whole, involved: [place] });
    return undefined;
  }
  return bool.state === "known" ? bool.raw === true : undefined;
}

interface Branch {
  readonly value: Value;
  readonly trouble: Collector;
}

function speculate(expr: Expr, evaluation: Evaluation): Branch {
  const trouble = collectDiagnostics();
  return { value: evaluateInner(expr, changed(evaluation, { report: trouble })), trouble };
}

function resultType(then: Value, otherwise: Value): Type | undefined {
  // An untyped null takes the type of the other result.
  if (then.state === "null" && then.type.kind === "dynamic") return otherwise.type;
  if (otherwise.state === "null" && otherwise.type.kind === "dynamic") return then.type;
  if (then.type.kind === "dynamic" || otherwise.type.kind === "dynamic") return DYNAMIC;
  return typeEquals(then.type, otherwise.type) ? then.type : unify([then.type, otherwise.type]);
}

/** Two objects need more words than "object" and "object". */
function describePair(a: Type, b: Type): readonly [string, string] {
  const [x, y] = [describeType(a), describeType(b)];
  return x === y ? [`${x} of one shape`, `${y} of another that it can't be made to fit`] : [x, y];
}

function typed(value: Value, type: Type, holds: boolean, expr: Conditional, evaluation: Evaluation): Value {
  const converted = tryConvert(value, type);
  if (!(converted instanceof ConversionError)) return converted;
  const place = holds ? expr.then : expr.else;
  complain(evaluation, wrongConditionalResult(holds ? "true" : "false", converted.message), place, { context: expr });
  return unknownOf(type);
}
