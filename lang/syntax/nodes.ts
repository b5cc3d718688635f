// Nodes of the abstract syntax, made from the tokens that they were read from.

import type { IToken } from "chevrotain";
import type { AttrStep, Block, Call, EachStep, Expr, IndexStep, Label, Name, NativeBody, Splat } from "./ast.js";
import type { Sequence } from "./template-directives.js";
import type { Piece } from "./template-text.js";

/** What stands where nothing could be read. */
export const NOWHERE: Expr = { kind: "Error", start: 0, end: 0 };

export const endOf = ({ startOffset, image }: IToken): number => startOffset + image.length;
export const nameOf = (token: IToken): Name => ({
  text: token.image.normalize("NFC"),
  start: token.startOffset,
  end: endOf(token),
});
/** Half-open. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** `close` is undefined where the file ended before the brace. */
export const blockNode = (type: Name, labels: readonly Label[], body: NativeBody, close: Place | undefined): Block => ({
  kind: "Block",
  type,
  labels,
  body,
  open: body.start,
  close: close?.start ?? body.end,
  start: type.start,
  end: body.end,
});

export function conditional(first: Expr, arms: readonly { readonly then: Expr; readonly next: Expr }[]): Expr {
  const conditions = [first, ...arms.map(({ next }) => next)];
  return arms.reduceRight<Expr>((otherwise, { then }, i) => {
    const condition = conditions[i] ?? first;
    return { kind: "Conditional", condition, then, else: otherwise, start: condition.start, end: otherwise.end };
  }, conditions.at(-1) ?? first);
}

/** A splat takes what follows it: `.*` attributes and legacy indexes, `[*]` everything. */
export function attributeStep(from: Expr, name: Name): Expr {
  const { text, start, end } = name;
  if (from.kind !== "Splat") return { kind: "GetAttr", object: from, name, start: from.start, end };
  return withNarrowStep(from, { kind: "AttrStep", name: text, start, end }, end);
}

export function indexStep(from: Expr, key: Expr, end: number, legacyDot: boolean): Expr {
  if (from.kind === "Splat" && (legacyDot || from.style === "[*]")) {
    const step: IndexStep = { kind: "IndexStep", key, start: key.start, end };
    return legacyDot ? withNarrowStep(from, step, end) : withStep(from, step, end);
  }
  return { kind: "Index", collection: from, key, legacyDot, start: from.start, end };
}

/** A step that a `.*` before it takes for itself. */
function withNarrowStep(splat: Splat, step: AttrStep | IndexStep, end: number): Splat {
  const last = splat.each.at(-1);
  if (last?.kind !== "AttrSplatStep") return withStep(splat, step, end);
  return { ...splat, each: [...splat.each.slice(0, -1), { ...last, each: [...last.each, step], end }], end };
}

export const withStep = (splat: Splat, step: EachStep, end: number): Splat => ({
  ...splat,
  each: [...splat.each, step],
  end,
});

const WORDS: Readonly<Record<string, { readonly kind: "Bool"; readonly value: boolean } | { readonly kind: "Null" }>> =
  {
    true: { kind: "Bool", value: true },
    false: { kind: "Bool", value: false },
    null: { kind: "Null" },
  };

/** A literal or a variable. */
export function wordNode({ text, start, end }: Name): Expr {
  const literal = Object.hasOwn(WORDS, text) ? WORDS[text] : undefined;
  return literal === undefined ? { kind: "Variable", name: text, start, end } : { ...literal, start, end };
}

export const numberNode = (text: string, start: number): Expr => ({
  kind: "Number",
  text,
  start,
  end: start + text.length,
});

export const isWord = (expr: Expr): boolean => expr.kind === "Bool" || expr.kind === "Null";

export function callNode(
  words: readonly IToken[],
  args: readonly Expr[],
  expandLast: boolean,
  open: IToken,
  close: IToken,
): Call {
  const [first] = words;
  const last = words.at(-1);
  const start = first?.startOffset ?? open.startOffset;
  const name = {
    text: words.map(({ image }) => image).join("::"),
    start,
    end: last === undefined ? start : endOf(last),
  };
  return {
    kind: "Call",
    name,
    args,
    expandLast,
    open: open.startOffset,
    close: close.startOffset,
    start,
    end: endOf(close),
  };
}

export const textPiece = (text: string, token: IToken): Piece<Sequence> => ({
  kind: "text",
  text,
  start: token.startOffset,
  end: endOf(token),
});

export const sequencePiece = (value: Sequence, open: IToken, close: IToken): Piece<Sequence> => ({
  kind: "sequence",
  value,
  trimBefore: open.image.endsWith("~"),
  trimAfter: close.image.startsWith("~"),
  start: open.startOffset,
  end: endOf(close),
});
