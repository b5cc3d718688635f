// A quoted string that a line break cuts off. As the language has it, such a string goes on behind the break, and what follows is
// code where it should be text and text where it should be code; here it ends with its line, so that one quote is one mistake.

import { CLOSER_OF, CLOSING } from "./brackets.js";
import type { TokenTable } from "./token-table.js";
import * as T from "./tokens.js";

/** What ends with the line. */
export interface BrokenString {
  /**
   * Token types that stand for what its text took with it: they close the string, what is open in it, and the brackets that the
   * text seems to close, innermost first; or open the block whose last label the string was to be.
   */
  readonly meant: readonly number[];
  /** That are open then. */
  readonly braces: number;
}

interface Opening {
  readonly closer: number;
  readonly offset: number;
  /** In the table. */
  readonly index: number;
}

const BRACKETS: ReadonlyMap<number, string> = new Map([
  [T.codeOf(T.RBrace), "}"],
  [T.codeOf(T.RBracket), "]"],
  [T.codeOf(T.RParen), ")"],
]);
const [CQUOTE, LBRACE, RBRACE] = [T.codeOf(T.CQuote), T.codeOf(T.LBrace), T.codeOf(T.RBrace)];
const IDENT = T.codeOf(T.Ident);
const HEADER = T.codesOf([T.Ident, T.OQuote, T.QuotedLit, T.CQuote]);

export class BrokenStrings {
  readonly #table: TokenTable;
  /** What the tokens before `#seen` leave open. */
  readonly #open: Opening[] = [];
  #seen = 0;

  constructor(table: TokenTable) {
    this.#table = table;
  }

  /** At a line break in a string, behind the last token. Undefined in a heredoc, whose text may be of several lines. */
  at(cut: number): BrokenString | undefined {
    this.#readOn();
    const place = this.#open.findIndex(({ closer }) => closer === CQUOTE);
    const string = this.#open[place];
    // In one of its sequences a bracket was closed that had been opened before it.
    if (string === undefined) return { meant: [CQUOTE], braces: bracesIn(this.#open) };
    const around = this.#open.slice(0, place);
    if (around.some(({ closer }) => !BRACKETS.has(closer))) return undefined;
    const { text } = this.#table;
    const swallowed = text.slice(string.offset, cut);
    const closers = this.#open
      .slice(place)
      .reverse()
      .map(({ closer }) => closer);
    if (/\{\s*$/.test(swallowed) && this.#isInHeader(string))
      return { meant: [...closers, LBRACE], braces: bracesIn(around) + 1 };
    const closed = closedInText(around, swallowed, text.lastIndexOf("\n", cut - 1));
    const left = around.slice(0, around.length - closed.length);
    return { meant: [...closers, ...closed.map(({ closer }) => closer)], braces: bracesIn(left) };
  }

  /** Before it on its line there are a block's type and labels alone. */
  #isInHeader({ index }: Opening): boolean {
    let first = index;
    while (first > 0 && HEADER[this.#table.codeAt(first - 1)] === 1) first -= 1;
    return this.#table.codeAt(first) === IDENT;
  }

  #readOn(): void {
    for (; this.#seen < this.#table.length; this.#seen += 1) {
      const code = this.#table.codeAt(this.#seen);
      const closer = CLOSER_OF[code] ?? 0;
      if (closer !== 0) this.#open.push({ closer, offset: this.#table.startAt(this.#seen), index: this.#seen });
      else if (CLOSING[code] === 1) this.#closed(code);
    }
  }

  /** What was left open inside goes with it. */
  #closed(code: number): void {
    const opened = this.#open.findLastIndex(({ closer }) => closer === code);
    if (opened >= 0) this.#open.length = opened;
  }
}

const bracesIn = (open: readonly Opening[]): number => open.filter(({ closer }) => closer === RBRACE).length;

/** Innermost first: what was opened on the line of the string, and whose closing bracket the string has swallowed. */
function closedInText(around: readonly Opening[], swallowed: string, lineBreak: number): readonly Opening[] {
  const closed: Opening[] = [];
  for (const opening of [...around].reverse()) {
    if (opening.offset < lineBreak || !swallowed.includes(BRACKETS.get(opening.closer) ?? "")) break;
    closed.push(opening);
  }
  return closed;
}
