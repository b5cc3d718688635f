import type { Wording } from "../diagnostics/diagnostic.js";

/** Ends the reading of a body item; the parser reports it and goes on behind the item. */
export class SyntaxMistake extends Error {
  readonly wording: Wording;
  readonly start: number;
  readonly end: number;

  constructor(wording: Wording, start: number, end: number) {
    super(wording.summary);
    this.wording = wording;
    this.start = start;
    this.end = end;
  }
}
