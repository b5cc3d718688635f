import type { TokenTable } from "../syntax/token-table.js";
import * as T from "../syntax/tokens.js";

const [NEWLINE, LINE_COMMENT] = [T.codeOf(T.Newline), T.codeOf(T.LineComment)];

/** Types of brackets, by their codes. */
export const OPENING = T.codesOf([T.LBrace, T.LBracket, T.LParen, T.TemplateInterp, T.TemplateControl]);
export const CLOSING = T.codesOf([T.RBrace, T.RBracket, T.RParen, T.TemplateEnd]);

/** The tokens of a text, and how many blanks are to stand before each: the one thing that formatting changes. */
export class FormatTokens {
  readonly #table: TokenTable;
  readonly length: number;
  readonly spaces: Uint32Array;

  constructor(table: TokenTable) {
    this.#table = table;
    this.length = table.length;
    this.spaces = new Uint32Array(table.length);
    for (let at = 0; at < table.length; at += 1) this.spaces[at] = table.startAt(at) - this.#endBefore(at);
  }

  codeAt(at: number): number {
    return this.#table.codeAt(at);
  }

  imageAt(at: number): string {
    return this.#table.imageAt(at);
  }

  isText(at: number, text: string): boolean {
    const start = this.#table.startAt(at);
    return this.#table.endAt(at) - start === text.length && this.#table.text.startsWith(text, start);
  }

  endsLine(at: number): boolean {
    const code = this.codeAt(at);
    return code === NEWLINE || code === LINE_COMMENT;
  }

  /** How many brackets the tokens from `from` to before `to` leave open. */
  netChange(from: number, to: number): number {
    let net = 0;
    for (let at = from; at < to; at += 1) {
      const code = this.codeAt(at);
      net += (OPENING[code] ?? 0) - (CLOSING[code] ?? 0);
    }
    return net;
  }

  /** The text with as many blanks as there are to be. */
  joined(): string {
    const { text } = this.#table;
    let joined = "";
    let done = 0;
    for (let at = 0; at < this.length; at += 1) {
      const [end, start] = [this.#endBefore(at), this.#table.startAt(at)];
      const blanks = " ".repeat(this.spaces[at] ?? 0);
      if (start - end === blanks.length && text.startsWith(blanks, end)) continue;
      joined += text.slice(done, end) + blanks;
      done = start;
    }
    return done === 0 ? text : joined + text.slice(done);
  }

  #endBefore(at: number): number {
    return at === 0 ? 0 : this.#table.endAt(at - 1);
  }
}
