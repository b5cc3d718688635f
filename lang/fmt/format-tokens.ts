import { SelectedTokens } from "../syntax/selected-tokens.js";
import type { TokenTable } from "../syntax/token-table.js";
import * as T from "../syntax/tokens.js";

const [SPACE, NEWLINE, LINE_COMMENT] = [T.codeOf(T.Space), T.codeOf(T.Newline), T.codeOf(T.LineComment)];

/** Types of brackets, by their codes. */
export const OPENING = T.codesOf([T.LBrace, T.LBracket, T.LParen, T.TemplateInterp, T.TemplateControl]);
export const CLOSING = T.codesOf([T.RBrace, T.RBracket, T.RParen, T.TemplateEnd]);

/** What formatting moves: all but blanks. A comment takes the end of its line in, as in HCL's own scanner. */
export class FormatTokens extends SelectedTokens {
  /** How many blanks are to stand before each: the one thing that formatting changes. */
  readonly spaces: Uint32Array;

  constructor(table: TokenTable) {
    super(table);
    for (let index = 0; index < table.length; index += 1) this.#add(table, index);
    this.spaces = new Uint32Array(this.length);
    for (let at = 0; at < this.length; at += 1) this.spaces[at] = this.startAt(at) - this.#endBefore(at);
  }

  #add(table: TokenTable, index: number): void {
    const code = table.codeAt(index);
    if (code === SPACE || (code === NEWLINE && table.codeAt(index - 1) === LINE_COMMENT)) return;
    this.select(code, table.startAt(index), table.endAt(code === LINE_COMMENT ? index + 1 : index));
  }

  isText(at: number, text: string): boolean {
    const start = this.startAt(at);
    return this.endAt(at) - start === text.length && this.text.startsWith(text, start);
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
    let joined = "";
    let done = 0;
    for (let at = 0; at < this.length; at += 1) {
      const [end, start] = [this.#endBefore(at), this.startAt(at)];
      const blanks = " ".repeat(this.spaces[at] ?? 0);
      if (start - end === blanks.length && this.text.startsWith(blanks, end)) continue;
      joined += this.text.slice(done, end) + blanks;
      done = start;
    }
    return done === 0 ? this.text : joined + this.text.slice(done);
  }

  #endBefore(at: number): number {
    return at === 0 ? 0 : this.endAt(at - 1);
  }
}
