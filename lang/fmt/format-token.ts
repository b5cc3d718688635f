import type { Token } from "../syntax/ast.js";

/** A token with the blanks before it: the one thing that formatting changes. */
export interface FormatToken {
  /** The token's kind; for punctuation, its text. */
  readonly kind: string;
  readonly text: string;
  /** How many brackets it opens: 1, 0 or -1. */
  readonly opens: number;
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
  for (const { kind, text } of source) {
    const previous = tokens.at(-1);
    if (kind === "Space") blanks += text;
    else if (kind === "Newline" && blanks === "" && previous !== undefined && isOpenComment(previous)) {
      tokens[tokens.length - 1] = { ...previous, text: previous.text + text };
    } else if (kind !== "EOF") {
      const own = kind === "Punct" ? text : kind;
      tokens.push({ kind: own, text, opens: OPENS.get(own) ?? 0, spaces: blanks.length });
      blanks = "";
    }
  }
  return { tokens, tail: blanks };
}

const OPENS: ReadonlyMap<string, number> = new Map([
  ...["{", "[", "(", "TemplateInterp", "TemplateControl"].map((kind) => [kind, 1] as const),
  ...["}", "]", ")", "TemplateEnd"].map((kind) => [kind, -1] as const),
]);

const isOpenComment = ({ kind, text }: FormatToken): boolean =>
  kind === "Comment" && !text.startsWith("/*") && !text.endsWith("\n");

/** Whether it ends its line. */
export const endsLine = ({ kind, text }: FormatToken): boolean =>
  kind === "Newline" || (kind === "Comment" && !text.startsWith("/*"));

/** How many brackets the tokens from `from` to before `to` leave open. */
export function netChange(tokens: readonly FormatToken[], from = 0, to = tokens.length): number {
  let net = 0;
  for (let i = from; i < to; i += 1) net += tokens[i]?.opens ?? 0;
  return net;
}
