// The nodes of what is plain (plain-syntax.ts), made from the next tokens, which are passed.

import type { Attribute, Expr, Label, Name, TextPart } from "./ast.js";
import { attributeStep, numberNode, type Place, wordNode } from "./nodes.js";
import { type Ahead, plainArgumentLength, plainLabelLength } from "./plain-syntax.js";
import * as T from "./tokens.js";

const [OQUOTE, NUMBER] = [T.codeOf(T.OQuote), T.codeOf(T.NumberToken)];

const NO_LABELS: readonly Label[] = [];

/** The next tokens, to be looked at and passed. */
export interface Cursor extends Ahead {
  startAhead(distance: number): number;
  endAhead(distance: number): number;
  pass(count?: number): void;
}

/** What tokens say. */
export interface Texts {
  /** In normal form C. */
  name(image: string): string;
  /** Of a quoted literal, which begins at the offset. */
  literal(image: string, start: number): string;
}

export class PlainReader {
  readonly #cursor: Cursor;
  readonly #texts: Texts;

  constructor(cursor: Cursor, texts: Texts) {
    this.#cursor = cursor;
    this.#texts = texts;
  }

  /** `name = operand`, when it is plain and the line ends behind it. */
  takeArgument(): Attribute | undefined {
    const length = plainArgumentLength(this.#cursor, 1);
    if (length === 0) return undefined;
    const name = this.takeName();
    this.#cursor.pass();
    const value = this.takeOperand(length - 2);
    return { kind: "Attribute", name, value, start: name.start, end: value.end };
  }

  /** Most blocks have two labels at most; a list that grows has room for many. */
  takeLabels(): readonly Label[] {
    const first = this.#labelIfNext();
    if (first === undefined) return NO_LABELS;
    const second = this.#labelIfNext();
    return second === undefined ? [first] : [first, second, ...this.takeLabels()];
  }

  #labelIfNext(): Label | undefined {
    const length = plainLabelLength(this.#cursor, 1);
    return length === 0 ? undefined : this.takeLabel(length);
  }

  /** The label that the next `length` tokens are. */
  takeLabel(length: number): Label {
    if (length === 1) return { ...this.takeName(), quoted: false };
    const start = this.#takeStart();
    const text = length === 3 ? this.#takeText() : "";
    return { text: this.#texts.name(text), quoted: true, start, end: this.#takeEnd() };
  }

  /** The operand that the next `length` tokens are. */
  takeOperand(length: number): Expr {
    const code = this.#cursor.codeAhead(1);
    if (code === OQUOTE) return this.#takeString(length);
    if (code === NUMBER) return numberNode(this.#cursor.imageAhead(1), this.#takeStart());
    let operand = wordNode(this.takeName());
    for (let left = length - 1; left > 0; left -= 2) {
      this.#cursor.pass();
      operand = attributeStep(operand, this.takeName());
    }
    return operand;
  }

  takeName(): Name {
    const text = this.#texts.name(this.#cursor.imageAhead(1));
    return { text, start: this.#cursor.startAhead(1), end: this.#takeEnd() };
  }

  takePlace(): Place {
    return { start: this.#cursor.startAhead(1), end: this.#takeEnd() };
  }

  #takeString(length: number): Expr {
    const start = this.#takeStart();
    const parts: readonly TextPart[] = length === 3 ? [this.#takeTextPart()] : [];
    return { kind: "Template", form: "quoted", parts, start, end: this.#takeEnd() };
  }

  #takeTextPart(): TextPart {
    const [start, end] = [this.#cursor.startAhead(1), this.#cursor.endAhead(1)];
    return { kind: "Text", text: this.#takeText(), start, end };
  }

  #takeText(): string {
    const text = this.#texts.literal(this.#cursor.imageAhead(1), this.#cursor.startAhead(1));
    this.#cursor.pass();
    return text;
  }

  /** Where the next token begins, which is passed. */
  #takeStart(): number {
    const start = this.#cursor.startAhead(1);
    this.#cursor.pass();
    return start;
  }

  /** Where the next token ends, which is passed. */
  #takeEnd(): number {
    const end = this.#cursor.endAhead(1);
    this.#cursor.pass();
    return end;
  }
}
