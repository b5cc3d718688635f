// Where to go on after a mistake: behind the item in which it was made.

import type { IToken, TokenType } from "chevrotain";
import * as T from "./tokens.js";

const CLOSER: ReadonlyMap<TokenType, TokenType> = new Map([
  [T.LBrace, T.RBrace],
  [T.LBracket, T.RBracket],
  [T.LParen, T.RParen],
  [T.OQuote, T.CQuote],
  [T.OHeredoc, T.CHeredoc],
  [T.TemplateInterp, T.TemplateEnd],
  [T.TemplateControl, T.TemplateEnd],
]);
const CLOSERS: ReadonlySet<TokenType> = new Set(CLOSER.values());

export const closerOf = (type: TokenType): TokenType | undefined => CLOSER.get(type);
export const isOpening = (type: TokenType): boolean => CLOSER.has(type);
export const isClosing = (type: TokenType): boolean => CLOSERS.has(type);

/**
 * The token to go on with: the first one not before `mistake` that ends the line of the item beginning at `first`
 * with all brackets opened in the item closed, or the brace that closes the body around it. Undefined at the end of the file.
 */
export function behindItem(tokens: readonly IToken[], first: IToken, mistake: IToken): IToken | undefined {
  const open: TokenType[] = [];
  const from = indexAt(tokens, first.startOffset);
  const mistakeAt = Number.isNaN(mistake.startOffset) ? Number.POSITIVE_INFINITY : mistake.startOffset;
  for (let i = from; i < tokens.length; i += 1) {
    const token = tokens[i];
    if (token === undefined) break;
    const { tokenType, startOffset } = token;
    const passed = startOffset >= mistakeAt;
    const closer = closerOf(tokenType);
    if (closer !== undefined) open.push(closer);
    else if (isClosing(tokenType) && !close(open, tokenType) && tokenType === T.RBrace && passed) return token;
    else if (tokenType === T.Newline && passed && open.length === 0) return token;
  }
  return undefined;
}

/** Closes the innermost bracket of this kind, and those left open inside it. False when there is none. */
function close(open: TokenType[], closer: TokenType): boolean {
  const at = open.lastIndexOf(closer);
  if (at >= 0) open.length = at;
  return at >= 0;
}

/** Tokens stand in the order of their offsets. */
function indexAt(tokens: readonly IToken[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tokens[middle]?.startOffset ?? 0) < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}
