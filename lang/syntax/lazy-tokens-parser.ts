// Chevrotain's parser over tokens that become objects when they are looked at. Its methods for the next tokens are meant to be
// overridden by lexers that work on demand.

import { EmbeddedActionsParser, EOF, type IToken } from "chevrotain";
import type { SignificantTokens } from "./significant-tokens.js";
import { END } from "./tokens.js";

/** What Chevrotain 11.2 keeps to itself. */
interface Internals {
  /** Of the last token that was passed. */
  currIdx: number;
}

/** Behind the last token, as Chevrotain has it. */
const END_OF_FILE: IToken = { image: "", startOffset: Number.NaN, tokenType: EOF, tokenTypeIdx: END };

export abstract class LazyTokensParser extends EmbeddedActionsParser {
  #tokens: SignificantTokens | undefined;
  /** Their types: asked for far more often than anything else. */
  #codes: Uint8Array = new Uint8Array();
  /** Rules look at a token several times. */
  #seen = END_OF_FILE;
  #seenPosition = -1;
  /** The first behind the last token that was asked of. */
  #backslash = -1;

  /** From the first of them, at which every rule that is called next begins. */
  protected readTokens(tokens: SignificantTokens): void {
    this.input = [];
    this.#tokens = tokens;
    this.#codes = tokens.codes;
    this.#seenPosition = -1;
    this.#backslash = -1;
  }

  /** Of the next token. */
  protected get position(): number {
    return (this as unknown as Internals).currIdx + 1;
  }

  /** The type of the token at a distance; 1 is the next. */
  codeAhead(distance: number): number {
    return this.#codes[(this as unknown as Internals).currIdx + distance] ?? END;
  }

  imageAhead(distance: number): string {
    return this.#tokens?.imageAt(this.position + distance - 1) ?? "";
  }

  startAhead(distance: number): number {
    return this.#tokens?.startAt(this.position + distance - 1) ?? 0;
  }

  endAhead(distance: number): number {
    return this.#tokens?.endAt(this.position + distance - 1) ?? 0;
  }

  /** Whether a backslash stands in the token at a distance: asked of one token after another, never back. */
  escapeAhead(distance: number): boolean {
    const start = this.startAhead(distance);
    if (this.#backslash < start) this.#backslash = this.#nextBackslash(start);
    return this.#backslash < this.endAhead(distance);
  }

  #nextBackslash(from: number): number {
    const found = this.#tokens?.text.indexOf("\\", from) ?? -1;
    return found < 0 ? Number.POSITIVE_INFINITY : found;
  }

  /** Without looking at them. */
  pass(count = 1): void {
    (this as unknown as Internals).currIdx += count;
  }

  protected override LA(distance: number): IToken {
    const position = this.position + distance - 1;
    if (this.#tokens === undefined || position < 0 || position >= this.#tokens.length) return END_OF_FILE;
    if (position !== this.#seenPosition) {
      this.#seen = this.#tokens.tokenAt(position);
      this.#seenPosition = position;
    }
    return this.#seen;
  }

  protected override LA_FAST(distance: number): IToken {
    return this.LA(distance);
  }

  protected override SKIP_TOKEN(): IToken {
    this.pass();
    return this.LA(1);
  }
}
