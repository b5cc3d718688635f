import * as T from "../syntax/tokens.js";
import { CLOSING, type FormatTokens, OPENING } from "./format-tokens.js";
import type { Line } from "./lines.js";

/** One blank or none between the tokens of a cell. */
export function spaceLines(tokens: FormatTokens, lines: readonly Line[]): void {
  for (const { lead, assign, comment } of lines) {
    spaceCell(tokens, lead, assign);
    spaceCell(tokens, assign, comment);
    if (assign < comment) tokens.spaces[assign] = 1;
  }
}

function spaceCell(tokens: FormatTokens, from: number, to: number): void {
  for (let at = from + 1; at < to; at += 1) {
    const before = at - 2 < from ? NONE : tokens.codeAt(at - 2);
    tokens.spaces[at] = hasSpace(tokens, before, at) ? 1 : 0;
  }
}

// Token types by their codes.
const NONE = 0;
const [NEWLINE, IDENT, NUMBER] = [T.codeOf(T.Newline), T.codeOf(T.Ident), T.codeOf(T.NumberToken)];
const [LPAREN, LBRACKET] = [T.codeOf(T.LParen), T.codeOf(T.LBracket)];
const [LBRACE, RBRACE, TEMPLATE_END] = [T.codeOf(T.LBrace), T.codeOf(T.RBrace), T.codeOf(T.TemplateEnd)];
const [DOT, COMMA, ELLIPSIS] = [T.codeOf(T.Dot), T.codeOf(T.Comma), T.codeOf(T.Ellipsis)];
const [NOT, MINUS] = [T.codeOf(T.Not), T.codeOf(T.Minus)];
const NAMES = T.codesOf([T.Ident, T.DoubleColon]);
const LITERAL_STARTS = T.codesOf([T.QuotedLit, T.HeredocLit, T.OQuote, T.OHeredoc]);
const LITERAL_ENDS = T.codesOf([T.QuotedLit, T.HeredocLit, T.CQuote, T.CHeredoc]);
const SEQUENCES = T.codesOf([T.TemplateInterp, T.TemplateControl]);
/** Behind these a minus is a sign. */
const BEFORE_SIGN = T.codesOf([
  ...[T.LParen, T.LBrace, T.LBracket, T.Equals, T.Colon, T.Comma, T.Question, T.Not, ...T.BINARY_OPERATORS],
]);

/** Three tokens in a row: is there a blank before the last? */
interface Row {
  /** NONE at the beginning of a cell. */
  readonly before: number;
  readonly subject: number;
  /** Whether the subject is the word `in`. */
  readonly isIn: boolean;
  readonly after: number;
}

type Rule = (row: Row) => boolean | undefined;

/** The first rule that has an opinion decides (spec: spaces between tokens); without any, there is a blank. */
const RULES: readonly Rule[] = [
  ({ after }) => no(after === NEWLINE),
  ({ subject, after }) => no(subject === IDENT && after === LPAREN),
  ({ subject, after }) => no(NAMES[subject] === 1 && NAMES[after] === 1 && subject !== after),
  ({ subject, after }) => no(subject === DOT || after === DOT),
  ({ after }) => no(after === COMMA || after === ELLIPSIS),
  ({ subject }) => yes(subject === COMMA),
  ({ subject, after }) => no(LITERAL_STARTS[subject] === 1 || LITERAL_ENDS[after] === 1),
  ({ before, isIn }) => yes(isIn && before === IDENT),
  ({ subject, after }) => no(after === LBRACKET && (subject === IDENT || subject === NUMBER || CLOSING[subject] === 1)),
  ({ subject }) => no(subject === NOT),
  ({ before, subject }) => (subject === MINUS ? before !== NONE && BEFORE_SIGN[before] === 0 : undefined),
  ({ subject, after }) =>
    subject === LBRACE || after === RBRACE ? !(subject === LBRACE && after === RBRACE) : undefined,
  ({ subject, after }) => yes(SEQUENCES[subject] === 1 && after === LBRACE),
  ({ subject, after }) => yes(subject === RBRACE && after === TEMPLATE_END),
  ({ subject, after }) => no(subject === TEMPLATE_END && SEQUENCES[after] === 1),
  ({ subject }) => no(OPENING[subject] === 1),
  ({ after }) => no(CLOSING[after] === 1),
];

const no = (applies: boolean): false | undefined => (applies ? false : undefined);
const yes = (applies: boolean): true | undefined => (applies ? true : undefined);

/** What the rules said of two types, one behind the other: there are few such pairs in a file. */
const known = new Map<number, boolean>();

function hasSpace(tokens: FormatTokens, before: number, at: number): boolean {
  const [subject, after] = [tokens.codeAt(at - 1), tokens.codeAt(at)];
  const isIn = subject === IDENT && tokens.isText(at - 1, "in");
  const row = { before, subject, isIn, after };
  // Only of these do the rules ask more than the types.
  if (subject === MINUS || isIn) return isSpaced(row);
  const pair = subject * 0x100 + after;
  const answer = known.get(pair) ?? isSpaced(row);
  known.set(pair, answer);
  return answer;
}

function isSpaced(row: Row): boolean {
  for (const rule of RULES) {
    const opinion = rule(row);
    if (opinion !== undefined) return opinion;
  }
  return true;
}
