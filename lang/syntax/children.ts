// The only place that knows what is inside a node.

import type { Expr, JsonNode, TemplatePart } from "./ast.js";

/** The expressions directly inside an expression, in the order of the text. */
export function childrenOf(expr: Expr): readonly Expr[] {
  switch (expr.kind) {
    case "Number":
    case "Bool":
    case "Null":
    case "Variable":
    case "Error":
    case "JsonValue":
      return [];
    case "Template":
      return expr.parts.flatMap(partChildren);
    case "GetAttr":
      return [expr.object];
    case "Index":
      return [expr.collection, expr.key];
    case "Splat":
      return [expr.source, ...expr.each.flatMap((step) => (step.kind === "IndexStep" ? [step.key] : []))];
    case "Unary":
      return [expr.operand];
    case "Binary":
      return [expr.left, expr.right];
    case "Conditional":
      return [expr.condition, expr.then, expr.else];
    case "Call":
      return expr.args;
    case "Tuple":
      return expr.items;
    case "Object":
      return expr.items.flatMap(({ key, bareKey, value }) => (bareKey ? [value] : [key, value]));
    case "For":
      return [expr.collection, expr.resultKey, expr.result, expr.condition].filter((each) => each !== undefined);
    case "Parens":
      return [expr.expr];
  }
}

function partChildren(part: TemplatePart): readonly Expr[] {
  switch (part.kind) {
    case "Text":
      return [];
    case "Interp":
      return [part.expr];
    case "IfDirective":
      return [part.condition, ...part.then.flatMap(partChildren), ...part.else.flatMap(partChildren)];
    case "ForDirective":
      return [part.collection, ...part.body.flatMap(partChildren)];
  }
}

/** The strings inside a JSON value. */
export function* jsonStrings(node: JsonNode): Generator<JsonNode & { readonly kind: "string" }> {
  const stack: JsonNode[] = [node];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    if (next.kind === "string") yield next;
    else if (next.kind === "array") for (const item of next.items) stack.push(item);
    else if (next.kind === "object") for (const { value } of next.properties) stack.push(value);
  }
}
