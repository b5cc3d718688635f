import type { Token, TokenKind } from "./ast.js";
import type { TokenTable } from "./token-table.js";
import { TYPES } from "./tokens.js";

/** What the rest of the language calls the types; what is not here is punctuation. */
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
const KIND_OF: readonly TokenKind[] = TYPES.map(({ name }) => KINDS[name] ?? "Punct");

/** The tokens that the rest of the language sees: their texts joined are the text that was read. */
export function losslessTokens(table: TokenTable): readonly Token[] {
  const tokens: Token[] = [];
  for (let index = 0; index < table.length; index += 1) {
    const kind = KIND_OF[table.codeAt(index)] ?? "Punct";
    tokens.push({ kind, text: table.imageAt(index), start: table.startAt(index), end: table.endAt(index) });
  }
  return tokens;
}
