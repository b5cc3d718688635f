// Expressions that are read, not evaluated: keywords, traversals, lists of literals.

import type { Expr, JsonNode } from "./ast.js";

/** The word, for an expression that is a bare identifier. */
export const keywordOf = (expr: Expr): string | undefined => (expr.kind === "Variable" ? expr.name : undefined);

/** A word, or one with attributes and indexes behind it. */
export function isTraversal(expr: Expr): boolean {
  for (let inner = expr; ; inner = inner.kind === "GetAttr" ? inner.object : inner.collection)
    if (inner.kind !== "GetAttr" && inner.kind !== "Index") return inner.kind === "Variable";
}

/** The values that an object literal gives to plain names, in HCL or in JSON; nothing for what is no object literal. */
export function staticMembers(expr: Expr): readonly (readonly [name: string, value: Expr])[] {
  if (expr.kind === "Object")
    return expr.items.flatMap(({ key, bareKey, value }) => (bareKey ? [[keywordOf(key) ?? "", value] as const] : []));
  if (expr.kind !== "JsonValue" || expr.json.kind !== "object") return [];
  return expr.json.properties.map(({ name, value }) => [name.text, jsonValue(value)] as const);
}

/** The part of an expression at a path into its value, as far as the literals are written out. */
export function partOf(expr: Expr, path: readonly (string | number)[]): Expr {
  let part = expr;
  for (const step of path) {
    const inner = typeof step === "number" ? staticItems(part)?.[step] : new Map(staticMembers(part)).get(step);
    if (inner === undefined) break;
    part = inner;
  }
  return part;
}

const jsonValue = (json: JsonNode): Expr => ({ kind: "JsonValue", json, start: json.start, end: json.end });

/** The items of a list as they are written, in HCL or in JSON; undefined for what is no list literal. */
export function staticItems(expr: Expr): readonly Expr[] | undefined {
  if (expr.kind === "Tuple") return expr.items;
  if (expr.kind !== "JsonValue" || expr.json.kind !== "array") return undefined;
  return expr.json.items.map(jsonValue);
}
