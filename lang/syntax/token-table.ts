import { END } from "./tokens.js";

/**
 * The tokens of a text, by their indexes, as columns of numbers: an object for each would be most of what reading a large file
 * costs. What lies between two of them is blanks.
 */
export class TokenTable {
  readonly text: string;
  /** Indexes of tokens that are mistakes by themselves, in their order (invalid-tokens.ts). */
  readonly invalid: number[] = [];
  #length = 0;
  #codes: Uint8Array;
  #starts: Uint32Array;
  #ends: Uint32Array;

  /** The room that it begins with is for the tokens of usual code. */
  constructor(text: string, capacity = 16 + (text.length >> 2)) {
    this.text = text;
    this.#codes = new Uint8Array(capacity);
    this.#starts = new Uint32Array(capacity);
    this.#ends = new Uint32Array(capacity);
  }

  /** Has its tokens, from the first, put where those of another table stand: that one is of no use then. */
  protected takeRoomOf(table: TokenTable): void {
    this.#codes = table.#codes;
    this.#starts = table.#starts;
    this.#ends = table.#ends;
  }

  get length(): number {
    return this.#length;
  }

  /** In the order of their offsets; `code` is the token's type (tokens.ts). */
  add(code: number, start: number, end: number): void {
    if (this.#length === this.#codes.length) this.#grow();
    this.#codes[this.#length] = code;
    this.#starts[this.#length] = start;
    this.#ends[this.#length] = end;
    this.#length += 1;
  }

  /** Adds a token that invalid-tokens.ts is to report. */
  addInvalid(code: number, start: number, end: number): void {
    this.invalid.push(this.#length);
    this.add(code, start, end);
  }

  /** The types of all tokens. */
  get codes(): Uint8Array {
    return this.#codes.subarray(0, this.#length);
  }

  /** The token's type; the end of the file behind the last. */
  codeAt(index: number): number {
    return index < this.#length ? (this.#codes[index] ?? END) : END;
  }

  startAt(index: number): number {
    return index < this.#length ? (this.#starts[index] ?? 0) : this.text.length;
  }

  endAt(index: number): number {
    return index < this.#length ? (this.#ends[index] ?? 0) : this.text.length;
  }

  imageAt(index: number): string {
    return this.text.slice(this.startAt(index), this.endAt(index));
  }

  /** Adds tokens of another table of the same text, from one index to before another. There must be room for them. */
  addRange(table: TokenTable, from: number, to: number): void {
    this.#codes.set(table.#codes.subarray(from, to), this.#length);
    this.#starts.set(table.#starts.subarray(from, to), this.#length);
    this.#ends.set(table.#ends.subarray(from, to), this.#length);
    this.#length += to - from;
  }

  #grow(): void {
    const [codes, starts, ends] = [this.#codes, this.#starts, this.#ends];
    this.#codes = new Uint8Array(2 * codes.length);
    this.#codes.set(codes);
    this.#starts = new Uint32Array(2 * starts.length);
    this.#starts.set(starts);
    this.#ends = new Uint32Array(2 * ends.length);
    this.#ends.set(ends);
  }
}
