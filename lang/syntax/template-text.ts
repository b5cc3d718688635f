// What the literal text of a template means: escapes, `~` trimming, and the dedent of `<<-`.

import type { TemplateExpr } from "./ast.js";

/** A piece of a template as it was written, before directives are paired. */
export type Piece<S> =
  | { readonly kind: "text"; readonly text: string; readonly start: number; readonly end: number }
  | {
      readonly kind: "sequence";
      readonly value: S;
      readonly trimBefore: boolean;
      readonly trimAfter: boolean;
      readonly start: number;
      readonly end: number;
    };

export interface EscapeProblem {
  readonly start: number;
  readonly end: number;
  readonly found: string;
}

/** Trims around `~`, then removes the common indentation of a `<<-` heredoc. Empty texts stay: a template with one is a string. */
export function templateParts<S>(pieces: readonly Piece<S>[], form: TemplateExpr["form"]): readonly Piece<S>[] {
  const trimmed = pieces.map((piece, i) =>
    piece.kind === "text" ? { ...piece, text: trimmedText(piece.text, pieces[i - 1], pieces[i + 1]) } : piece,
  );
  return form === "flush-heredoc" ? dedented(trimmed) : trimmed;
}

function trimmedText(text: string, before: Piece<unknown> | undefined, after: Piece<unknown> | undefined): string {
  let result = text;
  if (before?.kind === "sequence" && before.trimAfter) result = result.replace(/^[\s\u0085]+/u, "");
  if (after?.kind === "sequence" && after.trimBefore) result = result.replace(/[\s\u0085]+$/u, "");
  return result;
}

const isBlankLine = (text: string): boolean => /^\s*\n$/.test(text);

/** Pieces that begin a line give the indentation; a line of white space alone neither counts nor loses any. */
function dedented<S>(pieces: readonly Piece<S>[]): readonly Piece<S>[] {
  let atLineStart = true;
  let least = Number.POSITIVE_INFINITY;
  const adjust = new Set<number>();
  pieces.forEach((piece, i) => {
    const starts = atLineStart;
    atLineStart = piece.kind === "text" && piece.text.endsWith("\n");
    if (!starts) return;
    if (piece.kind === "sequence") least = 0;
    else if (piece.text !== "" && !isBlankLine(piece.text)) {
      adjust.add(i);
      least = Math.min(least, /^\s*/.exec(piece.text)?.[0].length ?? 0);
    } else if (piece.text === "") atLineStart = true;
  });
  if (least === 0 || least === Number.POSITIVE_INFINITY) return pieces;
  return pieces.map((piece, i) =>
    piece.kind === "text" && adjust.has(i) ? { ...piece, text: piece.text.slice(least) } : piece,
  );
}

const SHORT: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", '"': '"', "\\": "\\" };

/** The text of a quoted literal. Each escape that is none is told to `refuse` and stays as it is. */
export function unescapeQuoted(text: string, offset: number, refuse: (problem: EscapeProblem) => void): string {
  if (!/[\\$%]/.test(text)) return text;
  return text.replace(/\\(?:u([\da-fA-F]{0,4})|U([\da-fA-F]{0,8})|([\s\S]?))|\$\$\{|%%\{/gu, (...match) => {
    const [whole, short, long, char] = match as [string, string | undefined, string | undefined, string | undefined];
    if (whole === "$${" || whole === "%%{") return whole.slice(1);
    const value =
      char === undefined
        ? (codePoint(short, 4) ?? codePoint(long, 8))
        : Object.hasOwn(SHORT, char)
          ? SHORT[char]
          : undefined;
    if (value !== undefined) return value;
    const at = offset + (match.at(-2) as number);
    refuse({ start: at, end: at + whole.length, found: whole });
    return whole;
  });
}

function codePoint(digits: string | undefined, length: number): string | undefined {
  if (digits === undefined || digits.length !== length) return undefined;
  const code = Number.parseInt(digits, 16);
  const exists = code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return exists ? String.fromCodePoint(code) : undefined;
}

/** The text of a heredoc's or bare template's literal: no backslashes, only `$${` and `%%{`. */
export const unescapeHeredoc = (text: string): string => text.replace(/\$\$\{|%%\{/g, (match) => match.slice(1));
