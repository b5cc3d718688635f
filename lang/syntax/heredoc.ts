// Heredocs: `<<MARK` up to the end of the line, and the line that holds nothing but MARK.

import type { CustomPatternMatcherFunc, IToken } from "chevrotain";

const START = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;

export const heredocStart: CustomPatternMatcherFunc = (text, offset) => {
  START.lastIndex = offset;
  return START.exec(text);
};

/** The end of the innermost open heredoc: its marker alone on a line that is followed by another. */
export const heredocEnd: CustomPatternMatcherFunc = (text, offset, matched) => {
  if (text.charCodeAt(offset - 1) !== 0x0a) return null;
  const marker = openMarker(matched);
  const lineEnd = text.indexOf("\n", offset);
  if (marker === undefined || lineEnd < 0) return null;
  const line = text.slice(offset, lineEnd);
  return line.trim() === marker ? ([line.replace(/\r$/, "")] as unknown as RegExpExecArray) : null;
};

/** Looks back for the heredoc that is open: those closed since are skipped in pairs. */
function openMarker(matched: readonly IToken[]): string | undefined {
  let closed = 0;
  for (let i = matched.length - 1; i >= 0; i -= 1) {
    const name = matched[i]?.tokenType.name;
    if (name === "CHeredoc") closed += 1;
    if (name === "OHeredoc") {
      if (closed === 0) return /<<-?([^\r\n]+)/.exec(matched[i]?.image ?? "")?.[1];
      closed -= 1;
    }
  }
  return undefined;
}
