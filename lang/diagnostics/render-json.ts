import type { Position, SourceRange } from "../source/source-file.js";
import type { Diagnostic, Severity } from "./diagnostic.js";

/** A diagnostic as the library, `-json` and editors get it. */
export interface PublicDiagnostic {
  readonly severity: Severity;
  readonly code: string;
  readonly summary: string;
  readonly detail: string;
  readonly range?: PublicRange;
}

export interface PublicRange {
  readonly filename: string;
  readonly start: Position;
  readonly end: Position;
}

export function toPublicDiagnostic({ severity, code, summary, detail, subject }: Diagnostic): PublicDiagnostic {
  const plain = { severity, code, summary, detail };
  return subject === undefined ? plain : { ...plain, range: toPublicRange(subject) };
}

export function toPublicRange({ file, start, end }: SourceRange): PublicRange {
  return { filename: file.path, start: file.positionAt(start), end: file.positionAt(end) };
}
