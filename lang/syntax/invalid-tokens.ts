// Characters that stand for nothing, told before anything is parsed: what confused the parser is then explained already.

import {
  invalidCharacter,
  invalidEncoding,
  multiLineString,
  unsupportedOperator,
} from "../diagnostics/catalog/syntax.js";
import { at, type Reporter, type Wording } from "../diagnostics/diagnostic.js";
import type { SourceFile } from "../source/source-file.js";
import type { TokenTable } from "./token-table.js";
import * as T from "./tokens.js";

const BITWISE = "Bitwise operators are not supported.";
/** Told once a file: a second one adds nothing. */
const KNOWN: Readonly<Record<string, Wording>> = {
  "&": unsupportedOperator(`${BITWISE} Did you mean boolean AND ("&&")?`),
  "|": unsupportedOperator(`${BITWISE} Did you mean boolean OR ("||")?`),
  "^": unsupportedOperator(BITWISE),
  "~": unsupportedOperator(`${BITWISE} Did you mean boolean NOT ("!")?`),
  "**": unsupportedOperator('"**" is no operator; pow(x, y) raises to a power.'),
  "'": invalidCharacter('Strings are written in double quotes ("), not in single ones.'),
  "`": invalidCharacter('The "`" character means nothing here. For a string of several lines use a heredoc ("<<EOT").'),
  ";": invalidCharacter(
    'The ";" character means nothing here. Arguments end with their lines; items of a list are separated by commas.',
  ),
};
const [QUOTED_NEWLINE, CQUOTE, BAD] = [T.codeOf(T.QuotedNewline), T.codeOf(T.CQuote), T.codeOf(T.Bad)];
const COMMENTS = T.codesOf([T.LineComment, T.BlockComment]);
const SMART_QUOTES = /^[“”‘’]$/u;

/**
 * Reports them in their order, up to one of each kind more than `most`, and says where they were. `badBytes`: offsets of characters
 * that stand for bytes that are no UTF-8, wherever they are.
 */
export function reportInvalidTokens(
  tokens: TokenTable,
  file: SourceFile,
  badBytes: ReadonlySet<number>,
  most: number,
  report: Reporter,
): readonly Place[] {
  const encoding = badBytes.size === 0 ? [] : badlyEncoded(tokens, badBytes, most);
  const found = invalidTokens(tokens, badBytes, most);
  const ordered = [...found, ...encoding].sort((a, b) => a.start - b.start);
  for (const { wording, start, end } of ordered) report.report(at(wording, { file, start, end }));
  return found;
}

interface Place {
  readonly start: number;
  readonly end: number;
}

interface Found extends Place {
  readonly wording: Wording;
}

/** For the parser: what it makes of a line from an invalid token on, or of what comes next, is no mistake of its own. */
export function withoutConsequences(places: readonly Place[], { text }: SourceFile, report: Reporter): Reporter {
  if (places.length === 0) return report;
  const follows = (start: number): boolean => {
    const last = places.findLast((place) => place.start <= start);
    if (last === undefined) return false;
    const between = text.slice(last.end, start);
    return !between.includes("\n") || between.trim() === "";
  };
  return {
    get errors() {
      return report.errors;
    },
    report(diagnostic) {
      const { subject } = diagnostic;
      if (subject === undefined || !follows(subject.start)) report.report(diagnostic);
    },
  };
}

/** A comment may hold anything. */
function badlyEncoded(tokens: TokenTable, badBytes: ReadonlySet<number>, most: number): readonly Found[] {
  const found: Found[] = [];
  let index = 0;
  // Both stand in the order of their offsets.
  for (const start of badBytes) {
    while (tokens.endAt(index) <= start) index += 1;
    if (COMMENTS[tokens.codeAt(index)] === 1) continue;
    found.push({ wording: invalidEncoding(), start, end: start + 1 });
    if (found.length > most) break;
  }
  return found;
}

function invalidTokens(tokens: TokenTable, badBytes: ReadonlySet<number>, most: number): readonly Found[] {
  const found: Found[] = [];
  const told = new Set<string>();
  let brokenString = Number.NEGATIVE_INFINITY;
  let cut = -1;
  for (const index of tokens.invalid) {
    if (found.length > most) break;
    const [code, image, start] = [tokens.codeAt(index), tokens.imageAt(index), tokens.startAt(index)];
    const place = { start, end: start + image.length };
    if (code === QUOTED_NEWLINE) {
      // The rest of the file may look like a string from here on: one message is enough.
      if (index > brokenString + 2) found.push({ wording: multiLineString(), ...place });
      brokenString = index;
    } else if (code === CQUOTE) {
      // The innermost one stands for all that the line break cut off.
      if (start > cut) found.push({ wording: multiLineString(), start, end: start + 1 });
      cut = start;
    } else if (code === BAD && !told.has(image) && !badBytes.has(start)) {
      if (Object.hasOwn(KNOWN, image)) told.add(image);
      found.push({ wording: wordingOf(image), ...place });
    }
  }
  return found;
}

function wordingOf(image: string): Wording {
  if (SMART_QUOTES.test(image)) return invalidCharacter('"Curly quotes" are no quotes in HCL: write ".');
  const known = Object.hasOwn(KNOWN, image) ? KNOWN[image] : undefined;
  return known ?? invalidCharacter(`The character ${nameOf(image)} is not used in the language.`);
}

function nameOf(image: string): string {
  const code = (image.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0");
  return /^[\p{L}\p{N}\p{P}\p{S}]$/u.test(image) ? `${JSON.stringify(image)} (U+${code})` : `U+${code}`;
}
