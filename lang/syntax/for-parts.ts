import type { IToken } from "chevrotain";
import { invalidFor } from "../diagnostics/catalog/syntax.js";
import type { Expr, ForExpr, Name } from "./ast.js";
import { SyntaxMistake } from "./mistake.js";

/** What stands between the brackets of a for expression, before it is known whether it fits them. */
export interface ForParts {
  readonly key: Name | undefined;
  readonly value: Name;
  readonly collection: Expr;
  readonly resultKey: Expr | undefined;
  readonly result: Expr;
  readonly condition: Expr | undefined;
  /** The `...`. */
  readonly grouped: IToken | undefined;
}

/** Throws {@link SyntaxMistake} for a list with keys, or an object without. */
export function buildFor(form: "tuple" | "object", parts: ForParts, start: number, end: number): ForExpr {
  const { key, value, collection, resultKey, result, condition, grouped } = parts;
  if (form === "object" && resultKey === undefined)
    refuse("An object needs a key for each value: KEY => VALUE.", result);
  if (form === "tuple" && resultKey !== undefined) refuse("A list has no keys; write { } for an object.", resultKey);
  if (form === "tuple" && grouped !== undefined) {
    const { startOffset, image } = grouped;
    refuse('Only values of an object can be grouped with "...".', {
      start: startOffset,
      end: startOffset + image.length,
    });
  }
  return {
    kind: "For",
    ...(key === undefined ? {} : { key }),
    value,
    collection,
    ...(resultKey === undefined ? {} : { resultKey }),
    result,
    ...(condition === undefined ? {} : { condition }),
    grouped: grouped !== undefined,
    start,
    end,
  };
}

function refuse(why: string, { start, end }: { readonly start: number; readonly end: number }): never {
  throw new SyntaxMistake(invalidFor(why), start, end);
}
