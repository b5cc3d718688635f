import { graphemeCount } from "../source/graphemes.js";
import type { FormatToken } from "./format-token.js";
import type { Line } from "./lines.js";

/** Lines one below the other get their `=`, and their comments, in one column. */
export function alignColumns(lines: readonly Line[]): void {
  align(
    lines,
    ({ assign }) => assign[0],
    ({ lead }) => columnsOf(lead),
  );
  align(
    lines,
    ({ comment }) => comment,
    ({ lead, assign }) => columnsOf(lead) + columnsOf(assign),
  );
}

/** Of runs of lines that have it, moves `cell` behind the longest of what stands before it. */
function align(
  lines: readonly Line[],
  cell: (line: Line) => FormatToken | undefined,
  before: (line: Line) => number,
): void {
  let run: { readonly token: FormatToken; readonly width: number }[] = [];
  const finish = (): void => {
    const widest = Math.max(0, ...run.map(({ width }) => width));
    for (const { token, width } of run) token.spaces = widest - width + 1;
    run = [];
  };
  for (const line of lines) {
    const token = cell(line);
    if (token === undefined) finish();
    else run.push({ token, width: before(line) });
  }
  finish();
}

const columnsOf = (tokens: readonly FormatToken[]): number =>
  tokens.reduce((sum, { spaces, text }) => sum + spaces + graphemeCount(text), 0);
