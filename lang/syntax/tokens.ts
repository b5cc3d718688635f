// The lexical grammar: token types and the lexer's modes.
// Chevrotain drops the `u` flag of a pattern, so what needs Unicode classes is matched by functions. Every pattern says which
// characters it begins with: Chevrotain would find out by parsing the expression at each start.

import {
  type CustomPatternMatcherFunc,
  createToken,
  type IMultiModeLexerDefinition,
  Lexer,
  type TokenType,
} from "chevrotain";
import { heredocEnd, heredocStart } from "./heredoc.js";

const MATCHED = [""] as unknown as RegExpExecArray;
const ASCII_IDENTIFIER = /[A-Za-z_][\w-]*/y;
const IDENTIFIER = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;

// ─── what the parser never sees ──────────────────────────────────────────────

export const Space = createToken({ name: "Space", pattern: /[ \t]+/, start_chars_hint: [" ", "\t"] });
export const LineComment = createToken({
  name: "LineComment",
  pattern: repeated(/#|\/\//y, /[^\r\n]+|\r(?!\n)/y),
  start_chars_hint: ["#", "/"],
  line_breaks: false,
});
export const BlockComment = createToken({
  name: "BlockComment",
  pattern: /\/\*[\s\S]*?\*\//,
  start_chars_hint: ["/"],
  line_breaks: true,
});

// ─── code ────────────────────────────────────────────────────────────────────

export const Newline = createToken({
  name: "Newline",
  pattern: /\r?\n/,
  start_chars_hint: ["\r", "\n"],
  line_breaks: true,
});
export const Ident = createToken({
  name: "Ident",
  pattern: identifier,
  start_chars_hint: [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_", ...beyondAscii()],
  line_breaks: false,
});
export const NumberToken = createToken({
  name: "Number",
  pattern: repeated(/\d+/y, /\.*(?:\d+|[eE][+-]?\d+)/y),
  start_chars_hint: [..."0123456789"],
  line_breaks: false,
});

const punctuation = (name: string, pattern: string): TokenType => createToken({ name, pattern });

/** What may stand between two operands. */
export const BinaryOperator = createToken({ name: "BinaryOperator", pattern: Lexer.NA });
const operator = (name: string, pattern: string): TokenType =>
  createToken({ name, pattern, categories: [BinaryOperator] });

export const Ellipsis = punctuation("Ellipsis", "...");
export const DoubleColon = punctuation("DoubleColon", "::");
export const FatArrow = punctuation("FatArrow", "=>");
export const EqualOp = operator("EqualOp", "==");
export const NotEqual = operator("NotEqual", "!=");
export const LessOrEqual = operator("LessOrEqual", "<=");
export const GreaterOrEqual = operator("GreaterOrEqual", ">=");
export const And = operator("And", "&&");
export const Or = operator("Or", "||");
export const Equals = punctuation("Equals", "=");
export const Not = punctuation("Not", "!");
export const Less = operator("Less", "<");
export const Greater = operator("Greater", ">");
export const Plus = operator("Plus", "+");
export const Minus = operator("Minus", "-");
export const Star = operator("Star", "*");
export const Slash = operator("Slash", "/");
export const Percent = operator("Percent", "%");
export const Question = punctuation("Question", "?");
export const Colon = punctuation("Colon", ":");
export const Comma = punctuation("Comma", ",");
export const Dot = punctuation("Dot", ".");
export const LParen = punctuation("LParen", "(");
export const RParen = punctuation("RParen", ")");
export const LBracket = punctuation("LBracket", "[");
export const RBracket = punctuation("RBracket", "]");
export const LBrace = createToken({ name: "LBrace", pattern: "{", push_mode: "braces" });
/** Closes what the last `{` opened. */
export const RBrace = createToken({ name: "RBrace", pattern: "}", pop_mode: true });
/** Where nothing is open. */
export const StrayBrace = createToken({ name: "StrayBrace", pattern: "}" });

/** Characters that stand for nothing: one token each, reported by invalid-tokens.ts. */
export const Bad = createToken({
  name: "Bad",
  pattern: unicode(/[\ud800-\udbff][\udc00-\udfff]|[\s\S]/y),
  start_chars_hint: [...Array(0x80).keys(), ...beyondAscii()],
  line_breaks: true,
});

// ─── templates ───────────────────────────────────────────────────────────────

export const OQuote = createToken({ name: "OQuote", pattern: '"', push_mode: "quoted" });
export const CQuote = createToken({ name: "CQuote", pattern: '"', pop_mode: true });
const QUOTED_PIECE = /\\[^\r\n]?|\$\$\{|%%\{|[$%](?!\{)|[^"\\$%\r\n]+/y;
export const QuotedLit = createToken({
  name: "QuotedLit",
  pattern: repeated(QUOTED_PIECE, QUOTED_PIECE),
  start_chars_hint: [...Array(0x80).keys(), ...beyondAscii()],
  line_breaks: false,
});
/** A line break where none may be; the string goes on behind it. */
export const QuotedNewline = createToken({
  name: "QuotedNewline",
  pattern: /\r?\n|\r/,
  start_chars_hint: ["\r", "\n"],
  line_breaks: true,
});

export const OHeredoc = createToken({
  name: "OHeredoc",
  pattern: heredocStart,
  start_chars_hint: ["<"],
  line_breaks: true,
  push_mode: "heredoc",
});
export const CHeredoc = createToken({ name: "CHeredoc", pattern: heredocEnd, line_breaks: false, pop_mode: true });
const HEREDOC_PIECE = /\$\$\{|%%\{|[$%](?!\{)|[^$%\n]+/y;
export const HeredocLit = createToken({
  name: "HeredocLit",
  pattern: repeated(HEREDOC_PIECE, HEREDOC_PIECE, /\n/y),
  start_chars_hint: [...Array(0x80).keys(), ...beyondAscii()],
  line_breaks: true,
});

export const TemplateInterp = createToken({
  name: "TemplateInterp",
  pattern: /\$\{~?/,
  start_chars_hint: ["$"],
  push_mode: "sequence",
});
export const TemplateControl = createToken({
  name: "TemplateControl",
  pattern: /%\{~?/,
  start_chars_hint: ["%"],
  push_mode: "sequence",
});
export const TemplateEnd = createToken({
  name: "TemplateEnd",
  pattern: /~?\}/,
  start_chars_hint: ["~", "}"],
  pop_mode: true,
});

export const BINARY_OPERATORS: readonly TokenType[] = [
  ...[EqualOp, NotEqual, LessOrEqual, GreaterOrEqual, And, Or, Less, Greater],
  ...[Plus, Minus, Star, Slash, Percent],
];

const CODE: readonly TokenType[] = [
  Space,
  LineComment,
  BlockComment,
  Newline,
  Ident,
  NumberToken,
  OHeredoc,
  Ellipsis,
  DoubleColon,
  FatArrow,
  EqualOp,
  NotEqual,
  LessOrEqual,
  GreaterOrEqual,
  And,
  Or,
  Equals,
  Not,
  Less,
  Greater,
  Plus,
  Minus,
  Star,
  Slash,
  Percent,
  Question,
  Colon,
  Comma,
  Dot,
  LParen,
  RParen,
  LBracket,
  RBracket,
  LBrace,
  OQuote,
];

export const LEXER: IMultiModeLexerDefinition = {
  defaultMode: "code",
  modes: {
    code: [...CODE, StrayBrace, Bad],
    braces: [...CODE, RBrace, Bad],
    sequence: [...CODE, TemplateEnd, Bad],
    quoted: [CQuote, TemplateInterp, TemplateControl, QuotedLit, QuotedNewline, Bad],
    heredoc: [CHeredoc, TemplateInterp, TemplateControl, HeredocLit, Bad],
    // A template that is a whole file or string: like a heredoc without an end.
    bare: [TemplateInterp, TemplateControl, HeredocLit, Bad],
  },
};

/** Every token type, for the parser. */
export const VOCABULARY: readonly TokenType[] = [
  BinaryOperator,
  ...new Set(Object.values(LEXER.modes).flat() as TokenType[]),
];

/**
 * `first`, then `more` as often as it matches, then perhaps `last` (which will also do alone). One expression with a loop around
 * alternatives would need stack for each turn, and a text may be megabytes long.
 */
function repeated(first: RegExp, more: RegExp, last?: RegExp): CustomPatternMatcherFunc {
  const matchedAt = (pattern: RegExp, text: string, offset: number): number => {
    pattern.lastIndex = offset;
    return pattern.test(text) ? pattern.lastIndex : offset;
  };
  return (text, offset) => {
    let end = matchedAt(first, text, offset);
    for (let before = offset; end > before; ) {
      before = end;
      end = matchedAt(more, text, end);
    }
    if (last !== undefined) end = matchedAt(last, text, end);
    return end === offset ? null : matched(text, offset, end);
  };
}

/** What a pattern gives; Chevrotain keeps the string only, so that one array does for all. */
function matched(text: string, start: number, end: number): RegExpExecArray {
  MATCHED[0] = text.slice(start, end);
  return MATCHED;
}

/** Nearly all are ASCII, which a simple expression matches in a third of the time; the other one is not even compiled for them. */
function identifier(text: string, offset: number): RegExpExecArray | null {
  ASCII_IDENTIFIER.lastIndex = offset;
  if (ASCII_IDENTIFIER.test(text)) {
    const end = ASCII_IDENTIFIER.lastIndex;
    if (end === text.length || text.charCodeAt(end) < 0x80) return matched(text, offset, end);
  }
  IDENTIFIER.lastIndex = offset;
  return IDENTIFIER.exec(text);
}

function unicode(pattern: RegExp): CustomPatternMatcherFunc {
  return (text, offset) => {
    pattern.lastIndex = offset;
    return pattern.exec(text);
  };
}

/** One character code of each class that Chevrotain's first-character tables tell apart beyond ASCII: all of Latin-1, and every 255th. */
function beyondAscii(): readonly number[] {
  const codes: number[] = [];
  for (let code = 0x80; code <= 0x100; code += 1) codes.push(code);
  for (let code = 2 * 255; code < 0x10000; code += 255) codes.push(code);
  return codes;
}
