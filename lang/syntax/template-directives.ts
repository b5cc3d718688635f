// Pairs the directives of a template: %{ if } with its else and endif, %{ for } with its endfor.

import { unexpectedDirective, unexpectedEndOfTemplate } from "../diagnostics/catalog/syntax.js";
import type { Expr, ForDirective, IfDirective, Name, TemplatePart } from "./ast.js";
import { SyntaxMistake } from "./mistake.js";
import type { Piece } from "./template-text.js";

/** What a `${…}` or `%{…}` says. */
export type Sequence =
  | { readonly kind: "interp"; readonly expr: Expr }
  | { readonly kind: "if"; readonly condition: Expr }
  | { readonly kind: "for"; readonly key: Name | undefined; readonly value: Name; readonly collection: Expr }
  | { readonly kind: "else" | "endif" | "endfor" };

interface Open {
  readonly piece: Piece<Sequence> & { readonly kind: "sequence" };
  readonly parts: TemplatePart[];
  /** Where an else began: what is collected from then on is the other branch. */
  readonly otherwise?: TemplatePart[];
}

/** Throws {@link SyntaxMistake}; `end` is where the template ends. */
export function pairDirectives(
  pieces: readonly Piece<Sequence>[],
  end: { readonly start: number; readonly end: number },
): readonly TemplatePart[] {
  const root: TemplatePart[] = [];
  const stack: Open[] = [];
  const current = (): TemplatePart[] => stack.at(-1)?.otherwise ?? stack.at(-1)?.parts ?? root;
  for (const piece of pieces) {
    if (piece.kind === "text") current().push({ kind: "Text", text: piece.text, start: piece.start, end: piece.end });
    else takeSequence(piece, stack, current);
  }
  const unclosed = stack.at(-1)?.piece.value.kind;
  if (unclosed !== undefined) {
    throw new SyntaxMistake(
      unexpectedEndOfTemplate(unclosed, unclosed === "if" ? "endif" : "endfor"),
      end.start,
      end.end,
    );
  }
  return root;
}

function takeSequence(piece: Open["piece"], stack: Open[], current: () => TemplatePart[]): void {
  const { value, start, end } = piece;
  switch (value.kind) {
    case "interp":
      current().push({ kind: "Interp", expr: value.expr, start, end });
      return;
    case "if":
    case "for":
      stack.push({ piece, parts: [] });
      return;
    case "else":
      return takeElse(piece, stack);
    case "endif":
    case "endfor": {
      const open = matching(piece, stack, value.kind === "endif" ? "if" : "for");
      stack.pop();
      current().push(closed(open, end));
    }
  }
}

function takeElse(piece: Open["piece"], stack: Open[]): void {
  const open = matching(piece, stack, "if");
  if (open.otherwise !== undefined) throw unexpected(piece, 'No second "else"');
  stack[stack.length - 1] = { ...open, otherwise: [] };
}

function matching(piece: Open["piece"], stack: readonly Open[], wanted: "if" | "for"): Open {
  const open = stack.at(-1);
  if (open?.piece.value.kind !== wanted) throw unexpected(piece, `No open "${wanted}"`);
  return open;
}

const unexpected = ({ value, start, end }: Open["piece"], why: string): SyntaxMistake =>
  new SyntaxMistake(unexpectedDirective(value.kind, why), start, end);

function closed({ piece, parts, otherwise = [] }: Open, end: number): IfDirective | ForDirective {
  const { value, start } = piece;
  if (value.kind !== "for") {
    const condition = value.kind === "if" ? value.condition : ({ kind: "Error", start, end } as const);
    return { kind: "IfDirective", condition, then: parts, else: otherwise, start, end };
  }
  const { key, value: name, collection } = value;
  return {
    kind: "ForDirective",
    ...(key === undefined ? {} : { key }),
    value: name,
    collection,
    body: parts,
    start,
    end,
  };
}
