// Diagnostics for a person: HCL's layout, with the source lines and carets below what is wrong.

import { graphemesOf } from "../source/graphemes.js";
import type { SourceFile, SourceRange } from "../source/source-file.js";
import type { Diagnostic, ShownValue } from "./diagnostic.js";

export interface RenderOptions {
  /** Columns to wrap details at. */
  readonly width: number;
  readonly colour: boolean;
}

/** More than anybody reads. */
const MOST_DIAGNOSTICS = 500;
// A detail that quotes what it found may quote the whole file.
const LONGEST_DETAIL = 10_000;

/** In their order, each closed by an empty line; what is beyond {@link MOST_DIAGNOSTICS} is counted. */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions): string {
  const shown = diagnostics.slice(0, MOST_DIAGNOSTICS).map((diagnostic) => renderOne(diagnostic, options));
  const rest = diagnostics.length - shown.length;
  return shown.join("") + (rest === 0 ? "" : `… and ${rest} more.\n`);
}

function renderOne(diagnostic: Diagnostic, { width, colour }: RenderOptions): string {
  const { severity, summary, detail, subject, context, values = [], related = [], hidden = false } = diagnostic;
  const painter = painterFor(colour, severity);
  const blocks = [
    `${painter.heading(severity === "error" ? "Error: " : "Warning: ")}${painter.bold(summary)}`,
    subject === undefined ? "" : excerpt(subject, context, painter, hidden),
    values.length === 0 ? "" : valueLines(values),
    detail === "" ? "" : wrapped(clipped(detail), width),
    ...related.map(({ message, range }) => `${message}\n${excerpt(range, undefined, painter)}`),
  ];
  return `${blocks.filter((block) => block !== "").join("\n\n")}\n\n`;
}

interface Painter {
  heading(text: string): string;
  bold(text: string): string;
  mark(text: string): string;
}

const PLAIN: Painter = { heading: (text) => text, bold: (text) => text, mark: (text) => text };

function painterFor(colour: boolean, severity: Diagnostic["severity"]): Painter {
  if (!colour) return PLAIN;
  const sgr = (code: string) => (text: string) => `\u001b[${code}m${text}\u001b[0m`;
  return {
    heading: sgr(severity === "error" ? "1;31" : "1;33"),
    bold: sgr("1"),
    mark: sgr(severity === "error" ? "31" : "33"),
  };
}

// A subject over many lines is shown by its first ones.
const MOST_LINES = 6;
// A line of a minified file would fill the screen.
const LONGEST_LINE = 200;

function excerpt(subject: SourceRange, context: SourceRange | undefined, painter: Painter, hidden = false): string {
  const { file } = subject;
  const first = file.positionAt(subject.start).line;
  const block = enclosingBlock(subject);
  const heading = `  on ${file.path} line ${first}${block === undefined ? ":" : `, in ${block}:`}`;
  if (hidden) return `${heading}\n  (sensitive: not shown)`;
  const from = context === undefined ? subject.start : Math.min(subject.start, context.start);
  const to = context === undefined ? subject.end : Math.max(subject.end, context.end);
  return [heading, ...sourceLines(file, from, to, subject, painter)].join("\n");
}

function sourceLines(
  file: SourceFile,
  from: number,
  to: number,
  subject: SourceRange,
  painter: Painter,
): readonly string[] {
  const lines: string[] = [];
  // What ends with a line break ends on that line, not on the next one.
  const last = to > from && file.text[to - 1] === "\n" ? to - 1 : to;
  let start = file.text.lastIndexOf("\n", from - 1) + 1;
  for (let number = file.positionAt(from).line; start <= last && start <= file.text.length; number += 1) {
    if (lines.length >= MOST_LINES * 2) return [...lines, "    …"];
    const newline = file.text.indexOf("\n", start);
    const end = newline < 0 ? file.text.length : newline;
    lines.push(...numberedLine(file.text.slice(start, end).replace(/\r$/, ""), number, start, subject, painter));
    if (newline < 0) break;
    start = newline + 1;
  }
  return lines;
}

/** The line, and carets below the part of it that is the subject. */
function numberedLine(
  line: string,
  number: number,
  offset: number,
  { start, end }: SourceRange,
  painter: Painter,
): readonly string[] {
  const prefix = `${String(number).padStart(4)}: `;
  const from = Math.max(0, Math.min(line.length, start - offset));
  const to = Math.max(from, Math.min(line.length, end - offset));
  const cut = from > LONGEST_LINE ? from - LONGEST_LINE / 2 : 0;
  const shown = line.slice(cut, cut + LONGEST_LINE);
  const text = `${prefix}${cut > 0 ? "…" : ""}${shown}${cut + LONGEST_LINE < line.length ? "…" : ""}`;
  const inside = start < offset + line.length + 1 && end >= offset;
  if (!inside || (from === to && start < offset)) return [text];
  const indent = `${" ".repeat(prefix.length + (cut > 0 ? 1 : 0))}${blankOf(line.slice(cut, from))}`;
  return [
    text,
    painter.mark(`${indent}${"^".repeat(Math.max(1, widthOf(line.slice(from, Math.min(to, cut + LONGEST_LINE)))))}`),
  ];
}

/** White space as wide as the text: tabs stay tabs. */
const blankOf = (text: string): string =>
  graphemesOf(text)
    .map((char) => (char === "\t" ? "\t" : " ".repeat(columnsOf(char))))
    .join("");
const widthOf = (text: string): number => graphemesOf(text).reduce((sum, char) => sum + columnsOf(char), 0);

/** East Asian wide characters and emoji take two columns of a terminal. */
const columnsOf = (char: string): number =>
  /^[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|^\p{Emoji_Presentation}/u.test(
    char,
  )
    ? 2
    : 1;

/** The header of the outermost block that the subject stands in, when it is not the header itself. */
function enclosingBlock({ file, start }: SourceRange): string | undefined {
  if (!file.path.endsWith(".hcl")) return undefined;
  const blocks = outermostBlocks(file);
  let low = 0;
  let high = blocks.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((blocks[middle]?.start ?? 0) <= start) low = middle + 1;
    else high = middle;
  }
  const block = blocks[low - 1];
  return block !== undefined && start <= block.end ? block.header : undefined;
}

interface OutermostBlock {
  readonly header: string;
  /** Behind the header, and at the end of the block. */
  readonly start: number;
  readonly end: number;
}
const remembered = new WeakMap<SourceFile, readonly OutermostBlock[]>();

function outermostBlocks(file: SourceFile): readonly OutermostBlock[] {
  const known = remembered.get(file);
  if (known !== undefined) return known;
  // A block header at the beginning of a line. Read from the text, because a diagnostic knows no tree.
  const headers =
    /^([ \t]*)([\p{ID_Start}_][\p{ID_Continue}-]*(?:[ \t]+(?:"[^"\n]*"|[\p{ID_Start}_][\p{ID_Continue}-]*))*)[ \t]*\{/gmu;
  const blocks: OutermostBlock[] = [];
  let closed = 0;
  for (const match of file.text.matchAll(headers)) {
    if (match[1] !== "" || match.index < closed) continue;
    closed = closeOf(file.text, match.index);
    const header = (match[2] ?? "").replace(/[ \t]+/g, " ");
    blocks.push({ header, start: match.index + match[0].length, end: closed });
  }
  remembered.set(file, blocks);
  return blocks;
}

/** Blocks at the left margin close at the left margin, in files as people write them. */
function closeOf(text: string, from: number): number {
  const lineEnd = text.indexOf("\n", from);
  if (lineEnd < 0 || /\}[ \t\r]*$/.test(text.slice(from, lineEnd))) return lineEnd < 0 ? text.length : lineEnd;
  const close = text.indexOf("\n}", lineEnd - 1);
  return close < 0 ? text.length : close + 2;
}

function valueLines(values: readonly ShownValue[]): string {
  return `with ${values.map(({ ref, shown }) => `${ref} as ${shown}`).join(",\n     ")}.`;
}

const clipped = (text: string): string => (text.length > LONGEST_DETAIL ? `${text.slice(0, LONGEST_DETAIL)}…` : text);

/** Greedily at spaces; words are never broken, line breaks of the text stay. */
function wrapped(text: string, width: number): string {
  return text
    .trimEnd()
    .split("\n")
    .flatMap((line) => wrapLine(line, width))
    .join("\n");
}

function wrapLine(line: string, width: number): readonly string[] {
  const [, indent = "", rest = ""] = /^( *)([\s\S]*)$/.exec(line) ?? [];
  const lines: string[] = [];
  let current = indent;
  for (const [i, word] of rest.split(" ").entries()) {
    if (i > 0 && current.length + 1 + word.length > width) {
      lines.push(current);
      current = word;
    } else {
      current += i === 0 ? word : ` ${word}`;
    }
  }
  return [...lines, current];
}
