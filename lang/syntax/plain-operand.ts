// Most expressions of a template are one operand: a word, a name with attributes (var.x), a number, a string without sequences.
// They are told by their tokens, and read without going down the nine rules from `expression` to `pieces`, which takes half the
// time of parsing a file of sources.

import type { IToken, TokenType } from "chevrotain";
import * as T from "./tokens.js";

/** What goes on with an expression behind any operand; whatever else stands there ends it, or is a mistake. */
const CONTINUING: ReadonlySet<TokenType> = new Set([...T.BINARY_OPERATORS, T.Question, T.Dot, T.LBracket]);
const AFTER_WORD: ReadonlySet<TokenType> = new Set([...CONTINUING, T.LParen, T.DoubleColon]);

/** How many tokens the expression at `from` has; 0 when it is not so plain. `at` gives the token at a distance. */
export function plainOperandLength(at: (distance: number) => IToken, from: number): number {
  switch (at(from).tokenType) {
    case T.NumberToken:
      return isNumber(at(from).image) ? ended(at, from, 1, CONTINUING) : 0;
    case T.Ident:
      return ended(at, from, attributesEnd(at, from + 1) - from, AFTER_WORD);
    case T.OQuote:
      return ended(at, from, plainStringLength(at, from), CONTINUING);
    default:
      return 0;
  }
}

// An exponent of more digits is past every number there is (values/parse-number.ts).
const NUMBER = /^\d+(?:\.\d*)?(?:[eE][+-]?0*\d{1,12})?$/;

/** Whether a number token is a number. */
export const isNumber = (image: string): boolean => NUMBER.test(image);

/** Of a string that is text alone: its tokens, 2 when it is empty; 0 when it is not. */
export function plainStringLength(at: (distance: number) => IToken, from: number): number {
  if (at(from).tokenType !== T.OQuote) return 0;
  const length = at(from + 1).tokenType === T.QuotedLit ? 3 : 2;
  return at(from + length - 1).tokenType === T.CQuote ? length : 0;
}

/** Where `.a.b.c` that begins at `from` ends. */
function attributesEnd(at: (distance: number) => IToken, from: number): number {
  let end = from;
  while (at(end).tokenType === T.Dot && at(end + 1).tokenType === T.Ident) end += 2;
  return end;
}

function ended(at: (distance: number) => IToken, from: number, length: number, going: ReadonlySet<TokenType>): number {
  return length > 0 && !going.has(at(from + length).tokenType) ? length : 0;
}
