// Chevrotain's parser without its self-analysis at the start of every run: the analysis records each rule and works out which
// tokens begin which alternative, 8 ms of the 40 that `validate` takes beside Node. What it finds is in lookahead.gen.ts.
// The grammar is LL(1), with gates.

import { NoViableAltException, type TokenType } from "chevrotain";
import { LazyTokensParser } from "./lazy-tokens-parser.js";

/** A place where a rule decides by the next token; `first`: of each alternative, or of the one that is optional. */
export interface Decision {
  /** Chevrotain's number for the place. */
  readonly key: number;
  /** The rule and the production, for who reads the file. */
  readonly place: string;
  /** Names of tokens; null for an alternative that may be empty, and so fits everything. */
  readonly first: readonly (readonly string[] | null)[];
}

interface Alternative {
  readonly GATE?: () => boolean;
}
/** Asked by OR with its alternatives, and by the others without: which one, or whether at all. */
type Decide = (this: Upcoming, alternatives?: readonly Alternative[]) => number | boolean | undefined;
interface Upcoming {
  codeAhead(distance: number): number;
}

/** What Chevrotain 11.2 keeps to itself. */
interface Internals {
  selfAnalysisDone: boolean;
  setLaFuncCache(key: number, decide: Decide): void;
  SAVE_ERROR(error: Error): Error;
}

export abstract class AnalysedParser extends LazyTokensParser {
  /** In place of performSelfAnalysis(), when all rules are defined. */
  protected adoptAnalysis(decisions: readonly Decision[], vocabulary: readonly TokenType[]): void {
    const internals = this as unknown as Internals;
    const types = new Map(vocabulary.map((type) => [type.name, type]));
    for (const { key, first } of decisions) {
      const begins = first.map((names) => names?.flatMap((name) => indexesOf(types.get(name))));
      internals.setLaFuncCache(key, begins.length === 1 ? whether(begins[0]) : which(begins));
    }
    internals.selfAnalysisDone = true;
  }

  /** Chevrotain's own makes a list of what was expected, from the grammar that was not recorded; parse-errors.ts asks for no list. */
  protected raiseNoAltException(): never {
    throw (this as unknown as Internals).SAVE_ERROR(new NoViableAltException("", this.LA(1), this.LA(0)));
  }
}

/** The number of a token type, and of those that are of its category. */
const indexesOf = (type: TokenType | undefined): readonly number[] =>
  type === undefined ? [] : [type.tokenTypeIdx ?? 0, ...(type.categoryMatches ?? [])];

function whether(first: readonly number[] = []): Decide {
  const begins: boolean[] = [];
  for (const type of first) begins[type] = true;
  return function () {
    return begins[this.codeAhead(1)] === true;
  };
}

/** The first alternative that the token begins and whose gate, if it has one, is open. */
function which(first: readonly (readonly number[] | undefined)[]): Decide {
  const empty = first.flatMap((types, alternative) => (types === undefined ? [alternative] : []));
  const begun: number[][] = [];
  for (const [alternative, types = []] of first.entries())
    for (const type of types) begun[type] = [...(begun[type] ?? []), alternative];
  return function (alternatives = []) {
    for (const alternative of begun[this.codeAhead(1)] ?? []) {
      const gate = alternatives[alternative]?.GATE;
      if (gate === undefined || gate.call(this)) return alternative;
    }
    return empty[0];
  };
}
