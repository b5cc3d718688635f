// Which newlines count. HCL minds them in bodies and between the attributes of an object, and nowhere else:
// not in parentheses, brackets, template sequences or for expressions.

import type { IToken } from "chevrotain";
import {
  BlockComment,
  CHeredoc,
  CQuote,
  Equals,
  Ident,
  LBrace,
  LBracket,
  LineComment,
  LParen,
  Newline,
  OHeredoc,
  OQuote,
  RBrace,
  RBracket,
  RParen,
  Space,
  TemplateControl,
  TemplateEnd,
  TemplateInterp,
} from "./tokens.js";

type Scope = "body" | "object" | "flat" | "template";

/** The tokens that the parser gets: without white space, comments and the newlines that do not count. */
export function significantTokens(tokens: readonly IToken[], outermost: "body" | "flat" | "template"): IToken[] {
  const filter = new NewlineFilter(tokens, outermost);
  const kept: IToken[] = [];
  tokens.forEach((token, i) => {
    const significant = filter.take(token, i);
    if (significant !== undefined) kept.push(significant);
  });
  return kept;
}

class NewlineFilter {
  readonly #tokens: readonly IToken[];
  readonly #scopes: Scope[];
  /** In a body: an `=` was seen on this line, so a brace opens an object. */
  #assigned = false;

  constructor(tokens: readonly IToken[], outermost: Scope) {
    this.#tokens = tokens;
    this.#scopes = [outermost];
  }

  take(token: IToken, index: number): IToken | undefined {
    switch (token.tokenType) {
      case Space:
      case LineComment:
      case BlockComment:
        return undefined;
      case Newline:
        return this.#newline(token, index);
      case LBrace:
        this.#open(this.#braceScope(index));
        break;
      case LParen:
      case LBracket:
      case TemplateInterp:
      case TemplateControl:
        this.#open("flat");
        break;
      case OQuote:
      case OHeredoc:
        this.#open("template");
        break;
      case RBrace:
      case RParen:
      case RBracket:
      case TemplateEnd:
      case CQuote:
      case CHeredoc:
        this.#close();
        break;
      case Equals:
        if (this.#scope === "body") this.#assigned = true;
        break;
    }
    return token;
  }

  get #scope(): Scope {
    return this.#scopes.at(-1) ?? "body";
  }

  #open(scope: Scope): void {
    this.#scopes.push(scope);
    if (scope === "body") this.#assigned = false;
  }

  #close(): void {
    // What is closed without having been opened is the parser's to complain about.
    const closed = this.#scopes.length > 1 ? this.#scopes.pop() : undefined;
    // Behind the label of a block its body opens.
    if (this.#scope === "body" && closed !== "template") this.#assigned = true;
  }

  #newline(token: IToken, index: number): IToken | undefined {
    if (this.#scope === "flat" || this.#scope === "template") return undefined;
    if (this.#scope === "body") this.#assigned = false;
    // A comment that runs to the end of its line ends what stands before it: messages point at the comment.
    const before = this.#tokens[index - 1];
    return before?.tokenType === LineComment
      ? { ...token, startOffset: before.startOffset, image: before.image + token.image }
      : token;
  }

  #braceScope(index: number): Scope {
    if (this.#scope === "body" && !this.#assigned) return "body";
    return this.#startsFor(index) ? "flat" : "object";
  }

  #startsFor(index: number): boolean {
    const blank = [Space, LineComment, BlockComment, Newline];
    const next = this.#tokens.slice(index + 1, index + 64).find(({ tokenType }) => !blank.includes(tokenType));
    return next?.tokenType === Ident && next.image === "for";
  }
}
