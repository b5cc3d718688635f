// A quoted string that a line break cuts off. As the language has it, such a string goes on behind the break, and what follows is
// code where it should be text and text where it should be code; here it ends with its line, so that one quote is one mistake.

import { createTokenInstance, type IToken, type TokenType } from "chevrotain";
import { closerOf, isClosing } from "./recovery.js";
import * as T from "./tokens.js";

/** Characters that are read a second time, all in all: beyond that the rest stays as it was read. */
const MOST_READ_AGAIN = 4_000_000;
/** As many strings of a file; more mistakes than that are not told in any case. */
const MOST_STRINGS = 100;

type Tokenize = (text: string) => readonly IToken[];

/** The tokens of code. Where a string breaks off, closers without text are inserted, and the line break is one of the code's. */
export function withStringsClosed(text: string, tokenize: Tokenize): readonly IToken[] {
  let read = tokenize(text);
  const done: IToken[] = [];
  for (let budget = MOST_READ_AGAIN, strings = 0; ; strings += 1) {
    const at = strings < MOST_STRINGS ? read.findIndex(({ tokenType }) => tokenType === T.QuotedNewline) : -1;
    const cut = read[at];
    const open = cut && openBefore([...done, ...read.slice(0, at)], text, cut.startOffset);
    if (cut === undefined || open === undefined || text.length - cut.startOffset > budget) return joined(done, read);
    budget -= text.length - cut.startOffset;
    for (const token of read.slice(0, at)) done.push(token);
    for (const closer of open.closers) done.push(closerAt(closer, cut.startOffset));
    read = readOn(text, cut.startOffset, open.braces, tokenize);
  }
}

const joined = (done: readonly IToken[], rest: readonly IToken[]): readonly IToken[] =>
  done.length === 0 ? rest : [...done, ...rest];

interface Open {
  /** Around what is closed. */
  readonly braces: number;
  /** Of the string, of what is open in it, and of the brackets that its text seems to close; innermost first. */
  readonly closers: readonly TokenType[];
}

const BRACKETS: ReadonlyMap<TokenType, string> = new Map([
  [T.RBrace, "}"],
  [T.RBracket, "]"],
  [T.RParen, ")"],
]);

interface Opening {
  readonly closer: TokenType;
  readonly offset: number;
}

/** Undefined in a heredoc, whose text may be of several lines. */
function openBefore(tokens: readonly IToken[], text: string, cut: number): Open | undefined {
  const stack = openings(tokens);
  const string = stack.findIndex(({ closer }) => closer === T.CQuote);
  const around = stack.slice(0, string);
  if (around.some(({ closer }) => !BRACKETS.has(closer))) return undefined;
  const meant = closedInText(around, text.slice(stack[string]?.offset, cut), text.lastIndexOf("\n", cut - 1));
  const left = around.slice(0, around.length - meant.length);
  return {
    braces: left.filter(({ closer }) => closer === T.RBrace).length,
    closers: [...stack.slice(string).reverse(), ...meant].map(({ closer }) => closer),
  };
}

function openings(tokens: readonly IToken[]): readonly Opening[] {
  const stack: Opening[] = [];
  for (const { tokenType, startOffset } of tokens) {
    const closer = closerOf(tokenType);
    if (closer !== undefined) stack.push({ closer, offset: startOffset });
    else if (isClosing(tokenType)) {
      const opened = stack.findLastIndex((opening) => opening.closer === tokenType);
      if (opened >= 0) stack.length = opened;
    }
  }
  return stack;
}

/** Innermost first: what was opened on the line of the string, and whose closing bracket the string has swallowed. */
function closedInText(around: readonly Opening[], swallowed: string, lineBreak: number): readonly Opening[] {
  const closed: Opening[] = [];
  for (const opening of [...around].reverse()) {
    if (opening.offset < lineBreak || !swallowed.includes(BRACKETS.get(opening.closer) ?? "")) break;
    closed.push(opening);
  }
  return closed;
}

const closerAt = (type: TokenType, offset: number): IToken =>
  createTokenInstance(type, "", offset, offset - 1, Number.NaN, Number.NaN, Number.NaN, Number.NaN);

/** From there to the end, within as many braces. */
function readOn(text: string, offset: number, braces: number, tokenize: Tokenize): readonly IToken[] {
  const tokens = tokenize("{".repeat(braces) + text.slice(offset)).slice(braces);
  const shift = offset - braces;
  return tokens.map((token) => ({
    ...token,
    startOffset: token.startOffset + shift,
    endOffset: (token.endOffset ?? token.startOffset) + shift,
  }));
}
