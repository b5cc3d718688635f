// Heredocs: `<<MARK` up to the end of the line, and the line that holds nothing but MARK.

export interface HeredocStart {
  readonly marker: string;
  readonly end: number;
}

export function heredocStart(text: string, start: number): HeredocStart | undefined {
  if (!text.startsWith("<<", start)) return undefined;
  // Made by its first use: ICU takes most of a millisecond to gather these classes.
  const pattern = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;
  pattern.lastIndex = start;
  const marker = pattern.exec(text)?.[1];
  return marker === undefined ? undefined : { marker, end: pattern.lastIndex };
}

/** Where the marker of the heredoc that is open ends: alone on a line that is followed by another. Undefined where text goes on. */
export function heredocEnd(text: string, start: number, marker: string): number | undefined {
  if (text.charAt(start - 1) !== "\n") return undefined;
  const lineEnd = text.indexOf("\n", start);
  if (lineEnd < 0 || text.slice(start, lineEnd).trim() !== marker) return undefined;
  return text.charAt(lineEnd - 1) === "\r" ? lineEnd - 1 : lineEnd;
}
