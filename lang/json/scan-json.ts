export type JsonTokenKind =
  | "{"
  | "}"
  | "["
  | "]"
  | ":"
  | ","
  | "="
  | "number"
  | "string"
  | "keyword"
  | "invalid"
  | "end";

export interface JsonToken {
  readonly kind: JsonTokenKind;
  readonly start: number;
  readonly end: number;
}

const PUNCTUATION: Readonly<Record<string, JsonTokenKind>> = {
  "{": "{",
  "}": "}",
  "[": "[",
  "]": "]",
  ":": ":",
  ",": ",",
  "=": "=",
};
const SPACE = /[ \t\r\n]*/y;
const NUMBER = /[-+.0-9][-+.0-9eE]*/y;
const WORD = /[A-Za-z_][A-Za-z0-9_-]*/y;
// Up to the closing quote or, where that is missing, up to the end of the line or of the text.
const STRING = /"[^"\\\r\n]*(?:\\.[^"\\\r\n]*)*(?:"|\\?)/y;

/** The token at or after `offset`. Lenient: what is wrong inside a number, string or word is the reader's to say. */
export function jsonTokenAt(text: string, offset: number): JsonToken {
  const start = matchEnd(SPACE, text, offset) ?? offset;
  const first = text[start];
  if (first === undefined) return { kind: "end", start, end: start };
  const punctuation = PUNCTUATION[first];
  if (punctuation !== undefined) return { kind: punctuation, start, end: start + 1 };
  return longToken(text, start);
}

function longToken(text: string, start: number): JsonToken {
  const string = matchEnd(STRING, text, start);
  if (string !== undefined) return { kind: "string", start, end: string };
  const number = matchEnd(NUMBER, text, start);
  if (number !== undefined) return { kind: "number", start, end: number };
  const word = matchEnd(WORD, text, start);
  if (word !== undefined) return { kind: "keyword", start, end: word };
  const wide = (text.codePointAt(start) ?? 0) > 0xffff;
  return { kind: "invalid", start, end: start + (wide ? 2 : 1) };
}

function matchEnd(pattern: RegExp, text: string, start: number): number | undefined {
  pattern.lastIndex = start;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}
