import { graphemeCount } from "../source/graphemes.js";
import type { FormatTokens } from "./format-tokens.js";
import type { Line } from "./lines.js";

/** Lines one below the other get their `=`, and their comments, in one column. */
export function alignColumns(tokens: FormatTokens, lines: readonly Line[]): void {
  align(
    tokens,
    lines,
    ({ assign, comment }) => (assign < comment ? assign : undefined),
    ({ lead, assign }) => columnsOf(tokens, lead, assign),
  );
  align(
    tokens,
    lines,
    ({ comment, end }) => (comment < end ? comment : undefined),
    ({ lead, comment }) => columnsOf(tokens, lead, comment),
  );
}

/** Of runs of lines that have it, moves `cell` behind the longest of what stands before it. */
function align(
  tokens: FormatTokens,
  lines: readonly Line[],
  cell: (line: Line) => number | undefined,
  before: (line: Line) => number,
): void {
  let run: { readonly at: number; readonly width: number }[] = [];
  const finish = (): void => {
    const widest = run.reduce((most, { width }) => Math.max(most, width), 0);
    for (const { at, width } of run) tokens.spaces[at] = widest - width + 1;
    run = [];
  };
  for (const line of lines) {
    const at = cell(line);
    if (at === undefined) finish();
    else run.push({ at, width: before(line) });
  }
  finish();
}

function columnsOf(tokens: FormatTokens, from: number, to: number): number {
  let columns = 0;
  for (let at = from; at < to; at += 1) columns += (tokens.spaces[at] ?? 0) + graphemeCount(tokens.imageAt(at));
  return columns;
}
