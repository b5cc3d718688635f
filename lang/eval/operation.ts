import { invalidOperand, operationFailed } from "../diagnostics/catalog/evaluation.js";
import { type Collector, collectDiagnostics } from "../diagnostics/collect.js";
import type { Binary, Expr, Unary } from "../syntax/ast.js";
import type { Type } from "../types/type.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { unmark, withMarksOf } from "../values/marks.js";
import { NotANumberError } from "../values/number.js";
import { boolValue, unknownOf, type Value } from "../values/value.js";
import { changed, complain, type Evaluation, evaluateInner } from "./evaluation.js";
import { OPERATORS, type Operator, UNARY_OPERATORS } from "./operators.js";

const NULL_OPERAND = "argument must not be null";

export function evaluateUnary(expr: Unary, evaluation: Evaluation): Value {
  const { operand, apply } = UNARY_OPERATORS[expr.op];
  const given = evaluateInner(expr.operand, evaluation);
  const value = operandOf(given, expr.operand, "unary", operand, expr, evaluation);
  if (value === undefined || value.state === "unknown")
    return withMarksOf(unknownOf(operand, { notNull: true }), given);
  if (value.state === "null") {
    complain(evaluation, operationFailed(NULL_OPERAND), expr, { involved: [expr.operand] });
    return unknownOf(operand);
  }
  return withMarksOf(apply(unmark(value)), value);
}

function operandOf(
  value: Value,
  place: Expr,
  side: "left" | "right" | "unary",
  type: Type,
  whole: Expr,
  evaluation: Evaluation,
): Value | undefined {
  const converted = tryConvert(value, type);
  if (!(converted instanceof ConversionError)) return converted;
  complain(evaluation, invalidOperand(side, converted.message), place, { context: whole, involved: [place] });
  return undefined;
}

/**
 * A chain of operators leans to the left and may have thousands of terms: it is walked from its innermost term.
 * What a deciding side of `||` and `&&` makes irrelevant is not reported, so mistakes wait until the chain is through.
 */
export function evaluateBinary(expr: Binary, evaluation: Evaluation): Value {
  const chain: Binary[] = [];
  let first: Expr = expr;
  for (; first.kind === "Binary"; first = first.left) chain.push(first);
  const pending = new Pending();
  let value = evaluateInner(first, changed(evaluation, { report: pending.trouble }));
  for (const operation of chain.reverse()) value = evaluateStep(operation, value, pending, evaluation);
  pending.flush(evaluation);
  return value;
}

class Pending {
  trouble = collectDiagnostics();

  drop(): void {
    this.trouble = collectDiagnostics();
  }

  take(other: Collector): void {
    for (const diagnostic of other.diagnostics) this.trouble.report(diagnostic);
  }

  flush({ report }: Evaluation): void {
    for (const diagnostic of this.trouble.diagnostics) report.report(diagnostic);
  }
}

function evaluateStep(expr: Binary, left: Value, pending: Pending, outer: Evaluation): Value {
  const operator = OPERATORS[expr.op];
  const beside = operator.decides === undefined ? pending.trouble : collectDiagnostics();
  const right = evaluateInner(expr.right, changed(outer, { report: beside }));
  const wrong = collectDiagnostics();
  const a = operandOf(left, expr.left, "left", operator.operand, expr, changed(outer, { report: wrong }));
  const b = operandOf(right, expr.right, "right", operator.operand, expr, changed(outer, { report: wrong }));
  const failed = withMarksOf(unknownOf(operator.result, { notNull: true }), left, right);
  const decided = a === undefined || b === undefined ? undefined : decidedBy(operator, a, b);
  if (decided !== undefined) {
    pending.drop();
    return decided;
  }
  if (beside !== pending.trouble) pending.take(beside);
  pending.take(wrong);
  if (a === undefined || b === undefined || pending.trouble.errors > 0) return failed;
  return applied(expr, operator, a, b, changed(outer, { report: pending.trouble })) ?? failed;
}

/** A null counts as not true (hcl 2.24). */
function decidedBy({ decides }: Operator, a: Value, b: Value): Value | undefined {
  if (decides === undefined) return undefined;
  const deciding = [a, b].find(
    (side) => side.state !== "unknown" && (side.state === "known" && side.raw === true) === decides,
  );
  return deciding === undefined ? undefined : withMarksOf(boolValue(decides), a, b);
}

function applied(expr: Binary, operator: Operator, a: Value, b: Value, evaluation: Evaluation): Value | undefined {
  if (operator.operand.kind === "dynamic") return operator.apply(a, b);
  if (a.state === "null" || b.state === "null") {
    complain(evaluation, operationFailed(NULL_OPERAND), expr, { involved: [expr.left, expr.right] });
    return undefined;
  }
  if (a.state === "unknown" || b.state === "unknown") return undefined;
  try {
    return withMarksOf(operator.apply(unmark(a), unmark(b)), a, b);
  } catch (error) {
    if (!(error instanceof NotANumberError)) throw error;
    complain(evaluation, operationFailed(error.message), expr, { involved: [expr.left, expr.right] });
    return undefined;
  }
}
