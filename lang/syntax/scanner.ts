// The lexical grammar: from text to tokens. Every character but blanks belongs to one; nothing is refused here.
// By hand: Chevrotain's lexer takes 3 ms to be made at each start, and three times as long for a large file (npm run bench:lang).

import type { TokenType } from "chevrotain";
import { BrokenStrings } from "./broken-strings.js";
import { heredocEnd, heredocStart } from "./heredoc.js";
import {
  blanksEnd,
  heredocTextEnd,
  identifierEnd,
  lineCommentEnd,
  numberEnd,
  quotedTextEnd,
  wordEnd,
} from "./spans.js";
import { TokenTable } from "./token-table.js";
import * as T from "./tokens.js";

/** What is read where nothing is open: code, or a template without quotes around it, which ends with the text. */
export type OutermostMode = "code" | "bare";
/** What characters mean at a place. The others end where what opened them is closed. */
type Mode = OutermostMode | "braces" | "sequence" | "quoted" | "heredoc";

export const scan = (text: string, outermost: OutermostMode): TokenTable => new Scanner(text, outermost).scanned();

const [LINE_COMMENT, BLOCK_COMMENT] = [T.codeOf(T.LineComment), T.codeOf(T.BlockComment)];
const [NEWLINE, IDENT, NUMBER, BAD] = [
  T.codeOf(T.Newline),
  T.codeOf(T.Ident),
  T.codeOf(T.NumberToken),
  T.codeOf(T.Bad),
];
const [LBRACE, RBRACE, STRAY_BRACE] = [T.codeOf(T.LBrace), T.codeOf(T.RBrace), T.codeOf(T.StrayBrace)];
const [OQUOTE, CQUOTE, QUOTED_LIT] = [T.codeOf(T.OQuote), T.codeOf(T.CQuote), T.codeOf(T.QuotedLit)];
const QUOTED_NEWLINE = T.codeOf(T.QuotedNewline);
const [OHEREDOC, CHEREDOC, HEREDOC_LIT] = [T.codeOf(T.OHeredoc), T.codeOf(T.CHeredoc), T.codeOf(T.HeredocLit)];
const [INTERPOLATION, CONTROL] = [T.codeOf(T.TemplateInterp), T.codeOf(T.TemplateControl)];
const TEMPLATE_END = T.codeOf(T.TemplateEnd);

interface Mark {
  readonly image: string;
  readonly code: number;
}
const mark = (image: string, type: TokenType): Mark => ({ image, code: T.codeOf(type) });

/** Punctuation of more than one character; what begins with another comes after it. */
const LONG_MARKS: readonly Mark[] = [
  mark("...", T.Ellipsis),
  mark("::", T.DoubleColon),
  mark("=>", T.FatArrow),
  mark("==", T.EqualOp),
  mark("!=", T.NotEqual),
  mark("<=", T.LessOrEqual),
  mark(">=", T.GreaterOrEqual),
  mark("&&", T.And),
  mark("||", T.Or),
];
/** Their second characters: before anything else a mark is a single one. */
const SECOND = charactersOf(LONG_MARKS.map(({ image }) => image.charAt(1)).join(""));
const SHORT_MARKS: readonly Mark[] = [
  mark("=", T.Equals),
  mark("!", T.Not),
  mark("<", T.Less),
  mark(">", T.Greater),
  mark("+", T.Plus),
  mark("-", T.Minus),
  mark("*", T.Star),
  mark("/", T.Slash),
  mark("%", T.Percent),
  mark("?", T.Question),
  mark(":", T.Colon),
  mark(",", T.Comma),
  mark(".", T.Dot),
  mark("(", T.LParen),
  mark(")", T.RParen),
  mark("[", T.LBracket),
  mark("]", T.RBracket),
];
const SHORT = new Uint8Array(0x80);
for (const { image, code } of SHORT_MARKS) SHORT[image.charCodeAt(0)] = code;

// What may begin with a character; ASCII alone.
const [WORD, DIGIT, MARK] = [1, 2, 3];
const BEGINS = charactersOf("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_", WORD);
setAll(BEGINS, "0123456789", DIGIT);
setAll(BEGINS, [...LONG_MARKS, ...SHORT_MARKS].map(({ image }) => image.charAt(0)).join(""), MARK);

function charactersOf(characters: string, value = 1): Uint8Array {
  return setAll(new Uint8Array(0x80), characters, value);
}

function setAll(table: Uint8Array, characters: string, value: number): Uint8Array {
  for (let i = 0; i < characters.length; i += 1) table[characters.charCodeAt(i)] = value;
  return table;
}

class Scanner {
  readonly #text: string;
  readonly #table: TokenTable;
  /** Undefined where a line break in a string is left as it is: without code around, and behind one that could not be mended. */
  #broken: BrokenStrings | undefined;
  readonly #outermost: OutermostMode;
  #modes: Mode[];
  /** Of the heredocs that are open. */
  #markers: string[] = [];
  /** Where the last one of the text begins to end; -1 where none does. */
  #lastCommentEnd: number | undefined;
  #at = 0;

  constructor(text: string, outermost: OutermostMode) {
    this.#text = text;
    this.#table = new TokenTable(text);
    this.#outermost = outermost;
    this.#modes = [outermost];
    if (outermost === "code") this.#broken = new BrokenStrings(this.#table);
  }

  scanned(): TokenTable {
    while (this.#at < this.#text.length) this.#token();
    return this.#table;
  }

  #token(): void {
    const mode = this.#modes[this.#modes.length - 1];
    if (mode === "quoted") this.#quoted();
    else if (mode === "heredoc" || mode === "bare") this.#heredoc();
    else this.#code(mode);
  }

  /** A token that ends before `end`. */
  #take(code: number, end: number): void {
    this.#table.add(code, this.#at, end);
    this.#at = end;
  }

  /** One that invalid-tokens.ts is to report. */
  #takeInvalid(code: number, end: number): void {
    this.#table.addInvalid(code, this.#at, end);
    this.#at = end;
  }

  #open(mode: Mode, code: number, end: number): void {
    this.#take(code, end);
    this.#modes.push(mode);
  }

  #close(code: number, end: number): void {
    this.#take(code, end);
    this.#modes.pop();
  }

  // ─── code ──────────────────────────────────────────────────────────────────

  #code(mode: Mode | undefined): void {
    const start = blanksEnd(this.#text, this.#at);
    this.#at = start;
    if (start === this.#text.length) return;
    switch (BEGINS[this.#text.charCodeAt(start)]) {
      case WORD:
        return this.#take(IDENT, wordEnd(this.#text, start));
      case DIGIT:
        return this.#take(NUMBER, numberEnd(this.#text, start));
      case MARK:
        return this.#mark(start);
      default:
        return this.#bracket(mode, start);
    }
  }

  #mark(start: number): void {
    const char = this.#text.charAt(start);
    if (char === "/" && this.#comment(start)) return;
    if (char === "<" && this.#heredocStart(start)) return;
    if (SECOND[this.#text.charCodeAt(start + 1)] === 1 && this.#longMark(start)) return;
    const code = SHORT[this.#text.charCodeAt(start)] ?? 0;
    if (code === 0) this.#bad(start);
    else this.#take(code, start + 1);
  }

  #longMark(start: number): boolean {
    const found = LONG_MARKS.find(({ image }) => this.#text.startsWith(image, start));
    if (found !== undefined) this.#take(found.code, start + found.image.length);
    return found !== undefined;
  }

  #bracket(mode: Mode | undefined, start: number): void {
    switch (this.#text.charAt(start)) {
      case "\n":
        return this.#take(NEWLINE, start + 1);
      case '"':
        return this.#string(start);
      case "{":
        return this.#open("braces", LBRACE, start + 1);
      case "}":
        return this.#closing(mode, start + 1);
      case "#":
        return this.#take(LINE_COMMENT, lineCommentEnd(this.#text, start));
      default:
        return this.#rare(mode, start);
    }
  }

  /** One that is text alone, as most are, and else its beginning. */
  #string(start: number): void {
    const end = quotedTextEnd(this.#text, start + 1);
    if (this.#text.charAt(end) !== '"') return this.#open("quoted", OQUOTE, start + 1);
    this.#take(OQUOTE, start + 1);
    if (end > start + 1) this.#take(QUOTED_LIT, end);
    this.#take(CQUOTE, end + 1);
  }

  #closing(mode: Mode | undefined, end: number): void {
    if (mode === "sequence") return this.#close(TEMPLATE_END, end);
    if (mode === "braces") return this.#close(RBRACE, end);
    this.#take(STRAY_BRACE, end);
  }

  #rare(mode: Mode | undefined, start: number): void {
    if (this.#text.startsWith("\r\n", start)) return this.#take(NEWLINE, start + 2);
    if (mode === "sequence" && this.#text.startsWith("~}", start)) return this.#close(TEMPLATE_END, start + 2);
    const end = this.#text.charCodeAt(start) < 0x80 ? start : identifierEnd(this.#text, start);
    if (end > start) this.#take(IDENT, end);
    else this.#bad(start);
  }

  /** One character, which may be of two halves. */
  #bad(start: number): void {
    this.#takeInvalid(BAD, (this.#text.codePointAt(start) ?? 0) > 0xffff ? start + 2 : start + 1);
  }

  #comment(start: number): boolean {
    const second = this.#text.charAt(start + 1);
    if (second === "/") this.#take(LINE_COMMENT, lineCommentEnd(this.#text, start));
    else if (second !== "*" || !this.#blockCommentEnds(start + 2)) return false;
    else this.#take(BLOCK_COMMENT, this.#text.indexOf("*/", start + 2) + 2);
    return true;
  }

  /** Where none ends, not each beginning must look for an end. */
  #blockCommentEnds(from: number): boolean {
    this.#lastCommentEnd ??= this.#text.lastIndexOf("*/");
    return this.#lastCommentEnd >= from;
  }

  #heredocStart(start: number): boolean {
    const heredoc = heredocStart(this.#text, start);
    if (heredoc === undefined) return false;
    this.#open("heredoc", OHEREDOC, heredoc.end);
    this.#markers.push(heredoc.marker);
    return true;
  }

  // ─── templates ─────────────────────────────────────────────────────────────

  #quoted(): void {
    const start = this.#at;
    const char = this.#text.charAt(start);
    if (char === '"') this.#close(CQUOTE, start + 1);
    else if (char === "\n" || char === "\r") this.#lineBreak(start);
    else if (!this.#sequence(char, start)) this.#take(QUOTED_LIT, quotedTextEnd(this.#text, start));
  }

  #heredoc(): void {
    const start = this.#at;
    const marker = this.#markers.at(-1);
    const end = marker === undefined ? undefined : heredocEnd(this.#text, start, marker);
    if (end !== undefined) {
      this.#close(CHEREDOC, end);
      this.#markers.pop();
    } else if (!this.#sequence(this.#text.charAt(start), start))
      this.#take(HEREDOC_LIT, heredocTextEnd(this.#text, start));
  }

  #sequence(char: string, start: number): boolean {
    if ((char !== "$" && char !== "%") || this.#text.charAt(start + 1) !== "{") return false;
    const end = this.#text.charAt(start + 2) === "~" ? start + 3 : start + 2;
    this.#open("sequence", char === "$" ? INTERPOLATION : CONTROL, end);
    return true;
  }

  /** In a string, where none may be. */
  #lineBreak(start: number): void {
    const broken = this.#broken?.at(start);
    if (broken === undefined) {
      this.#broken = undefined;
      return this.#takeInvalid(QUOTED_NEWLINE, this.#text.startsWith("\r\n", start) ? start + 2 : start + 1);
    }
    for (const code of broken.meant) this.#table.addInvalid(code, start, start);
    this.#modes = [this.#outermost, ...Array<Mode>(broken.braces).fill("braces")];
  }
}
