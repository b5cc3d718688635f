// What the grammar's rules stand on: the text that is read, the tokens ahead, and mistakes.

import { EOF, type IToken, type TokenType } from "chevrotain";
import { at, type Reporter, type Wording } from "../diagnostics/diagnostic.js";
import type { SourceFile } from "../source/source-file.js";
import { AnalysedParser } from "./analysed-parser.js";
import type { Expr } from "./ast.js";
import { SyntaxMistake } from "./mistake.js";
import { endOf, NOWHERE, type Place } from "./nodes.js";
import { misreading } from "./parse-errors.js";
import { behindItem } from "./recovery.js";
import type { SignificantTokens } from "./significant-tokens.js";

/** What is read, and who hears of mistakes. */
export interface Reading {
  readonly file: SourceFile;
  readonly tokens: SignificantTokens;
  readonly report: Reporter;
  /** Bodies that cannot hold a mistake may wait until somebody looks into them. */
  readonly mayReadLater?: boolean;
  /** Nobody wants the tree: blocks are left out of it, so that a large file's is not there as a whole. */
  readonly forMistakes?: boolean;
  /** After so many mistakes the rest of the file is passed over. */
  readonly isHopeless?: () => boolean;
}

export abstract class ReportingParser extends AnalysedParser {
  #reading: Reading | undefined;
  /** Whether the last mistake was that the file ended too early. */
  #ranOut = false;

  /** Every rule that is called next reads from the beginning. */
  protected begin(reading: Reading): void {
    this.#reading = reading;
    this.#ranOut = false;
    this.readTokens(reading.tokens);
  }

  /** Undefined while the rules are recorded. */
  protected get reading(): Reading | undefined {
    return this.#reading;
  }

  protected get file(): SourceFile {
    if (this.#reading === undefined) throw new Error("nothing is being read");
    return this.#reading.file;
  }

  protected get ranOut(): boolean {
    return this.#ranOut;
  }

  /** Whether one of those is next. Otherwise what begins with them need not be tried: trying makes objects, for each operand. */
  protected mayGoOn(codes: Uint8Array): boolean {
    return this.RECORDING_PHASE || codes[this.codeAhead(1)] === 1;
  }

  protected isNext(...types: readonly TokenType[]): boolean {
    const code = this.codeAhead(1);
    return types.some((type) => type.tokenTypeIdx === code);
  }

  /** Refuses anything but `type` as the next token. */
  protected need(type: TokenType, wording: (found: IToken) => Wording): void {
    this.ACTION(() => {
      if (!this.isNext(type)) this.fail(wording(this.LA(1)));
    });
  }

  /** Makes a node, unless the rules are being recorded: their tokens hold nothing. */
  protected made<N>(make: () => N): N {
    // While recording nobody looks at what a rule gives.
    return this.RECORDING_PHASE ? (NOWHERE as N) : make();
  }

  protected placeOf(token: IToken): Place {
    const { length } = this.file.text;
    return token.tokenType === EOF ? { start: length, end: length } : { start: token.startOffset, end: endOf(token) };
  }

  protected fail(wording: Wording, from: IToken = this.LA(1), to: IToken = from): never {
    throw new SyntaxMistake(wording, this.placeOf(from).start, this.placeOf(to).end);
  }

  protected report(wording: Wording, token: IToken): void {
    this.reportAt(wording, this.placeOf(token));
  }

  protected reportAt(wording: Wording, place: Place): void {
    this.#reading?.report.report(at(wording, { file: this.file, ...place }));
  }

  protected complain(error: unknown): void {
    const { wording, start, end } =
      error instanceof SyntaxMistake ? error : misreading(error, (token) => this.placeOf(token));
    this.#ranOut = this.isNext(EOF);
    this.#reading?.report.report(at(wording, { file: this.file, start, end }));
  }

  /** What stands for a text that could not be read. */
  protected unread(error: unknown): Expr {
    this.complain(error);
    return { kind: "Error", start: 0, end: this.file.text.length };
  }

  /** Goes on behind the item that begins at the offset: its brackets closed, its line at an end. */
  protected skipBehind(start: number): void {
    if (this.RECORDING_PHASE || this.#reading === undefined) return;
    const { tokens, isHopeless } = this.#reading;
    const behind =
      isHopeless?.() === true ? tokens.length : behindItem(tokens, tokens.positionOf(start), this.position);
    this.pass(behind - this.position);
  }
}
