// Which newlines count. HCL minds them in bodies and between the attributes of an object, and nowhere else:
// not in parentheses, brackets, template sequences or for expressions.

import { CLOSER_OF, CLOSING } from "./brackets.js";
import { SignificantTokens } from "./significant-tokens.js";
import type { TokenTable } from "./token-table.js";
import * as T from "./tokens.js";

type Scope = "body" | "object" | "flat" | "template";
/** What surrounds a text. */
export type Surrounding = Exclude<Scope, "object">;

const [NEWLINE, EQUALS, LBRACE] = [T.codeOf(T.Newline), T.codeOf(T.Equals), T.codeOf(T.LBrace)];
const [IDENT, OQUOTE, OHEREDOC] = [T.codeOf(T.Ident), T.codeOf(T.OQuote), T.codeOf(T.OHeredoc)];
const [LINE_COMMENT, BLOCK_COMMENT] = [T.codeOf(T.LineComment), T.codeOf(T.BlockComment)];
const BLANKS = T.codesOf([T.Newline, T.LineComment, T.BlockComment]);
/** Neither a newline nor anything that tells which of them count. */
const PLAIN = T.codesOf(T.VOCABULARY.filter((type) => !minds(T.codeOf(type))));

function minds(code: number): boolean {
  return code === NEWLINE || code === EQUALS || CLOSER_OF[code] !== 0 || CLOSING[code] === 1;
}

/** Brackets, blocks, strings and template sequences inside one another: the parser calls itself for each level. */
export const DEEPEST_NESTING = 250;

/** The tokens that the parser gets: without white space, comments and the newlines that do not count. */
export function significantTokens(table: TokenTable, surrounding: Surrounding): SignificantTokens {
  const { text, length } = table;
  const kept = new SignificantTokens(text, length);
  const filter = new NewlineFilter(table, surrounding);
  for (let index = 0; index < length; index += 1) {
    const code = lineEndOr(table, index);
    if (code === BLOCK_COMMENT || (PLAIN[code] === 0 && !filter.keeps(code, index))) continue;
    kept.add(code, table.startAt(index), table.endAt(index));
    if (filter.depth > DEEPEST_NESTING) kept.tooDeep ??= kept.length - 1;
  }
  return kept;
}

/** A token's type; a comment that runs to the end of its line is the line's end: messages point at the comment. */
function lineEndOr(table: TokenTable, index: number): number {
  const code = table.codeAt(index);
  if (code !== LINE_COMMENT) return code;
  return table.text.charAt(table.endAt(index) - 1) === "\n" ? NEWLINE : BLOCK_COMMENT;
}

class NewlineFilter {
  readonly #table: TokenTable;
  readonly #outer: Scope[] = [];
  #scope: Scope;
  /** In a body: an `=` was seen on this line, so a brace opens an object. */
  #assigned = false;

  constructor(table: TokenTable, outermost: Scope) {
    this.#table = table;
    this.#scope = outermost;
  }

  get depth(): number {
    return this.#outer.length;
  }

  keeps(code: number, index: number): boolean {
    if (code === NEWLINE) return this.#newline();
    if (CLOSER_OF[code] !== 0) this.#open(this.#scopeBehind(code, index));
    else if (CLOSING[code] === 1) this.#close();
    else if (code === EQUALS && this.#scope === "body") this.#assigned = true;
    return true;
  }

  #newline(): boolean {
    if (this.#scope === "flat" || this.#scope === "template") return false;
    if (this.#scope === "body") this.#assigned = false;
    return true;
  }

  #scopeBehind(code: number, index: number): Scope {
    if (code === OQUOTE || code === OHEREDOC) return "template";
    if (code !== LBRACE) return "flat";
    if (this.#scope === "body" && !this.#assigned) return "body";
    return this.#startsFor(index) ? "flat" : "object";
  }

  #open(scope: Scope): void {
    this.#outer.push(this.#scope);
    this.#scope = scope;
    if (scope === "body") this.#assigned = false;
  }

  #close(): void {
    const closed = this.#scope;
    const outer = this.#outer.pop();
    // What is closed without having been opened is the parser's to complain about.
    if (outer !== undefined) this.#scope = outer;
    // Behind the label of a block its body opens.
    if (this.#scope === "body" && (outer === undefined || closed !== "template")) this.#assigned = true;
  }

  #startsFor(brace: number): boolean {
    let next = brace + 1;
    while (next < brace + 64 && BLANKS[this.#table.codeAt(next)] === 1) next += 1;
    return this.#table.codeAt(next) === IDENT && this.#table.imageAt(next) === "for";
  }
}
