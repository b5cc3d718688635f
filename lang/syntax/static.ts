// Expressions that are read, not evaluated: keywords, traversals, lists of literals.

import type { Expr } from "./ast.js";
import { literalKey } from "./references.js";

/** The word, for an expression that is a bare identifier. */
export const keywordOf = (expr: Expr): string | undefined => (expr.kind === "Variable" ? expr.name : undefined);

/** `["source", "null", "a"]` for `source.null.a`; undefined for what is no traversal of literal steps. */
export function staticTraversal(expr: Expr): readonly (string | number)[] | undefined {
  const path: (string | number)[] = [];
  let at = expr;
  while (at.kind === "GetAttr" || at.kind === "Index") {
    const step = at.kind === "GetAttr" ? at.name.text : literalKey(at.key);
    if (step === undefined) return undefined;
    path.unshift(step);
    at = at.kind === "GetAttr" ? at.object : at.collection;
  }
  return at.kind === "Variable" ? [at.name, ...path] : undefined;
}

/** The items of a list as they are written; undefined for what is no list literal. */
export function staticItems(expr: Expr): readonly Expr[] | undefined {
  return expr.kind === "Tuple" ? expr.items : undefined;
}
