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

/** Markers of the heredocs that are open, and how many tokens that was learned from: a heredoc may have many lines. */
interface OpenHeredocs {
  seen: number;
  readonly markers: string[];
}
const learned = new WeakMap<readonly IToken[], OpenHeredocs>();

function openMarker(matched: readonly IToken[]): string | undefined {
  const open = learned.get(matched) ?? { seen: 0, markers: [] };
  learned.set(matched, open);
  for (; open.seen < matched.length; open.seen += 1) {
    const token = matched[open.seen];
    if (token?.tokenType.name === "CHeredoc") open.markers.pop();
    if (token?.tokenType.name === "OHeredoc") open.markers.push(/<<-?([^\r\n]+)/.exec(token.image)?.[1] ?? "");
  }
  return open.markers.at(-1);
}
