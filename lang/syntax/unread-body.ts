import type { Attribute, NativeBody } from "./ast.js";
import { type Cursor, PlainReader, type Texts } from "./plain-reader.js";
import type { SignificantTokens } from "./significant-tokens.js";
import { unescapeQuoted } from "./template-text.js";
import * as T from "./tokens.js";

const RBRACE = T.codeOf(T.RBrace);

/**
 * A body of plain arguments that becomes nodes when somebody looks into it: most sources of a large file are neither built nor
 * checked, and their nodes would be most of what the file costs. Its tokens were looked over (plain-syntax.ts): it holds no mistake.
 */
export class UnreadBody implements NativeBody {
  readonly kind = "Body";
  readonly start: number;
  readonly end: number;
  readonly #tokens: SignificantTokens;
  readonly #from: number;
  #items: readonly Attribute[] | undefined;

  /** `from`: the position behind the `{`, which stands at the offset `start`; `length`: tokens up to the `}`. */
  constructor(tokens: SignificantTokens, from: number, length: number, start: number) {
    this.start = start;
    this.end = tokens.endAt(from + length);
    this.#tokens = tokens;
    this.#from = from;
  }

  get items(): readonly Attribute[] {
    this.#items ??= this.#read();
    return this.#items;
  }

  /** As a body that was read at once. */
  toJSON(): NativeBody {
    const { kind, items, start, end } = this;
    return { kind, items, start, end };
  }

  #read(): readonly Attribute[] {
    const cursor = new TokenCursor(this.#tokens, this.#from);
    const reader = new PlainReader(cursor, ASCII);
    const items: Attribute[] = [];
    while (cursor.codeAhead(1) !== RBRACE) {
      const argument = reader.takeArgument();
      if (argument === undefined) cursor.pass();
      else items.push(argument);
    }
    return items;
  }
}

/** Texts of a file whose characters stand for themselves, without wrong escapes. */
const ASCII: Texts = {
  name: (image) => image,
  literal: (image, start) => unescapeQuoted(image, start, () => undefined),
};

class TokenCursor implements Cursor {
  position: number;
  readonly #tokens: SignificantTokens;

  constructor(tokens: SignificantTokens, position: number) {
    this.#tokens = tokens;
    this.position = position;
  }

  codeAhead(distance: number): number {
    return this.#tokens.codeAt(this.position + distance - 1);
  }

  imageAhead(distance: number): string {
    return this.#tokens.imageAt(this.position + distance - 1);
  }

  startAhead(distance: number): number {
    return this.#tokens.startAt(this.position + distance - 1);
  }

  endAhead(distance: number): number {
    return this.#tokens.endAt(this.position + distance - 1);
  }

  pass(count = 1): void {
    this.position += count;
  }
}
