/**
 * The tokens of a text, one behind the other without a gap, as two columns of numbers: an object for each would be most of
 * what reading a large file costs.
 */
export class TokenTable {
  readonly text: string;
  /** Indexes of tokens that are mistakes by themselves, in their order (invalid-tokens.ts). */
  readonly invalid: number[] = [];
  #length = 0;
  #codes: Uint8Array;
  #starts: Uint32Array;

  constructor(text: string) {
    this.text = text;
    const capacity = 16 + (text.length >> 2);
    this.#codes = new Uint8Array(capacity);
    this.#starts = new Uint32Array(capacity);
  }

  get length(): number {
    return this.#length;
  }

  /** Offsets are given in their order. A token ends where the next begins. */
  add(code: number, start: number): void {
    if (this.#length === this.#codes.length) this.#grow();
    this.#codes[this.#length] = code;
    this.#starts[this.#length] = start;
    this.#length += 1;
  }

  /** Adds a token that invalid-tokens.ts is to report. */
  addInvalid(code: number, start: number): void {
    this.invalid.push(this.#length);
    this.add(code, start);
  }

  /** The types of all tokens (tokens.ts), and perhaps room behind them. */
  get codes(): Uint8Array {
    return this.#codes;
  }

  /** The token's type. */
  codeAt(index: number): number {
    return this.#codes[index] ?? 0;
  }

  startAt(index: number): number {
    return index < this.#length ? (this.#starts[index] ?? 0) : this.text.length;
  }

  endAt(index: number): number {
    return this.startAt(index + 1);
  }

  imageAt(index: number): string {
    return this.text.slice(this.startAt(index), this.endAt(index));
  }

  #grow(): void {
    const [codes, starts] = [this.#codes, this.#starts];
    this.#codes = new Uint8Array(2 * codes.length);
    this.#codes.set(codes);
    this.#starts = new Uint32Array(2 * starts.length);
    this.#starts.set(starts);
  }
}
