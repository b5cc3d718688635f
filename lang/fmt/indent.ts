import * as T from "../syntax/tokens.js";
import type { FormatTokens } from "./format-tokens.js";
import type { Line } from "./lines.js";

const STEP = 2;
const [NEWLINE, OHEREDOC] = [T.codeOf(T.Newline), T.codeOf(T.OHeredoc)];

/** Indents each line by the lines above it that opened more brackets than they closed: one step, however many brackets. */
export function indentLines(tokens: FormatTokens, lines: readonly Line[]): void {
  const open: number[] = [];
  for (const line of lines) {
    if (tokens.codeAt(line.lead) === NEWLINE) {
      tokens.spaces[line.lead] = 0;
      continue;
    }
    const net = netOf(tokens, line);
    if (net < 0) close(open, -net);
    tokens.spaces[line.lead] = STEP * open.length;
    if (net > 0) open.push(net);
  }
}

/** Sequences inside a heredoc are no brackets of the line in which it begins. */
function netOf(tokens: FormatTokens, { lead, assign, comment }: Line): number {
  let end = lead;
  while (end < assign && tokens.codeAt(end) !== OHEREDOC) end += 1;
  return tokens.netChange(lead, end) + tokens.netChange(assign, comment);
}

function close(open: number[], count: number): void {
  let left = count;
  while (left > 0) {
    const top = open.pop();
    if (top === undefined) return;
    if (top > left) open.push(top - left);
    left -= Math.min(left, top);
  }
}
