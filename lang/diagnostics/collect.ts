import type { SourceFile } from "../source/source-file.js";
import type { Diagnostic, Reporter, Wording } from "./diagnostic.js";

export interface Collector extends Reporter {
  /** In the order of reporting. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A reporter that keeps what it is told; the same mistake at the same place is kept once. */
export function collectDiagnostics(): Collector {
  const diagnostics: Diagnostic[] = [];
  const seen = new Set<string>();
  let errors = 0;
  return {
    diagnostics,
    get errors() {
      return errors;
    },
    report(diagnostic) {
      // Counted all the same: who reports one must be able to tell that something went wrong, each time.
      if (diagnostic.severity === "error") errors += 1;
      const key = identityOf(diagnostic);
      if (seen.has(key)) return;
      seen.add(key);
      diagnostics.push(diagnostic);
    },
  };
}

/** As a reader meets them: file by file, from top to bottom; then other files in the order of their first mention, then what has no place. */
export function inFileOrder(diagnostics: readonly Diagnostic[], files: readonly SourceFile[]): readonly Diagnostic[] {
  const ranks = new Map(files.map(({ path }, i) => [path, i]));
  for (const { subject } of diagnostics)
    if (subject !== undefined && !ranks.has(subject.file.path)) ranks.set(subject.file.path, ranks.size);
  const rankOf = ({ subject }: Diagnostic): number =>
    subject === undefined ? Number.POSITIVE_INFINITY : (ranks.get(subject.file.path) ?? 0);
  return [...diagnostics].sort((a, b) => {
    const [first, second] = [rankOf(a), rankOf(b)];
    return first === second ? (a.subject?.start ?? 0) - (b.subject?.start ?? 0) : first - second;
  });
}

/** Passes the first `most` errors on, then `last` at the next one's place, and nothing more: enough to see what is wrong with a file. */
export function limitErrors(report: Reporter, most: number, last: Wording): Reporter & { readonly full: boolean } {
  let passed = 0;
  return {
    get errors() {
      return report.errors;
    },
    get full() {
      return passed > most;
    },
    report(diagnostic) {
      if (diagnostic.severity === "error") passed += 1;
      if (passed <= most) report.report(diagnostic);
      else if (passed === most + 1) report.report({ ...diagnostic, ...last });
    },
  };
}

/** A reporter that counts and forgets: for try(), can() and speculative evaluation. */
export function muteReporter(): Reporter {
  let errors = 0;
  return {
    get errors() {
      return errors;
    },
    report(diagnostic) {
      if (diagnostic.severity === "error") errors += 1;
    },
  };
}

/** Passes on what is wrong with a sensitive value: its lines are not shown. */
export function hidingSource(report: Reporter): Reporter {
  return {
    get errors() {
      return report.errors;
    },
    report: (diagnostic) => report.report({ ...diagnostic, hidden: true }),
  };
}

function identityOf({ code, summary, detail, subject }: Diagnostic): string {
  const place = subject === undefined ? "" : `${subject.file.path}:${subject.start}-${subject.end}`;
  return JSON.stringify([code, place, summary, detail]);
}
