// Where to go on after a mistake: behind the item in which it was made.

import { CLOSER_OF, CLOSING } from "./brackets.js";
import type { SignificantTokens } from "./significant-tokens.js";
import * as T from "./tokens.js";

const [RBRACE, NEWLINE] = [T.codeOf(T.RBrace), T.codeOf(T.Newline)];

/**
 * The token to go on with, by position: the first one not before `mistake` that ends the line of the item beginning at `first`
 * with all brackets opened in the item closed, or the brace that closes the body around it. The end of the file when there is none.
 */
export function behindItem(tokens: SignificantTokens, first: number, mistake: number): number {
  const open: number[] = [];
  for (let position = first; position < tokens.length; position += 1) {
    const code = tokens.codeAt(position);
    const closer = CLOSER_OF[code] ?? 0;
    const passed = position >= mistake;
    if (closer !== 0) open.push(closer);
    else if (CLOSING[code] === 1 && !close(open, code) && code === RBRACE && passed) return position;
    else if (code === NEWLINE && passed && open.length === 0) return position;
  }
  return tokens.length;
}

/** Closes the innermost bracket of this kind, and those left open inside it. False when there is none. */
function close(open: number[], closer: number): boolean {
  const at = open.lastIndexOf(closer);
  if (at >= 0) open.length = at;
  return at >= 0;
}
