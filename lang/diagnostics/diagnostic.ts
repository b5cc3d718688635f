import type { SourceRange } from "../source/source-file.js";

export type Severity = "error" | "warning";

/** A sentence of the catalogue: what kind of mistake, in which words, not yet where. */
export interface Wording {
  /** Stable kebab-case id of the kind of mistake. */
  readonly code: string;
  readonly severity: Severity;
  /** Terse and constant for its code; no trailing period. HCL's and Packer's wording where scripts grep for it. */
  readonly summary: string;
  /** Full sentences: what was found, what was expected, what to do. */
  readonly detail: string;
}

/** A variable of the failing expression and what it holds, already printed and masked. */
export interface ShownValue {
  /** The traversal as written, `var.x`. */
  readonly ref: string;
  /** `is "a"`-style text without the verb: `"a"`, `list of string with 2 elements`. */
  readonly shown: string;
}

/** A mistake in a template and where it is. Inside only: what leaves the package is the Diagnostic of index.ts. */
export interface Diagnostic extends Wording {
  /** The tightest range that is wrong. */
  readonly subject?: SourceRange;
  /** What to show around it, when more than the subject's own lines helps. */
  readonly context?: SourceRange;
  readonly related?: readonly { readonly message: string; readonly range: SourceRange }[];
  readonly values?: readonly ShownValue[];
  /** The lines of the subject hold a sensitive value: where they are is told, and they are not shown. */
  readonly hidden?: boolean;
}

/** Where mistakes go. Nothing that reports also throws: it returns something usable and goes on. */
export interface Reporter {
  report(diagnostic: Diagnostic): void;
  /** How many errors (not warnings) were reported so far. */
  readonly errors: number;
}

/** Points a wording at a place. */
export function at(
  wording: Wording,
  subject: SourceRange | undefined,
  more: Pick<Diagnostic, "context" | "related" | "values"> = {},
): Diagnostic {
  return subject === undefined ? { ...wording, ...more } : { ...wording, subject, ...more };
}

/** An entry of the catalogue: a kind of error whose detail is made from typed parameters. */
export function errorEntry<A extends readonly unknown[]>(
  code: string,
  summary: string,
  detail: (...args: A) => string,
): (...args: A) => Wording {
  return (...args) => ({ code, severity: "error", summary, detail: detail(...args) });
}

/** As {@link errorEntry}, for what is worth saying and stops nothing. */
export function warningEntry<A extends readonly unknown[]>(
  code: string,
  summary: string,
  detail: (...args: A) => string,
): (...args: A) => Wording {
  return (...args) => ({ code, severity: "warning", summary, detail: detail(...args) });
}
