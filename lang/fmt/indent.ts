import { netChange } from "./format-token.js";
import type { Line } from "./lines.js";

const STEP = 2;

/** Indents each line by the lines above it that opened more brackets than they closed: one step, however many brackets. */
export function indentLines(lines: readonly Line[]): void {
  const open: number[] = [];
  for (const line of lines) {
    const [first] = line.lead;
    if (first === undefined) continue;
    if (first.kind === "Newline") {
      first.spaces = 0;
      continue;
    }
    const net = netOf(line);
    if (net < 0) close(open, -net);
    first.spaces = STEP * open.length;
    if (net > 0) open.push(net);
  }
}

/** Sequences inside a heredoc are no brackets of the line in which it begins. */
function netOf({ lead, assign }: Line): number {
  const heredoc = lead.findIndex(({ kind }) => kind === "OHeredoc");
  return netChange(lead, 0, heredoc < 0 ? lead.length : heredoc + 1) + netChange(assign);
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
