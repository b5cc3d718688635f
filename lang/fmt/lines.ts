import * as T from "../syntax/tokens.js";
import type { FormatTokens } from "./format-tokens.js";

const [EQUALS, LINE_COMMENT, BLOCK_COMMENT] = [T.codeOf(T.Equals), T.codeOf(T.LineComment), T.codeOf(T.BlockComment)];

/**
 * A line in the three cells that columns are made of, by the positions where they begin; a heredoc belongs to the line in which
 * it begins. A cell that begins where the next one does is empty.
 */
export interface Line {
  readonly lead: number;
  /** From `=` on, where the value begins and ends on this line. */
  readonly assign: number;
  /** A comment behind something else. */
  readonly comment: number;
  readonly end: number;
}

export function linesOf(tokens: FormatTokens): readonly Line[] {
  const lines: Line[] = [];
  for (let start = 0, at = 0; at < tokens.length; at += 1) {
    if (!tokens.endsLine(at) && at + 1 < tokens.length) continue;
    lines.push(cellsOf(tokens, start, at + 1));
    start = at + 1;
  }
  return lines;
}

function cellsOf(tokens: FormatTokens, lead: number, end: number): Line {
  const comment = end - lead > 1 && isComment(tokens.codeAt(end - 1)) ? end - 1 : end;
  const equals = equalsIn(tokens, lead + 1, comment);
  // A value that goes on in further lines has no column.
  const assign = tokens.netChange(equals, comment) === 0 ? equals : comment;
  return { lead, assign, comment, end };
}

const isComment = (code: number): boolean => code === LINE_COMMENT || code === BLOCK_COMMENT;

function equalsIn(tokens: FormatTokens, from: number, to: number): number {
  for (let at = from; at < to; at += 1) if (tokens.codeAt(at) === EQUALS) return at;
  return to;
}
