import type { EachStep, Expr, Splat, TemplatePart } from "../../../lang/syntax/ast.js";
import { withoutText } from "../../support/hcl2json.js";

const OPERATORS: Readonly<Record<string, string>> = {
  "+": "add",
  "-": "subtract",
  "*": "multiply",
  "/": "divide",
  "%": "modulo",
  "==": "equal",
  "!=": "notEqual",
  "<": "lessThan",
  "<=": "lessThanOrEqual",
  ">": "greaterThan",
  ">=": "greaterThanOrEqual",
  "&&": "logicalAnd",
  "||": "logicalOr",
};

/** An expression as nested words: kinds of nodes and how they hang together. */
export function shapeOf(expr: Expr): string {
  switch (expr.kind) {
    case "Number":
    case "Bool":
    case "Null":
      return "(literal)";
    case "Template":
      return templateShape(expr.parts);
    case "Variable":
    case "GetAttr":
    case "Index":
      return traversalShape(expr);
    case "Splat":
      return splatShape(expr);
    case "Unary":
      return `(${expr.op === "!" ? "logicalNot" : "negate"} ${shapeOf(expr.operand)})`;
    case "Binary":
      return `(${OPERATORS[expr.op]} ${shapeOf(expr.left)} ${shapeOf(expr.right)})`;
    case "Conditional":
      return `(conditional ${shapeOf(expr.condition)} ${shapeOf(expr.then)} ${shapeOf(expr.else)})`;
    case "Call":
      return `(call ${expr.name.text} ${expr.args.map(shapeOf).join(" ")})`;
    case "Tuple":
      return `(tuple ${expr.items.map(shapeOf).join(" ")})`;
    case "Object":
      return `(object ${expr.items.map(({ value }) => shapeOf(value)).join(" ")})`;
    case "For": {
      const parts = [expr.collection, expr.resultKey, expr.result, expr.condition].filter((each) => each !== undefined);
      return `(for ${parts.map(shapeOf).join(" ")})`;
    }
    case "Parens":
      return `(parens ${shapeOf(expr.expr)})`;
    case "JsonValue":
    case "Error":
      return `(${expr.kind})`;
  }
}

function isLiteral(key: Expr): boolean {
  return (
    ["Number", "Bool", "Null"].includes(key.kind) ||
    (key.kind === "Template" && key.parts.every((part) => part.kind === "Text"))
  );
}

/** Literal steps belong to the traversal before them. */
function traversalShape(expr: Expr): string {
  let steps = 0;
  let at = expr;
  while (at.kind === "GetAttr" || (at.kind === "Index" && isLiteral(at.key))) {
    steps += 1;
    at = at.kind === "GetAttr" ? at.object : at.collection;
  }
  if (at.kind === "Variable") return `(ref ${at.name} ${steps})`;
  const inner = at.kind === "Index" ? `(index ${shapeOf(at.collection)} ${shapeOf(at.key)})` : shapeOf(at);
  return steps === 0 ? inner : `(steps ${steps} ${inner})`;
}

/** What follows `[*]` belongs to it, further splats too: those stand in its element's place. */
function splatShape(expr: Splat): string {
  const chain: Splat[] = [expr];
  for (let splat = expr; splat.source.kind === "Splat" && splat.source.style === "[*]"; splat = splat.source)
    chain.unshift(splat.source);
  const source = shapeOf(chain[0]?.source ?? expr);
  const shapes = chain.map(eachShape);
  const innermost = shapes.pop() ?? "";
  return `(splat ${source} ${shapes.reduceRight((inner, each) => `(splat ${each} ${inner})`, innermost)})`;
}

function eachShape({ each }: { readonly each: readonly EachStep[] }): string {
  let shape = "(it)";
  let steps = 0;
  const taken = (): string => (steps === 0 ? shape : `(steps ${steps} ${shape})`);
  for (const step of each) {
    if (step.kind === "AttrStep" || (step.kind === "IndexStep" && isLiteral(step.key))) steps += 1;
    else {
      shape =
        step.kind === "IndexStep" ? `(index ${taken()} ${shapeOf(step.key)})` : `(splat ${taken()} ${eachShape(step)})`;
      steps = 0;
    }
  }
  return taken();
}

function templateShape(parts: readonly TemplatePart[]): string {
  const [only, ...more] = parts;
  if (only?.kind === "Interp" && more.length === 0) return `(templateWrap ${shapeOf(only.expr)})`;
  return sequenceShape(parts);
}

function partShape(part: TemplatePart): string {
  switch (part.kind) {
    case "Text":
      return "(literal)";
    case "Interp":
      return shapeOf(part.expr);
    case "IfDirective":
      return `(conditional ${shapeOf(part.condition)} ${sequenceShape(part.then)} ${sequenceShape(part.else)})`;
    case "ForDirective":
      return `(templateJoin (for ${shapeOf(part.collection)} ${sequenceShape(part.body)}))`;
  }
}

const sequenceShape = (parts: readonly TemplatePart[]): string => `(template ${withoutText(parts.map(partShape))})`;
