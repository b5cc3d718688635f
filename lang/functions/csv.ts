// CSV with the rules of Go's encoding/csv (RFC 4180; no lazy quotes).

import { FunctionError } from "./func.js";

export interface CsvRow {
  /** 1-based line on which the record starts. */
  readonly line: number;
  readonly fields: readonly string[];
}

/** Records of `text`; empty lines are skipped. Throws {@link FunctionError} as Go words it, line and column included. */
export function parseCsv(text: string): readonly CsvRow[] {
  const rows: CsvRow[] = [];
  const reader = { text: text.replaceAll("\r\n", "\n"), at: 0, line: 1 };
  while (reader.at < reader.text.length) {
    if (reader.text[reader.at] === "\n") {
      reader.at += 1;
      reader.line += 1;
    } else {
      rows.push(readRecord(reader));
    }
  }
  return rows;
}

interface Reader {
  readonly text: string;
  at: number;
  line: number;
}

function readRecord(reader: Reader): CsvRow {
  const { line } = reader;
  const fields: string[] = [];
  let lineStart = reader.at;
  for (;;) {
    const quoted = reader.text[reader.at] === '"';
    const startLine = reader.line;
    fields.push(quoted ? readQuoted(reader, line, lineStart) : readBare(reader, line, lineStart));
    if (reader.line !== startLine) lineStart = reader.text.lastIndexOf("\n", reader.at - 1) + 1;
    const separator = reader.text[reader.at];
    reader.at += 1;
    if (separator === ",") continue;
    reader.line += 1;
    return { line, fields };
  }
}

function readBare(reader: Reader, record: number, lineStart: number): string {
  const end = endOf(reader, /[,\n]/g);
  const field = reader.text.slice(reader.at, end);
  const quote = field.indexOf('"');
  if (quote >= 0) throw csvError(record, reader.line, reader.at + quote - lineStart + 1, 'bare " in non-quoted-field');
  reader.at = end;
  return field;
}

function readQuoted(reader: Reader, record: number, lineStart: number): string {
  let field = "";
  reader.at += 1;
  for (;;) {
    const quote = reader.text.indexOf('"', reader.at);
    if (quote < 0) return unterminated(reader, record);
    field += takeLines(reader, quote);
    const next = reader.text[quote + 1];
    reader.at = quote + (next === '"' ? 2 : 1);
    if (next === '"') field += '"';
    else if (next === undefined || next === "," || next === "\n") return field;
    else
      throw csvError(
        record,
        reader.line,
        quote + 1 - Math.max(lineStart, reader.text.lastIndexOf("\n", quote) + 1),
        'extraneous or missing " in quoted-field',
      );
  }
}

/** The text up to `end`, its line breaks counted. */
function takeLines(reader: Reader, end: number): string {
  const piece = reader.text.slice(reader.at, end);
  reader.line += piece.split("\n").length - 1;
  return piece;
}

function unterminated(reader: Reader, record: number): never {
  const lines = reader.text.slice(reader.at).replace(/\n$/, "").split("\n");
  throw csvError(
    record,
    reader.line + lines.length - 1,
    (lines.at(-1)?.length ?? 0) + 1,
    'extraneous or missing " in quoted-field',
  );
}

function endOf({ text, at }: Reader, pattern: RegExp): number {
  pattern.lastIndex = at;
  return pattern.exec(text)?.index ?? text.length;
}

function csvError(record: number, line: number, column: number, what: string): FunctionError {
  const where =
    record === line
      ? `parse error on line ${line}, column ${column}`
      : `record on line ${record}; parse error on line ${line}, column ${column}`;
  return new FunctionError(`${where}: ${what}`);
}
