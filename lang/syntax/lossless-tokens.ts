import type { Token, TokenKind } from "./ast.js";
import type { TokenTable } from "./token-table.js";
import { codeOf, LineComment, TYPES } from "./tokens.js";

/** What the rest of the language calls the types; what is not here is punctuation. */
const KINDS: Readonly<Record<string, TokenKind>> = {
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
const LINE_COMMENT = codeOf(LineComment);
const KIND_OF: readonly TokenKind[] = TYPES.map(({ name }) => KINDS[name] ?? "Punct");

/** The tokens that the rest of the language sees: their texts joined are the text that was read. */
export function losslessTokens(table: TokenTable): readonly Token[] {
  const tokens: Token[] = [];
  let done = 0;
  const take = (kind: TokenKind, end: number): void => {
    if (end > done) tokens.push({ kind, text: table.text.slice(done, end), start: done, end });
    done = end;
  };
  for (let index = 0; index < table.length; index += 1) {
    const [code, start, end] = [table.codeAt(index), table.startAt(index), table.endAt(index)];
    take("Space", start);
    if (start === end) tokens.push({ kind: kindOf(code), text: "", start, end });
    // A comment is one token here, and the end of its line another.
    if (code === LINE_COMMENT) take("Comment", start + lineLength(table.imageAt(index)));
    take(code === LINE_COMMENT ? "Newline" : kindOf(code), end);
  }
  take("Space", table.text.length);
  return tokens;
}

const kindOf = (code: number): TokenKind => KIND_OF[code] ?? "Punct";
const lineLength = (image: string): number => image.replace(/\r?\n$/, "").length;
