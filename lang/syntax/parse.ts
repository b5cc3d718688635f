import { nestedTooDeeply, tooManyMistakes } from "../diagnostics/catalog/syntax.js";
import { limitErrors } from "../diagnostics/collect.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { type SourceFile, sourceFile } from "../source/source-file.js";
import type { Expr, NativeBody, SyntaxFile, Token } from "./ast.js";
import { decodeUtf8 } from "./decode-utf8.js";
import { reportInvalidTokens, withoutConsequences } from "./invalid-tokens.js";
import { losslessTokens } from "./lossless-tokens.js";
import { DEEPEST_NESTING, type Surrounding, significantTokens } from "./newlines.js";
import { HclParser, type Reading } from "./parser.js";
import { scan } from "./scanner.js";
import type { TokenTable } from "./token-table.js";

/** An expression and the text it was read from. */
export interface ParsedExpression {
  readonly expr: Expr;
  readonly file: SourceFile;
}

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
      lossless ??= losslessTokens(tokens);
      return lossless;
    },
  };
}

/** The tokens of a file, for who needs no tree of it and so does not keep one; reports as parseFile() does. */
export const parseTokens = (path: string, text: string | Uint8Array, report: Reporter): TokenTable =>
  read(path, text, report).tokens;

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
export const tokensOf = (text: string): readonly Token[] => losslessTokens(scan(text, "code"));

const nothing = ({ file }: Reading): Expr => ({ kind: "Error", start: 0, end: file.text.length });

function theParser(): HclParser {
  parser ??= new HclParser();
  return parser;
}

function prepare(
  path: string,
  text: string,
  surrounding: Surrounding,
  badBytes: ReadonlySet<number>,
  report: Reporter,
): { readonly reading: Reading; readonly tokens: TokenTable } {
  const file = sourceFile(path, text);
  const tokens = scan(text, surrounding === "template" ? "bare" : "code");
  const invalid = reportInvalidTokens(tokens, file, badBytes, MOST_MISTAKES, report);
  const own = withoutConsequences(invalid, file, report);
  return { reading: { file, tokens: significantTokens(tokens, surrounding), report: own }, tokens };
}

function isTooDeep({ tokens, file, report }: Reading): boolean {
  if (tokens.tooDeep === undefined) return false;
  const place = { start: tokens.startAt(tokens.tooDeep), end: tokens.endAt(tokens.tooDeep) };
  report.report(at(nestedTooDeeply(DEEPEST_NESTING), { file, ...place }));
  return true;
}
