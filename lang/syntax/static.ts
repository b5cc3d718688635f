// Expressions that are read, not evaluated: keywords, traversals, lists of literals.

import type { Expr } from "./ast.js";

/** The word, for an expression that is a bare identifier. */
export const keywordOf = (expr: Expr): string | undefined => (expr.kind === "Variable" ? expr.name : undefined);

/** The value that an object literal gives a name; undefined where it gives none, or not by a plain name. */
export function staticMember(expr: Expr, name: string): Expr | undefined {
  if (expr.kind !== "Object") return undefined;
  return expr.items.find(({ key, bareKey }) => bareKey && keywordOf(key) === name)?.value;
}

/** The items of a list as they are written, in HCL or in JSON; undefined for what is no list literal. */
export function staticItems(expr: Expr): readonly Expr[] | undefined {
  if (expr.kind === "Tuple") return expr.items;
  if (expr.kind !== "JsonValue" || expr.json.kind !== "array") return undefined;
  return expr.json.items.map((json) => ({ kind: "JsonValue", json, start: json.start, end: json.end }));
}
