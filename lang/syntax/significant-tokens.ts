import { EOF, type IToken } from "chevrotain";
import type { TokenTable } from "./token-table.js";
import * as T from "./tokens.js";

const [NEWLINE, LINE_COMMENT] = [T.codeOf(T.Newline), T.codeOf(T.LineComment)];

/** What the parser reads: some of a text's tokens, by their positions among them. Behind the last there is the end of the file. */
export class SignificantTokens {
  readonly #text: string;
  readonly #codes: Uint8Array;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  #length = 0;
  /** The position where they are nested deeper than the parser goes. */
  tooDeep: number | undefined;

  /** With room for all tokens of the table. */
  constructor({ text, length }: TokenTable) {
    this.#text = text;
    this.#codes = new Uint8Array(length);
    this.#starts = new Uint32Array(length);
    this.#ends = new Uint32Array(length);
  }

  get length(): number {
    return this.#length;
  }

  add(table: TokenTable, index: number, code: number): void {
    // A comment that runs to the end of its line ends what stands before it: messages point at the comment.
    const endsComment = code === NEWLINE && table.codeAt(index - 1) === LINE_COMMENT;
    this.#codes[this.#length] = code;
    this.#starts[this.#length] = table.startAt(endsComment ? index - 1 : index);
    this.#ends[this.#length] = table.endAt(index);
    this.#length += 1;
  }

  codeAt(position: number): number {
    return position < this.#length ? (this.#codes[position] ?? 0) : T.END;
  }

  startAt(position: number): number {
    return position < this.#length ? (this.#starts[position] ?? 0) : this.#text.length;
  }

  endAt(position: number): number {
    return position < this.#length ? (this.#ends[position] ?? 0) : this.#text.length;
  }

  imageAt(position: number): string {
    return this.#text.slice(this.startAt(position), this.endAt(position));
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
}
