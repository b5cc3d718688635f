import { isPrintable } from "../values/go-quote.js";

export type ItemKind =
  | "error"
  | "bool"
  | "char"
  | "rune"
  | "complex"
  | "assign"
  | "declare"
  | "eof"
  | "field"
  | "identifier"
  | "left"
  | "("
  | "number"
  | "|"
  | "raw"
  | "right"
  | ")"
  | "space"
  | "string"
  | "text"
  | "variable"
  | "dot"
  | "nil"
  | Keyword;
export type Keyword = "block" | "break" | "continue" | "define" | "else" | "end" | "if" | "range" | "template" | "with";

export interface Item {
  readonly kind: ItemKind;
  /** Of an error: the message. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export interface Lexer {
  readonly text: string;
  /** After an error or the end it gives the same item again. */
  next(): Item;
}

const WORDS: Readonly<Record<string, ItemKind>> = {
  block: "block",
  break: "break",
  continue: "continue",
  define: "define",
  else: "else",
  end: "end",
  if: "if",
  range: "range",
  template: "template",
  with: "with",
  nil: "nil",
  true: "bool",
  false: "bool",
};
/** Words, and the lone dot: Go shows them in angle brackets. */
export const isKeyword = (kind: ItemKind): boolean =>
  kind === "dot" || (kind !== "bool" && Object.values(WORDS).includes(kind));

const SPACES = /[ \t\r\n]*/y;
const NUMBER =
  /[-+]?(?:0[xX][0-9a-fA-F_]*(?:\.[0-9a-fA-F_]*)?(?:[pP][-+]?[0-9_]*)?|0[oO][0-7_]*(?:\.[0-7_]*)?|0[bB][01_]*(?:\.[01_]*)?|[0-9_]*(?:\.[0-9_]*)?(?:[eE][-+]?[0-9_]*)?)i?/y;
const QUOTED: Readonly<Record<string, RegExp>> = {
  '"': /"[^"\\\n]*(?:\\[^\n][^"\\\n]*)*"/y,
  "'": /'[^'\\\n]*(?:\\[^\n][^'\\\n]*)*'/y,
  "`": /`[^`]*`/y,
};
const UNTERMINATED: Readonly<Record<string, string>> = {
  '"': "unterminated quoted string",
  "'": "unterminated character constant",
  "`": "unterminated raw quoted string",
};
const QUOTED_KIND: Readonly<Record<string, ItemKind>> = { '"': "string", "'": "rune", "`": "raw" };

/** Splits a template into items, one at a time: text, and what stands between `{{` and `}}`. */
export function newLexer(text: string): Lexer {
  const state: State = { text, at: 0, inAction: false, parens: 0, last: undefined };
  return { text, next: () => nextItem(state) };
}

interface State {
  readonly text: string;
  at: number;
  inAction: boolean;
  parens: number;
  /** The error or end that every further call repeats. */
  last: Item | undefined;
}

function nextItem(state: State): Item {
  if (state.last !== undefined) return state.last;
  for (;;) {
    const item = state.inAction ? actionItem(state) : textItem(state);
    if (item === undefined) continue;
    if (item.kind === "error" || item.kind === "eof") state.last = item;
    return item;
  }
}

function emit(state: State, kind: ItemKind, end: number): Item {
  const item = { kind, value: state.text.slice(state.at, end), start: state.at, end };
  state.at = end;
  return item;
}

const failure = (message: string, start: number, end: number): Item => ({ kind: "error", value: message, start, end });

const trimsRight = (text: string, at: number): boolean => isSpace(text[at]) && text[at + 1] === "-";
const isSpace = (character: string | undefined): boolean => character !== undefined && " \t\r\n".includes(character);

/** Text up to the next `{{`, then that `{{`; undefined where neither leaves an item (a comment, trimmed text). */
function textItem(state: State): Item | undefined {
  const { text, at } = state;
  const left = text.indexOf("{{", at);
  if (left < 0) return at < text.length ? emit(state, "text", text.length) : emit(state, "eof", at);
  if (left > at) return textBefore(state, left);
  return leftDelimiter(state);
}

function textBefore(state: State, left: number): Item | undefined {
  const trims = state.text[left + 2] === "-" && isSpace(state.text[left + 3]);
  const kept = trims ? trimEnd(state.text, state.at, left) : left;
  const item = kept > state.at ? emit(state, "text", kept) : undefined;
  state.at = left;
  return item;
}

function trimEnd(text: string, from: number, to: number): number {
  let end = to;
  while (end > from && isSpace(text[end - 1])) end -= 1;
  return end;
}

function leftDelimiter(state: State): Item | undefined {
  const { text, at } = state;
  const afterMarker = text[at + 2] === "-" && isSpace(text[at + 3]) ? at + 4 : at + 2;
  if (text.startsWith("/*", afterMarker)) return comment(state, afterMarker);
  const item = emit(state, "left", at + 2);
  state.at = afterMarker;
  state.inAction = true;
  state.parens = 0;
  return item;
}

function comment(state: State, open: number): Item | undefined {
  const { text } = state;
  const close = text.indexOf("*/", open);
  if (close < 0) return failure("unclosed comment", state.at, text.length);
  const trims = trimsRight(text, close + 2);
  const right = close + 2 + (trims ? 2 : 0);
  if (!text.startsWith("}}", right)) return failure("comment ends before closing delimiter", state.at, right);
  state.at = right + 2;
  if (trims) skipSpace(state);
  return undefined;
}

function skipSpace(state: State): void {
  state.at = endOf(SPACES, state.text, state.at);
}

function actionItem(state: State): Item {
  const { text, at } = state;
  const trims = trimsRight(text, at) && text.startsWith("}}", at + 2);
  if (trims || text.startsWith("}}", at)) return rightDelimiter(state, trims);
  const character = text[at];
  if (character === undefined) return failure("unclosed action", at, at);
  if (isSpace(character)) return spaces(state);
  return shortItem(state, character) ?? longItem(state, character);
}

function rightDelimiter(state: State, trims: boolean): Item {
  if (state.parens > 0) return failure("unclosed left paren", state.at, state.at + 2);
  if (trims) state.at += 2;
  const item = emit(state, "right", state.at + 2);
  state.inAction = false;
  if (trims) skipSpace(state);
  return item;
}

function spaces(state: State): Item {
  const { text, at } = state;
  const end = endOf(SPACES, text, at);
  // The last space belongs to a trim marker that follows.
  if (text.startsWith("-}}", end) && end - at > 1) return emit(state, "space", end - 1);
  return emit(state, "space", end);
}

function shortItem(state: State, character: string): Item | undefined {
  const { text, at } = state;
  if (character === "=") return emit(state, "assign", at + 1);
  if (character === "|") return emit(state, "|", at + 1);
  if (character === ":")
    return text[at + 1] === "=" ? emit(state, "declare", at + 2) : failure("expected :=", at, at + 1);
  if (character === "(") state.parens += 1;
  if (character === ")") state.parens -= 1;
  if (state.parens < 0) return failure("unexpected right paren", at, at + 1);
  return character === "(" || character === ")" ? emit(state, character, at + 1) : undefined;
}

function longItem(state: State, character: string): Item {
  const { text, at } = state;
  const quoted = QUOTED[character];
  if (quoted !== undefined) return quotedItem(state, character, quoted);
  if (character === "$") return dotted(state, "variable");
  if (character === "." && !isDigit(text[at + 1])) return dotted(state, "field");
  if (character === "." || character === "+" || character === "-" || isDigit(character)) return number(state);
  const end = wordEnd(text, at);
  if (end > at) return word(state, end);
  return character > " " && character <= "~"
    ? emit(state, "char", at + 1)
    : failure(unrecognized(text, at), at, at + 1);
}

const isDigit = (character: string | undefined): boolean =>
  character !== undefined && character >= "0" && character <= "9";

function quotedItem(state: State, quote: string, pattern: RegExp): Item {
  pattern.lastIndex = state.at;
  const kind = QUOTED_KIND[quote] ?? "string";
  if (pattern.test(state.text)) return emit(state, kind, pattern.lastIndex);
  return failure(UNTERMINATED[quote] ?? "", state.at, state.text.length);
}

/** Letters and digits of all scripts; what is ASCII is read without the tables of Unicode, which have to be gathered first. */
function wordEnd(text: string, at: number): number {
  const end = endOf(/\w*/y, text, at);
  return text.charCodeAt(end) >= 0x80 ? endOf(/[\p{L}\p{Nd}_]*/uy, text, at) : end;
}

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return pattern.lastIndex;
}

/** `.name` or `$name`; a lone dot or dollar where no name follows. */
function dotted(state: State, kind: "field" | "variable"): Item {
  const { text, at } = state;
  if (terminates(text, at + 1)) return emit(state, kind === "field" ? "dot" : "variable", at + 1);
  const end = wordEnd(text, at + 1);
  return terminates(text, end) ? emit(state, kind, end) : failure(badCharacter(text, end), at, end + 1);
}

function word(state: State, end: number): Item {
  const { text, at } = state;
  if (!terminates(text, end)) return failure(badCharacter(text, end), at, end + 1);
  const name = text.slice(at, end);
  return emit(state, Object.hasOwn(WORDS, name) ? (WORDS[name] ?? "identifier") : "identifier", end);
}

function terminates(text: string, at: number): boolean {
  const character = text[at];
  return character === undefined || isSpace(character) || ".,|:()".includes(character) || text.startsWith("}}", at);
}

function number(state: State): Item {
  const { text, at } = state;
  const end = scanNumber(text, at);
  if (end === undefined) return badNumber(text, at, numberEnd(text, at) + 1);
  if (text[end] !== "+" && text[end] !== "-") return emit(state, text[end - 1] === "i" ? "complex" : "number", end);
  const whole = scanNumber(text, end);
  return whole === undefined || text[whole - 1] !== "i"
    ? badNumber(text, at, whole ?? end)
    : emit(state, "complex", whole);
}

function numberEnd(text: string, at: number): number {
  NUMBER.lastIndex = at;
  return NUMBER.test(text) ? NUMBER.lastIndex : at;
}

function scanNumber(text: string, at: number): number | undefined {
  const end = numberEnd(text, at);
  return wordEnd(text, end) > end ? undefined : end;
}

const badNumber = (text: string, start: number, end: number): Item =>
  failure(`bad number syntax: ${JSON.stringify(text.slice(start, end))}`, start, end);

const badCharacter = (text: string, at: number): string => `bad character ${unicodeName(text, at)}`;
const unrecognized = (text: string, at: number): string => `unrecognized character in action: ${unicodeName(text, at)}`;

/** %#U: `U+0040 '@'`. */
function unicodeName(text: string, at: number): string {
  const point = text.codePointAt(at) ?? 0;
  const character = String.fromCodePoint(point);
  const code = `U+${point.toString(16).toUpperCase().padStart(4, "0")}`;
  return isPrintable(character) ? `${code} '${character}'` : code;
}
