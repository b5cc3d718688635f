import { type IToken, Lexer } from "chevrotain";
import { invariant } from "../invariant.js";
import type { Token, TokenKind } from "./ast.js";
import { withStringsClosed } from "./broken-strings.js";
import { LEXER } from "./tokens.js";

export type LexerMode = "code" | "bare";

let lexer: Lexer | undefined;

/** Every character of `text` in one token or another; nothing is refused here. */
export function lexTokens(text: string, mode: LexerMode): readonly IToken[] {
  return mode === "code" ? withStringsClosed(text, (part) => tokenize(part, mode)) : tokenize(text, mode);
}

function tokenize(text: string, mode: LexerMode): readonly IToken[] {
  lexer ??= new Lexer(LEXER, { positionTracking: "onlyOffset", skipValidations: true, ensureOptimizations: false });
  const { tokens, errors } = lexer.tokenize(text, mode);
  invariant(errors.length === 0, `the lexer refused a character: ${errors[0]?.message}`);
  return tokens;
}

const KINDS: Readonly<Record<string, TokenKind>> = {
  Space: "Space",
  LineComment: "Comment",
  BlockComment: "Comment",
  Newline: "Newline",
  Ident: "Ident",
  Number: "Number",
  Bad: "Bad",
  OQuote: "OQuote",
  CQuote: "CQuote",
  QuotedLit: "QuotedLit",
  QuotedNewline: "Bad",
  OHeredoc: "OHeredoc",
  CHeredoc: "CHeredoc",
  HeredocLit: "HeredocLit",
  TemplateInterp: "TemplateInterp",
  TemplateControl: "TemplateControl",
  TemplateEnd: "TemplateEnd",
};

/** The lossless tokens that the rest of the language sees. */
export const publicTokens = (tokens: readonly IToken[]): readonly Token[] =>
  tokens.map(({ tokenType, image, startOffset }) => ({
    kind: KINDS[tokenType.name] ?? "Punct",
    text: image,
    start: startOffset,
    end: startOffset + image.length,
  }));
