import { nestedTooDeeply, tooManyMistakes } from "../diagnostics/catalog/syntax.js";
import { limitErrors } from "../diagnostics/collect.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import { type SourceFile, sourceFile } from "../source/source-file.js";
import type { Expr, NativeBody, SyntaxFile, Token } from "./ast.js";
import { decodeUtf8 } from "./decode-utf8.js";
import { reportInvalidTokens, withoutConsequences } from "./invalid-tokens.js";
import { losslessTokens } from "./lossless-tokens.js";
import { DEEPEST_NESTING, type Surrounding, significantTokens } from "./newlines.js";
import { HclParser } from "./parser.js";
import type { Reading } from "./reporting-parser.js";
import { type OutermostMode, scan } from "./scanner.js";
import { SignificantTokens } from "./significant-tokens.js";
import type { TokenTable } from "./token-table.js";

/** An expression and the text it was read from. */
export interface ParsedExpression {
  readonly expr: Expr;
  readonly file: SourceFile;
}

/** Of one file, as many as are told. */
const MOST_MISTAKES = 100;

let parser: HclParser | undefined;

/**
 * A file of native syntax. What can be read is there whatever was reported. With `mayReadLater` all mistakes are found as well, but
 * plain bodies become nodes when somebody looks into them.
 */
export function parseFile(
  path: string,
  text: string | Uint8Array,
  report: Reporter,
  { mayReadLater = false }: Pick<Reading, "mayReadLater"> = {},
): SyntaxFile {
  const own = limitErrors(report, MOST_MISTAKES, tooManyMistakes());
  const { tokens, ...scanned } = scanFile(path, text, own);
  const significant = significantTokens(tokens, "body", SignificantTokens.inPlaceOf(tokens));
  const body = readBody({ ...scanned, tokens: significant, mayReadLater }, own);
  let lossless: readonly Token[] | undefined;
  return {
    source: scanned.file,
    body,
    // Few ask for them.
    get tokens() {
      lossless ??= tokensOf(scanned.file.text);
      return lossless;
    },
  };
}

/** The tokens of a file, for who needs no tree of it and so does not keep one; reports as parseFile() does. */
export function parseTokens(path: string, text: string | Uint8Array, report: Reporter): TokenTable {
  const own = limitErrors(report, MOST_MISTAKES, tooManyMistakes());
  const scanned = scanFile(path, text, own);
  readBody(
    { ...scanned, tokens: significantTokens(scanned.tokens, "body"), mayReadLater: true, forMistakes: true },
    own,
  );
  return scanned.tokens;
}

/** A bare expression, in which newlines do not count. */
export function parseExpression(text: string, filename: string, report: Reporter): ParsedExpression {
  const reading = prepare(filename, text, "flat", report);
  const expr: Expr = isTooDeep(reading) ? nothing(reading) : theParser().readExpression(reading);
  return { expr, file: reading.file };
}

/** A template without quotes: no backslash escapes, as in templatefile() and in the strings of HCL-JSON. */
export function parseTemplate(text: string, filename: string, report: Reporter): ParsedExpression {
  const reading = prepare(filename, text, "template", report);
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

/** All tokens of a text; those that are wrong by themselves were reported. */
interface Scanned {
  readonly file: SourceFile;
  readonly tokens: TokenTable;
  /** Passes on what does not follow from them. */
  readonly report: Reporter;
}

function scanFile(path: string, text: string | Uint8Array, report: Reporter): Scanned {
  const { text: decoded, badBytes } = decodeUtf8(text);
  return scanText(path, decoded, "code", report, badBytes);
}

function scanText(
  path: string,
  text: string,
  outermost: OutermostMode,
  report: Reporter,
  badBytes: ReadonlySet<number> = new Set(),
): Scanned {
  const file = sourceFile(path, text);
  const tokens = scan(text, outermost);
  const invalid = reportInvalidTokens(tokens, file, badBytes, MOST_MISTAKES, report);
  return { file, tokens, report: withoutConsequences(invalid, file, report) };
}

function prepare(path: string, text: string, surrounding: Surrounding, report: Reporter): Reading {
  const { tokens, ...scanned } = scanText(path, text, surrounding === "template" ? "bare" : "code", report);
  return { ...scanned, tokens: significantTokens(tokens, surrounding, SignificantTokens.inPlaceOf(tokens)) };
}

function readBody(reading: Reading, limit: { readonly full: boolean }): NativeBody {
  const { length } = reading.file.text;
  if (isTooDeep(reading)) return { kind: "Body", items: [], start: 0, end: length };
  return theParser().readFile({ ...reading, isHopeless: () => limit.full });
}

function isTooDeep({ tokens, file, report }: Reading): boolean {
  if (tokens.tooDeep === undefined) return false;
  const place = { start: tokens.startAt(tokens.tooDeep), end: tokens.endAt(tokens.tooDeep) };
  report.report(at(nestedTooDeeply(DEEPEST_NESTING), { file, ...place }));
  return true;
}
