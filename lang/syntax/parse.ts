import type { IToken } from "chevrotain";
import { nestedTooDeeply, tooManyMistakes } from "../diagnostics/catalog/syntax.js";
import { limitErrors } from "../diagnostics/collect.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { type SourceFile, sourceFile } from "../source/source-file.js";
import type { Expr, NativeBody, SyntaxFile, Token } from "./ast.js";
import { decodeUtf8 } from "./decode-utf8.js";
import { reportInvalidTokens, withoutConsequences } from "./invalid-tokens.js";
import { lexTokens, publicTokens } from "./lexer.js";
import { significantTokens } from "./newlines.js";
import { HclParser, type Reading } from "./parser.js";
import { isClosing, isOpening } from "./recovery.js";

/** An expression and the text it was read from. */
export interface ParsedExpression {
  readonly expr: Expr;
  readonly file: SourceFile;
}

/** Brackets, blocks, strings and template sequences inside one another. */
export const DEEPEST_NESTING = 250;

/** Of one file, as many as are told. */
const MOST_MISTAKES = 100;

let parser: HclParser | undefined;

/** A file of native syntax. What can be read is there whatever was reported. */
export function parseFile(path: string, text: string | Uint8Array, report: Reporter): SyntaxFile {
  const { source, body, tokens } = read(path, text, report);
  let lossless: readonly Token[] | undefined;
  return {
    source,
    body,
    // Few ask for them.
    get tokens() {
      lossless ??= publicTokens(tokens);
      return lossless;
    },
  };
}

/** The tokens of a file, for who needs no tree of it and so does not keep one; reports as parseFile() does. */
export const parseTokens = (path: string, text: string | Uint8Array, report: Reporter): readonly Token[] =>
  publicTokens(read(path, text, report).tokens);

function read(path: string, text: string | Uint8Array, report: Reporter) {
  const { text: decoded, badBytes } = decodeUtf8(text);
  const own = limitErrors(report, MOST_MISTAKES, tooManyMistakes());
  const { reading, tokens } = prepare(path, decoded, "body", badBytes, own);
  const { length } = reading.file.text;
  const body: NativeBody = isTooDeep(reading)
    ? { kind: "Body", items: [], start: 0, end: length }
    : theParser().readFile({ ...reading, isHopeless: () => own.full });
  return { source: reading.file, body, tokens };
}

/** A bare expression, in which newlines do not count. */
export function parseExpression(text: string, filename: string, report: Reporter): ParsedExpression {
  const { reading } = prepare(filename, text, "flat", new Set(), report);
  const expr: Expr = isTooDeep(reading) ? nothing(reading) : theParser().readExpression(reading);
  return { expr, file: reading.file };
}

/** A template without quotes: no backslash escapes, as in templatefile() and in the strings of HCL-JSON. */
export function parseTemplate(text: string, filename: string, report: Reporter): ParsedExpression {
  const { reading } = prepare(filename, text, "template", new Set(), report);
  const expr: Expr = isTooDeep(reading) ? nothing(reading) : theParser().readTemplate(reading);
  return { expr, file: reading.file };
}

/** The lossless tokens of a text, whatever is wrong with it. */
export const tokensOf = (text: string): readonly Token[] => publicTokens(lexTokens(text, "code"));

const nothing = ({ file }: Reading): Expr => ({ kind: "Error", start: 0, end: file.text.length });

function theParser(): HclParser {
  parser ??= new HclParser();
  return parser;
}

function prepare(
  path: string,
  text: string,
  outermost: "body" | "flat" | "template",
  badBytes: ReadonlySet<number>,
  report: Reporter,
): { readonly reading: Reading; readonly tokens: readonly IToken[] } {
  const file = sourceFile(path, text);
  const tokens = lexTokens(text, outermost === "template" ? "bare" : "code");
  const invalid = reportInvalidTokens(tokens, file, badBytes, MOST_MISTAKES, report);
  const own = withoutConsequences(invalid, file, report);
  return { reading: { file, tokens: significantTokens(tokens, outermost), report: own }, tokens };
}

/** The parser calls itself for each level: beyond the limit it is not asked. */
function isTooDeep({ tokens, file, report }: Reading): boolean {
  let depth = 0;
  for (const { tokenType, startOffset, image } of tokens) {
    if (isOpening(tokenType)) depth += 1;
    else if (isClosing(tokenType)) depth -= 1;
    if (depth <= DEEPEST_NESTING) continue;
    report.report(at(nestedTooDeeply(DEEPEST_NESTING), { file, start: startOffset, end: startOffset + image.length }));
    return true;
  }
  return false;
}
