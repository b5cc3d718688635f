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
  const search = new InvalidTokens(tokens, badBytes);
  for (const index of tokens.invalid) {
    if (search.found.length > most) break;
    search.look(index);
  }
  return search.found;
}

class InvalidTokens {
  readonly found: Found[] = [];
  readonly #tokens: TokenTable;
  readonly #badBytes: ReadonlySet<number>;
  /** Of characters that are told of once. */
  readonly #told = new Set<string>();
  /** Index of the last line break in a string that goes on behind it. */
  #brokenString = Number.NEGATIVE_INFINITY;
  /** Offset of the last line break that ends a string. */
  #cut = -1;

  constructor(tokens: TokenTable, badBytes: ReadonlySet<number>) {
    this.#tokens = tokens;
    this.#badBytes = badBytes;
  }

  look(index: number): void {
    const code = this.#tokens.codeAt(index);
    const place = { start: this.#tokens.startAt(index), end: this.#tokens.endAt(index) };
    if (code === QUOTED_NEWLINE) this.#lineBreak(index, place);
    else if (code === CQUOTE) this.#stringEnd(place);
    else if (code === BAD) this.#character(this.#tokens.imageAt(index), place);
  }

  /** The rest of the file may look like a string from here on: one message is enough. */
  #lineBreak(index: number, place: Place): void {
    if (index > this.#brokenString + 2) this.found.push({ wording: multiLineString(), ...place });
    this.#brokenString = index;
  }

  /** The innermost one stands for all that the line break cut off. */
  #stringEnd({ start }: Place): void {
    if (start > this.#cut) this.found.push({ wording: multiLineString(), start, end: start + 1 });
    this.#cut = start;
  }

  #character(image: string, place: Place): void {
    if (this.#told.has(image) || this.#badBytes.has(place.start)) return;
    if (Object.hasOwn(KNOWN, image)) this.#told.add(image);
    this.found.push({ wording: wordingOf(image), ...place });
  }
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
