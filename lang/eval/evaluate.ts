import { tooDeep, unknownVariable, variablesNotAllowed } from "../diagnostics/catalog/evaluation.js";
import type { Reporter, Wording } from "../diagnostics/diagnostic.js";
import { closest } from "../diagnostics/did-you-mean.js";
import { assertNever, invariant } from "../invariant.js";
import type { SourceFile } from "../source/source-file.js";
import type { Expr, GetAttr, Index, Splat, Variable } from "../syntax/ast.js";
import { parseNumber } from "../values/number.js";
import { boolValue, NULL, numberValue, UNKNOWN, type Value } from "../values/value.js";
import { evaluateCall } from "./call-expr.js";
import { evaluateConditional } from "./conditional.js";
import { evaluateObject, evaluateTuple } from "./construct.js";
import { type EvalContext, scopesOf } from "./context.js";
import { complain, DEPTH_LIMIT, type Evaluation, evaluateInner } from "./evaluation.js";
import { evaluateFor } from "./for-expr.js";
import { evaluateJson } from "./json-value.js";
import { evaluateBinary, evaluateUnary } from "./operation.js";
import { memberOf, variableOf } from "./shown-values.js";
import { evaluateSplat, splatSource } from "./splat.js";
import { evaluateTemplate } from "./template.js";
import { attributeOf, elementOf } from "./traverse.js";

/**
 * The value of an expression. Mistakes are reported, and what depends on them is unknown; nothing is thrown.
 * `depth` is how many expressions are around this one already.
 */
export function evaluate(expr: Expr, file: SourceFile, context: EvalContext, report: Reporter, depth = 0): Value {
  return evaluateDeeper(expr, { file, context, report, depth, inner: evaluateDeeper });
}

function evaluateDeeper(expr: Expr, evaluation: Evaluation): Value {
  if (evaluation.depth < DEPTH_LIMIT) return evaluateNode(expr, { ...evaluation, depth: evaluation.depth + 1 });
  complain(evaluation, tooDeep(DEPTH_LIMIT), expr);
  return UNKNOWN;
}

function evaluateNode(expr: Expr, evaluation: Evaluation): Value {
  switch (expr.kind) {
    case "Number":
      return literalNumber(expr.text);
    case "Bool":
      return boolValue(expr.value);
    case "Null":
      return NULL;
    case "Template":
      return evaluateTemplate(expr, evaluation);
    case "Variable":
      return evaluateVariable(expr, evaluation);
    case "GetAttr":
    case "Index":
    case "Splat":
      return evaluateTraversal(expr, evaluation);
    case "Unary":
      return evaluateUnary(expr, evaluation);
    case "Binary":
      return evaluateBinary(expr, evaluation);
    case "Conditional":
      return evaluateConditional(expr, evaluation);
    case "Call":
      return evaluateCall(expr, evaluation);
    case "Tuple":
      return evaluateTuple(expr, evaluation);
    case "Object":
      return evaluateObject(expr, evaluation);
    case "For":
      return evaluateFor(expr, evaluation);
    case "Parens":
      return evaluateInner(expr.expr, evaluation);
    case "JsonValue":
      return evaluateJson(expr.json, evaluation);
    case "Error":
      return UNKNOWN;
    default:
      return assertNever(expr, "expression");
  }
}

function literalNumber(text: string): Value {
  const number = parseNumber(text);
  invariant(number !== undefined, `the parser let ${JSON.stringify(text)} through as a number`);
  return numberValue(number);
}

function evaluateVariable(expr: Variable, evaluation: Evaluation): Value {
  const value = variableOf(expr.name, evaluation.context);
  if (value !== undefined) return value;
  complain(evaluation, missingVariable(expr.name, evaluation.context), expr);
  return UNKNOWN;
}

function missingVariable(name: string, context: EvalContext): Wording {
  const scopes = [...scopesOf(context)].flatMap(({ variables }) => (variables === undefined ? [] : [variables]));
  if (scopes.length === 0) return variablesNotAllowed();
  const near = scopes.map((variables) => closest(name, [...variables.keys()])).find((each) => each !== undefined);
  return unknownVariable(name, near);
}

type Traversal = GetAttr | Index | Splat;

/** `a.b[c].d…` may have thousands of steps: they are taken from the root on. */
function evaluateTraversal(expr: Traversal, evaluation: Evaluation): Value {
  const steps: Traversal[] = [];
  let root: Expr = expr;
  while (root.kind === "GetAttr" || root.kind === "Index" || root.kind === "Splat") {
    steps.push(root);
    root = sourceOf(root);
  }
  const before = evaluation.report.errors;
  const [first, ...others] = steps.reverse();
  const member =
    root.kind === "Variable" && first?.kind === "GetAttr"
      ? memberOf(root.name, first.name.text, evaluation.context)
      : undefined;
  let value = member ?? evaluateInner(root, evaluation);
  for (const step of member === undefined ? steps : others) {
    // What follows a mistake would only be an echo of it.
    if (evaluation.report.errors > before) return UNKNOWN;
    value = evaluateStep(step, value, evaluation);
  }
  return value;
}

function sourceOf(step: Traversal): Expr {
  if (step.kind === "GetAttr") return step.object;
  return step.kind === "Index" ? step.collection : splatSource(step);
}

function evaluateStep(step: Traversal, value: Value, evaluation: Evaluation): Value {
  const root = sourceOf(step);
  switch (step.kind) {
    case "GetAttr": {
      const refuse = (wording: Wording): void =>
        complain(evaluation, wording, { start: root.end, end: step.end }, { context: step, involved: [root] });
      return attributeOf(value, step.name.text, refuse);
    }
    case "Index": {
      const refuse = (wording: Wording): void =>
        complain(
          evaluation,
          wording,
          { start: root.end, end: step.end },
          { context: step, involved: [root, step.key] },
        );
      return elementOf(value, evaluateInner(step.key, evaluation), refuse);
    }
    case "Splat":
      return evaluateSplat(step, value, evaluation);
  }
}
