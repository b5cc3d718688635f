import type { TokenTable } from "../syntax/token-table.js";
import * as T from "../syntax/tokens.js";

const [SPACE, NEWLINE, LINE_COMMENT] = [T.codeOf(T.Space), T.codeOf(T.Newline), T.codeOf(T.LineComment)];

/** Types of brackets, by their codes. */
export const OPENING = T.codesOf([T.LBrace, T.LBracket, T.LParen, T.TemplateInterp, T.TemplateControl]);
export const CLOSING = T.codesOf([T.RBrace, T.RBracket, T.RParen, T.TemplateEnd]);

/**
 * The tokens that formatting moves, by their positions: all but blanks. A comment takes the end of its line in, as in HCL's own
 * scanner.
 */
export class FormatTokens {
  readonly #table: TokenTable;
  /** Into the table. */
  readonly #indexes: Uint32Array;
  readonly length: number;
  /** How many blanks are to stand before each: the one thing that formatting changes. */
  readonly spaces: Uint32Array;

  constructor(table: TokenTable) {
    this.#table = table;
    this.#indexes = new Uint32Array(table.length);
    let length = 0;
    for (let index = 0; index < table.length; index += 1) {
      if (isMoved(table, index)) this.#indexes[length++] = index;
    }
    this.length = length;
    this.spaces = new Uint32Array(length);
    for (let at = 0; at < length; at += 1) this.spaces[at] = this.startAt(at) - this.endAt(at - 1);
  }

  /** The type (lang/syntax/tokens.ts); 0 before the first and behind the last. */
  codeAt(at: number): number {
    return at >= 0 && at < this.length ? this.#table.codeAt(this.#indexes[at] ?? 0) : 0;
  }

  startAt(at: number): number {
    return this.#table.startAt(this.#indexes[at] ?? 0);
  }

  /** 0 before the first. */
  endAt(at: number): number {
    if (at < 0) return 0;
    const index = this.#indexes[at] ?? 0;
    return this.#table.endAt(this.#table.codeAt(index) === LINE_COMMENT ? index + 1 : index);
  }

  textAt(at: number): string {
    return this.#table.text.slice(this.startAt(at), this.endAt(at));
  }

  isText(at: number, text: string): boolean {
    const start = this.startAt(at);
    return this.endAt(at) - start === text.length && this.#table.text.startsWith(text, start);
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
      const [end, start] = [this.endAt(at - 1), this.startAt(at)];
      const blanks = " ".repeat(this.spaces[at] ?? 0);
      if (start - end === blanks.length && text.startsWith(blanks, end)) continue;
      joined += text.slice(done, end) + blanks;
      done = start;
    }
    return done === 0 ? text : joined + text.slice(done);
  }
}

/** The end of a comment's line goes with the comment. */
function isMoved(table: TokenTable, index: number): boolean {
  const code = table.codeAt(index);
  if (code === NEWLINE) return table.codeAt(index - 1) !== LINE_COMMENT;
  return code !== SPACE;
}
