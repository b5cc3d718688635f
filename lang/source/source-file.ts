import { graphemeCount } from "./graphemes.js";

/** 1-based line and column; columns count grapheme clusters, bytes count UTF-8 from zero, as HCL reports them. */
export interface Position {
  readonly line: number;
  readonly column: number;
  readonly byte: number;
}

/** A text and the name under which users know it (a path as they typed it, or `<value for var.x from env>`). */
export interface SourceFile {
  readonly path: string;
  /** Without a byte order mark. Offsets everywhere are UTF-16 indexes into this. */
  readonly text: string;
  positionAt(offset: number): Position;
}

/** Half-open: `end` is the offset after the last character. */
export interface SourceRange {
  readonly file: SourceFile;
  readonly start: number;
  readonly end: number;
}

/** Positions are computed when asked for: most files have no mistake in them. */
export function sourceFile(path: string, text: string): SourceFile {
  let lines: LineStarts | undefined;
  return {
    path,
    text,
    positionAt(offset) {
      lines ??= lineStarts(text);
      return positionIn(text, lines, Math.max(0, Math.min(offset, text.length)));
    },
  };
}

interface LineStarts {
  readonly offsets: readonly number[];
  readonly bytes: readonly number[];
}

function lineStarts(text: string): LineStarts {
  const offsets = [0];
  const bytes = [0];
  let byte = 0;
  for (let start = 0, end = text.indexOf("\n"); end >= 0; start = end + 1, end = text.indexOf("\n", start)) {
    byte += Buffer.byteLength(text.slice(start, end + 1));
    offsets.push(end + 1);
    bytes.push(byte);
  }
  return { offsets, bytes };
}

function positionIn(text: string, { offsets, bytes }: LineStarts, offset: number): Position {
  const line = lineOf(offsets, offset);
  const before = text.slice(offsets[line], offset);
  return { line: line + 1, column: graphemeCount(before) + 1, byte: (bytes[line] ?? 0) + Buffer.byteLength(before) };
}

/** Index of the last start that is not behind `offset`. */
function lineOf(starts: readonly number[], offset: number): number {
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}
