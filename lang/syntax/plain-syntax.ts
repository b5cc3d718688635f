// Most of a template is plain: blocks whose labels are strings, and arguments with one operand: a word, a name with attributes
// (var.x), a number, a string without sequences. That is told by the tokens, and read without going down the rules: nine of them
// from `expression` to `pieces`, seven from one block to the next. They take most of the time of parsing a file of sources.

import * as T from "./tokens.js";

/** The tokens at a distance: types (tokens.ts) and texts. */
export interface Ahead {
  codeAhead(distance: number): number;
  imageAhead(distance: number): string;
}

export interface Escapes {
  /** Whether the token at a distance has a backslash in it. */
  escapeAhead(distance: number): boolean;
}

const [NUMBER, IDENT, DOT] = [T.codeOf(T.NumberToken), T.codeOf(T.Ident), T.codeOf(T.Dot)];
const EQUALS = T.codeOf(T.Equals);
const [NEWLINE, LBRACE, RBRACE] = [T.codeOf(T.Newline), T.codeOf(T.LBrace), T.codeOf(T.RBrace)];
const [OQUOTE, QUOTED_LIT, CQUOTE] = [T.codeOf(T.OQuote), T.codeOf(T.QuotedLit), T.codeOf(T.CQuote)];
/** What goes on with an expression behind any operand; whatever else stands there ends it, or is a mistake. */
const CONTINUING = [...T.BINARY_OPERATORS, T.Question, T.Dot, T.LBracket];
const BEHIND_OPERAND = T.codesOf(CONTINUING);
const BEHIND_WORD = T.codesOf([...CONTINUING, T.LParen, T.DoubleColon]);

/** How many tokens `type label… {` has, with nothing behind it on its line, or `}` right behind it; 0 when it is not so plain. */
export function plainHeaderLength(ahead: Ahead): number {
  if (ahead.codeAhead(1) !== IDENT) return 0;
  let length = 1;
  for (let label = 1; label > 0; length += label) label = plainLabelLength(ahead, length + 1);
  if (ahead.codeAhead(length + 1) !== LBRACE) return 0;
  const behind = ahead.codeAhead(length + 2);
  return behind === NEWLINE || behind === RBRACE ? length + 1 : 0;
}

/** How many tokens the label at `from` has; 0 when there is none. */
export const plainLabelLength = (ahead: Ahead, from: number): number =>
  ahead.codeAhead(from) === IDENT ? 1 : plainStringLength(ahead, from);

/** How many tokens the expression at `from` has; 0 when it is not so plain. */
export function plainOperandLength(ahead: Ahead, from: number): number {
  switch (ahead.codeAhead(from)) {
    case NUMBER:
      return isNumber(ahead.imageAhead(from)) ? ended(ahead, from, 1, BEHIND_OPERAND) : 0;
    case IDENT:
      return ended(ahead, from, attributesEnd(ahead, from + 1) - from, BEHIND_WORD);
    case OQUOTE:
      return ended(ahead, from, plainStringLength(ahead, from), BEHIND_OPERAND);
    default:
      return 0;
  }
}

/**
 * How many tokens a body of plain arguments has, up to its `}`; -1 when it is none, or when an argument stands in it twice or a string has
 * an escape: the parser complains of those.
 */
export function plainBodyLength(ahead: Ahead & Escapes): number {
  const names: string[] = [];
  let next = 1;
  for (;;) {
    while (ahead.codeAhead(next) === NEWLINE) next += 1;
    if (ahead.codeAhead(next) === RBRACE) return next - 1;
    const length = plainArgumentLength(ahead, next);
    const name = ahead.imageAhead(next);
    if (length === 0 || names.length === MOST_NAMES || names.includes(name) || hasEscape(ahead, next + 2)) return -1;
    names.push(name);
    next += length;
  }
}

/** As many as may be compared with one another. */
const MOST_NAMES = 32;

/** Of `name = operand` that its line ends with; 0 when it is not so plain. */
export function plainArgumentLength(ahead: Ahead, from: number): number {
  if (ahead.codeAhead(from) !== IDENT || ahead.codeAhead(from + 1) !== EQUALS) return 0;
  const length = plainOperandLength(ahead, from + 2);
  return length > 0 && endsLine(ahead, from + 2 + length) ? 2 + length : 0;
}

export function endsLine(ahead: Ahead, distance: number): boolean {
  const code = ahead.codeAhead(distance);
  return code === NEWLINE || code === T.END;
}

const hasEscape = (ahead: Ahead & Escapes, from: number): boolean =>
  ahead.codeAhead(from) === OQUOTE && ahead.escapeAhead(from + 1);

// An exponent of more digits is past every number there is (values/parse-number.ts).
const NUMERAL = /^\d+(?:\.\d*)?(?:[eE][+-]?0*\d{1,12})?$/;

/** Whether a number token is a number. */
export const isNumber = (image: string): boolean => NUMERAL.test(image);

/** Of a string that is text alone: its tokens, 2 when it is empty; 0 when it is not. */
function plainStringLength(ahead: Ahead, from: number): number {
  if (ahead.codeAhead(from) !== OQUOTE) return 0;
  const length = ahead.codeAhead(from + 1) === QUOTED_LIT ? 3 : 2;
  return ahead.codeAhead(from + length - 1) === CQUOTE ? length : 0;
}

/** Where `.a.b.c` that begins at `from` ends. */
function attributesEnd(ahead: Ahead, from: number): number {
  let end = from;
  while (ahead.codeAhead(end) === DOT && ahead.codeAhead(end + 1) === IDENT) end += 2;
  return end;
}

const ended = (ahead: Ahead, from: number, length: number, going: Uint8Array): number =>
  length > 0 && going[ahead.codeAhead(from + length)] === 0 ? length : 0;
