import type { Token } from "../syntax/ast.js";

/** A token with the blanks before it: the one thing that formatting changes. */
export interface FormatToken {
  /** The token's kind; for punctuation, its text. */
  readonly kind: string;
  readonly text: string;
  spaces: number;
}

/** What a file consists of for formatting; `tail` are the blanks behind its last token. */
export interface FormatTokens {
  readonly tokens: readonly FormatToken[];
  readonly tail: string;
}

/** Blanks become a number; a line comment takes the end of its line in, as in HCL's own scanner. */
export function formatTokens(source: readonly Token[]): FormatTokens {
  const tokens: FormatToken[] = [];
  let blanks = "";
  for (const token of source) {
    const previous = tokens.at(-1);
    if (token.kind === "Space") blanks += token.text;
    else if (token.kind === "Newline" && blanks === "" && previous !== undefined && isOpenComment(previous)) {
      tokens[tokens.length - 1] = { ...previous, text: previous.text + token.text };
    } else if (token.kind !== "EOF") {
      tokens.push({ kind: token.kind === "Punct" ? token.text : token.kind, text: token.text, spaces: blanks.length });
      blanks = "";
    }
  }
  return { tokens, tail: blanks };
}

const isOpenComment = ({ kind, text }: FormatToken): boolean =>
  kind === "Comment" && !text.startsWith("/*") && !text.endsWith("\n");

/** Whether it ends its line. */
export const endsLine = ({ kind, text }: FormatToken): boolean =>
  kind === "Newline" || (kind === "Comment" && !text.startsWith("/*"));

const OPENING: readonly string[] = ["{", "[", "(", "TemplateInterp", "TemplateControl"];
const CLOSING: readonly string[] = ["}", "]", ")", "TemplateEnd"];

/** How many brackets it opens: 1, 0 or -1. */
export function bracketChange({ kind }: FormatToken): number {
  if (OPENING.includes(kind)) return 1;
  return CLOSING.includes(kind) ? -1 : 0;
}

export const netChange = (tokens: readonly FormatToken[]): number =>
  tokens.reduce((sum, token) => sum + bracketChange(token), 0);
