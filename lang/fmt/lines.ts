import { endsLine, type FormatToken, netChange } from "./format-token.js";

/** A line in the three cells that columns are made of; a heredoc belongs to the line in which it begins. */
export interface Line {
  readonly lead: readonly FormatToken[];
  /** From `=` on, where the value begins and ends on this line. */
  readonly assign: readonly FormatToken[];
  /** A comment behind something else. */
  readonly comment: FormatToken | undefined;
}

export function linesOf(tokens: readonly FormatToken[]): readonly Line[] {
  const lines: Line[] = [];
  let start = 0;
  tokens.forEach((token, i) => {
    if (!endsLine(token) && i + 1 < tokens.length) return;
    lines.push(cellsOf(tokens.slice(start, i + 1)));
    start = i + 1;
  });
  return lines;
}

function cellsOf(tokens: readonly FormatToken[]): Line {
  const last = tokens.at(-1);
  const comment = tokens.length > 1 && last?.kind === "Comment" ? last : undefined;
  const rest = comment === undefined ? tokens : tokens.slice(0, -1);
  const equals = rest.findIndex(({ kind }, i) => i > 0 && kind === "=");
  // A value that goes on in further lines has no column.
  if (equals < 0 || netChange(rest, equals) !== 0) return { lead: rest, assign: [], comment };
  return { lead: rest.slice(0, equals), assign: rest.slice(equals), comment };
}
