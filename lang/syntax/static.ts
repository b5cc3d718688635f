// Expressions that are read, not evaluated: keywords, traversals, lists of literals.

import type { Expr } from "./ast.js";

/** The word, for an expression that is a bare identifier. */
export const keywordOf = (expr: Expr): string | undefined => (expr.kind === "Variable" ? expr.name : undefined);

/** The items of a list as they are written; undefined for what is no list literal. */
export function staticItems(expr: Expr): readonly Expr[] | undefined {
  return expr.kind === "Tuple" ? expr.items : undefined;
}
