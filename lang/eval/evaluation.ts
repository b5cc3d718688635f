import { at, type Reporter, type Wording } from "../diagnostics/diagnostic.js";
import type { SourceFile, SourceRange } from "../source/source-file.js";
import type { Expr } from "../syntax/ast.js";
import { referencesOf } from "../syntax/references.js";
import type { Value } from "../values/value.js";
import type { EvalContext } from "./context.js";
import { shownValues } from "./shown-values.js";

/** Deeper than any template needs, and well within the stack. */
export const DEPTH_LIMIT = 600;

/** What every part of the evaluator is handed: where it is, what it may refer to, where mistakes go. */
export interface Evaluation {
  readonly file: SourceFile;
  readonly context: EvalContext;
  readonly report: Reporter;
  /** How many expressions are around this one. */
  readonly depth: number;
  /** Evaluates an expression inside the present one. */
  readonly inner: (expr: Expr, evaluation: Evaluation) => Value;
}

/** A node, or offsets within one. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export const rangeOf = ({ file }: Evaluation, { start, end }: Span): SourceRange => ({ file, start, end });

export const evaluateInner = (expr: Expr, evaluation: Evaluation): Value => evaluation.inner(expr, evaluation);

/** The same evaluation with another reporter, or in another scope. */
export const changed = (
  evaluation: Evaluation,
  change: Partial<Pick<Evaluation, "context" | "report">>,
): Evaluation => ({ ...evaluation, ...change });

/** Reports a mistake at `place`, with the values of the variables in `involved`. */
export function complain(
  evaluation: Evaluation,
  wording: Wording,
  place: Span,
  more: { context?: Span; involved?: readonly Expr[] } = {},
): void {
  const references = (more.involved ?? []).flatMap((expr) => referencesOf(expr, evaluation.file));
  const values = shownValues(references, evaluation.context);
  evaluation.report.report(
    at(wording, rangeOf(evaluation, place), {
      ...(more.context === undefined ? {} : { context: rangeOf(evaluation, more.context) }),
      ...(values.length === 0 ? {} : { values }),
    }),
  );
}
