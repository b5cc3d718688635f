import { EOF, type IToken } from "chevrotain";
import type { TokenTable } from "./token-table.js";
import * as T from "./tokens.js";

const [NEWLINE, LINE_COMMENT] = [T.codeOf(T.Newline), T.codeOf(T.LineComment)];

/** What the parser reads: some of a text's tokens, by their positions among them. Behind the last there is the end of the file. */
export class SignificantTokens {
  readonly #table: TokenTable;
  /** Into the table. */
  readonly #indexes: Uint32Array;
  readonly #codes: Uint8Array;
  #length = 0;
  /** The position where they are nested deeper than the parser goes. */
  tooDeep: number | undefined;

  constructor(table: TokenTable) {
    this.#table = table;
    this.#indexes = new Uint32Array(table.length);
    this.#codes = new Uint8Array(table.length);
  }

  get length(): number {
    return this.#length;
  }

  add(index: number, code: number): void {
    this.#indexes[this.#length] = index;
    this.#codes[this.#length] = code;
    this.#length += 1;
  }

  codeAt(position: number): number {
    return position < this.#length ? (this.#codes[position] ?? 0) : T.END;
  }

  startAt(position: number): number {
    const index = this.#indexAt(position);
    // A comment that runs to the end of its line ends what stands before it: messages point at the comment.
    const endsComment = this.#table.codeAt(index) === NEWLINE && this.#table.codeAt(index - 1) === LINE_COMMENT;
    return this.#table.startAt(endsComment ? index - 1 : index);
  }

  endAt(position: number): number {
    return this.#table.endAt(this.#indexAt(position));
  }

  imageAt(position: number): string {
    return this.#table.text.slice(this.startAt(position), this.endAt(position));
  }

  /** As an object of its own, for Chevrotain. */
  tokenAt(position: number): IToken {
    const tokenTypeIdx = this.codeAt(position);
    const tokenType = T.TYPES[tokenTypeIdx] ?? EOF;
    return { image: this.imageAt(position), startOffset: this.startAt(position), tokenType, tokenTypeIdx };
  }

  /** Of the first token that begins at the offset or behind it. */
  positionOf(offset: number): number {
    let low = 0;
    let high = this.#length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.startAt(middle) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #indexAt(position: number): number {
    return position < this.#length ? (this.#indexes[position] ?? 0) : this.#table.length;
  }
}
