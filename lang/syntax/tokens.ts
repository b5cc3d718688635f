// The terminals of the grammar, as Chevrotain's parser knows them; how they are written is scanner.ts's.

import { createToken, EOF, type TokenType } from "chevrotain";
import { invariant } from "../invariant.js";

const terminal = (name: string): TokenType => createToken({ name });

// ─── what the parser never sees ──────────────────────────────────────────────

/** With the end of its line, as in HCL's own scanner: where newlines count, it is one. */
export const LineComment = terminal("LineComment");
export const BlockComment = terminal("BlockComment");

// ─── code ────────────────────────────────────────────────────────────────────

export const Newline = terminal("Newline");
export const Ident = terminal("Ident");
export const NumberToken = terminal("Number");

/** What may stand between two operands. */
export const BinaryOperator = terminal("BinaryOperator");
const operator = (name: string): TokenType => createToken({ name, categories: [BinaryOperator] });

export const Ellipsis = terminal("Ellipsis");
export const DoubleColon = terminal("DoubleColon");
export const FatArrow = terminal("FatArrow");
export const EqualOp = operator("EqualOp");
export const NotEqual = operator("NotEqual");
export const LessOrEqual = operator("LessOrEqual");
export const GreaterOrEqual = operator("GreaterOrEqual");
export const And = operator("And");
export const Or = operator("Or");
export const Equals = terminal("Equals");
export const Not = terminal("Not");
export const Less = operator("Less");
export const Greater = operator("Greater");
export const Plus = operator("Plus");
export const Minus = operator("Minus");
export const Star = operator("Star");
export const Slash = operator("Slash");
export const Percent = operator("Percent");
export const Question = terminal("Question");
export const Colon = terminal("Colon");
export const Comma = terminal("Comma");
export const Dot = terminal("Dot");
export const LParen = terminal("LParen");
export const RParen = terminal("RParen");
export const LBracket = terminal("LBracket");
export const RBracket = terminal("RBracket");
export const LBrace = terminal("LBrace");
/** Closes what the last `{` opened. */
export const RBrace = terminal("RBrace");
/** Where nothing is open. */
export const StrayBrace = terminal("StrayBrace");
/** Characters that stand for nothing: one token each, reported by invalid-tokens.ts. */
export const Bad = terminal("Bad");

// ─── templates ───────────────────────────────────────────────────────────────

export const OQuote = terminal("OQuote");
export const CQuote = terminal("CQuote");
export const QuotedLit = terminal("QuotedLit");
/** A line break where none may be; the string goes on behind it. */
export const QuotedNewline = terminal("QuotedNewline");
export const OHeredoc = terminal("OHeredoc");
/** The marker on a line of its own. */
export const CHeredoc = terminal("CHeredoc");
/** Of one line, with its end. */
export const HeredocLit = terminal("HeredocLit");
export const TemplateInterp = terminal("TemplateInterp");
export const TemplateControl = terminal("TemplateControl");
export const TemplateEnd = terminal("TemplateEnd");

export const BINARY_OPERATORS: readonly TokenType[] = [
  ...[EqualOp, NotEqual, LessOrEqual, GreaterOrEqual, And, Or, Less, Greater],
  ...[Plus, Minus, Star, Slash, Percent],
];

/** Every token type, for the parser. */
export const VOCABULARY: readonly TokenType[] = [
  ...[BinaryOperator, LineComment, BlockComment, Newline, Ident, NumberToken, OHeredoc, Ellipsis, DoubleColon],
  ...[FatArrow, EqualOp, NotEqual, LessOrEqual, GreaterOrEqual, And, Or, Equals, Not, Less, Greater, Plus, Minus],
  ...[Star, Slash, Percent, Question, Colon, Comma, Dot, LParen, RParen, LBracket, RBracket, LBrace, OQuote],
  ...[StrayBrace, Bad, RBrace, TemplateEnd, CQuote, TemplateInterp, TemplateControl, QuotedLit, QuotedNewline],
  ...[CHeredoc, HeredocLit],
];

/** A token type as a number below 256: Chevrotain's own. */
export function codeOf({ name, tokenTypeIdx: code }: TokenType): number {
  invariant(code !== undefined && code < 0x100, `${name} has no code`);
  return code;
}

export const END = codeOf(EOF);

/** Code → token type. */
export const TYPES: readonly TokenType[] = (() => {
  const types: TokenType[] = [];
  for (const type of [EOF, ...VOCABULARY]) types[codeOf(type)] = type;
  return types;
})();

/** A set of token types to ask by their codes. */
export function codesOf(types: Iterable<TokenType>): Uint8Array {
  const codes = new Uint8Array(0x100);
  for (const type of types) codes[codeOf(type)] = 1;
  return codes;
}
