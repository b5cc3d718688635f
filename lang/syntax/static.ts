// Expressions that are read, not evaluated: keywords, traversals, lists of literals.

import type { Expr, JsonNode } from "./ast.js";

/** The word, for an expression that is a bare identifier. */
export const keywordOf = (expr: Expr): string | undefined => (expr.kind === "Variable" ? expr.name : undefined);

/** The values that an object literal gives to plain names, in HCL or in JSON; nothing for what is no object literal. */
export function staticMembers(expr: Expr): readonly (readonly [name: string, value: Expr])[] {
  if (expr.kind === "Object")
    return expr.items.flatMap(({ key, bareKey, value }) => (bareKey ? [[keywordOf(key) ?? "", value] as const] : []));
  if (expr.kind !== "JsonValue" || expr.json.kind !== "object") return [];
  return expr.json.properties.map(({ name, value }) => [name.text, jsonValue(value)] as const);
}

const jsonValue = (json: JsonNode): Expr => ({ kind: "JsonValue", json, start: json.start, end: json.end });

/** The items of a list as they are written, in HCL or in JSON; undefined for what is no list literal. */
export function staticItems(expr: Expr): readonly Expr[] | undefined {
  if (expr.kind === "Tuple") return expr.items;
  if (expr.kind !== "JsonValue" || expr.json.kind !== "array") return undefined;
  return expr.json.items.map(jsonValue);
}
