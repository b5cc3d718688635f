// What opens and closes in pairs: brackets, strings, heredocs, template sequences.

import type { TokenType } from "chevrotain";
import * as T from "./tokens.js";

const PAIRS: readonly (readonly [TokenType, TokenType])[] = [
  [T.LBrace, T.RBrace],
  [T.LBracket, T.RBracket],
  [T.LParen, T.RParen],
  [T.OQuote, T.CQuote],
  [T.OHeredoc, T.CHeredoc],
  [T.TemplateInterp, T.TemplateEnd],
  [T.TemplateControl, T.TemplateEnd],
];

/** By token type: the type that closes it, 0 for what opens nothing. */
export const CLOSER_OF = new Uint8Array(0x100);
for (const [opening, closing] of PAIRS) CLOSER_OF[T.codeOf(opening)] = T.codeOf(closing);

/** By token type: 1 for what closes something. */
export const CLOSING = T.codesOf(PAIRS.map(([, closing]) => closing));
