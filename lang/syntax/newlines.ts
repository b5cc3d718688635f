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
const [IDENT, OHEREDOC] = [T.codeOf(T.Ident), T.codeOf(T.OHeredoc)];
const [OQUOTE, QUOTED_LIT, CQUOTE] = [T.codeOf(T.OQuote), T.codeOf(T.QuotedLit), T.codeOf(T.CQuote)];
const [LINE_COMMENT, BLOCK_COMMENT] = [T.codeOf(T.LineComment), T.codeOf(T.BlockComment)];
const BLANKS = T.codesOf([T.Newline, T.LineComment, T.BlockComment]);
/** Neither a comment or newline nor anything that tells which newlines count. */
const PLAIN = T.codesOf(T.VOCABULARY.filter((type) => !minds(T.codeOf(type))));

function minds(code: number): boolean {
  return BLANKS[code] === 1 || code === EQUALS || CLOSER_OF[code] !== 0 || CLOSING[code] === 1;
}

/** Brackets, blocks, strings and template sequences inside one another: the parser calls itself for each level. */
export const DEEPEST_NESTING = 250;

/** The tokens that the parser gets: without comments and the newlines that do not count. They are put into `kept`. */
export function significantTokens(
  table: TokenTable,
  surrounding: Surrounding,
  kept = new SignificantTokens(table.text, table.length),
): SignificantTokens {
  const filter = new NewlineFilter(table, surrounding);
  // Of what is kept and not yet there: most of a text.
  let from = 0;
  const { codes, length } = table;
  for (let index = 0; index < length; index += 1) {
    const code = codes[index] ?? 0;
    const passed = plainLength(codes, index);
    if (passed > 0) {
      index += passed - 1;
      continue;
    }
    const isComment = code === LINE_COMMENT || code === BLOCK_COMMENT;
    const keeps = !isComment && filter.keeps(code, index);
    if (filter.depth > DEEPEST_NESTING) kept.tooDeep ??= kept.length + index - from;
    if (keeps) continue;
    kept.addRange(table, from, index);
    // A comment that runs to the end of its line ends what stands before it: messages point at the comment.
    if (isComment && endsLine(table, index) && filter.keeps(NEWLINE, index))
      kept.add(NEWLINE, table.startAt(index), table.endAt(index));
    from = index + 1;
  }
  kept.addRange(table, from, length);
  return kept;
}

/** Of what tells nothing of newlines, a string of text alone among it: how many tokens; 0 when it is not that. */
function plainLength(codes: Uint8Array, index: number): number {
  const code = codes[index] ?? 0;
  if (code === OQUOTE && codes[index + 1] === QUOTED_LIT && codes[index + 2] === CQUOTE) return 3;
  return PLAIN[code] ?? 0;
}

const endsLine = (table: TokenTable, index: number): boolean =>
  table.codeAt(index) === LINE_COMMENT && table.text.charAt(table.endAt(index) - 1) === "\n";

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
