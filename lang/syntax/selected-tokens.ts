import type { TokenTable } from "./token-table.js";
import { END } from "./tokens.js";

/** Some tokens of a text, by their positions among them, as columns of numbers. Behind the last there is the end of the file. */
export class SelectedTokens {
  readonly text: string;
  readonly #codes: Uint8Array;
  readonly #starts: Uint32Array;
  readonly #ends: Uint32Array;
  #length = 0;

  /** With room for all tokens of the table. */
  constructor({ text, length }: TokenTable) {
    this.text = text;
    this.#codes = new Uint8Array(length);
    this.#starts = new Uint32Array(length);
    this.#ends = new Uint32Array(length);
  }

  get length(): number {
    return this.#length;
  }

  protected select(code: number, start: number, end: number): void {
    this.#codes[this.#length] = code;
    this.#starts[this.#length] = start;
    this.#ends[this.#length] = end;
    this.#length += 1;
  }

  /** The type (tokens.ts). */
  codeAt(position: number): number {
    return position < this.#length ? (this.#codes[position] ?? END) : END;
  }

  startAt(position: number): number {
    return position < this.#length ? (this.#starts[position] ?? 0) : this.text.length;
  }

  endAt(position: number): number {
    return position < this.#length ? (this.#ends[position] ?? 0) : this.text.length;
  }

  imageAt(position: number): string {
    return this.text.slice(this.startAt(position), this.endAt(position));
  }
}
