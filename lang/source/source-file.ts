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
