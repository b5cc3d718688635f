// One use of a component → prepared, with its mistakes told as Packer groups them.

import {
  decodingProblem,
  failedBuild,
  failedPreparing,
  optionProblem,
} from "../../lang/diagnostics/catalog/options.js";
import { collectDiagnostics } from "../../lang/diagnostics/collect.js";
import { at, type Diagnostic, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import type { SourceRange } from "../../lang/source/source-file.js";

/** A reporter that points at `fallback` what points nowhere. */
export const pointingAt = (report: Reporter, fallback: SourceRange): Reporter => ({
  get errors() {
    return report.errors;
  },
  report: (diagnostic) =>
    report.report(diagnostic.subject === undefined ? { ...diagnostic, subject: fallback } : diagnostic),
});

/** Runs `prepare`; its errors become one diagnostic, `Failed preparing KIND-block "TYPE" "NAME"`, at the first of them. */
export function preparedBlock<P>(
  kind: "provisioner" | "post-processor" | "error-cleanup-provisioner",
  use: { readonly type: string; readonly name: string; readonly range: SourceRange },
  prepare: (report: Reporter) => P | undefined,
  report: Reporter,
): P | undefined {
  return grouped(prepare, report, use.range, (errors) => failedPreparing(kind, use.type, use.name, bulletText(errors)));
}

/** As {@link preparedBlock} for a component of a legacy template: `name` is the build's. */
export function preparedLegacy<P>(
  name: string,
  range: SourceRange,
  prepare: (report: Reporter) => P | undefined,
  report: Reporter,
): P | undefined {
  return grouped(prepare, report, range, (errors) => failedBuild(name, bulletText(errors)));
}

function grouped<P>(
  prepare: (report: Reporter) => P | undefined,
  report: Reporter,
  range: SourceRange,
  wording: (errors: readonly Diagnostic[]) => Parameters<typeof at>[0],
): P | undefined {
  const own = collectDiagnostics();
  const prepared = prepare(own);
  const errors = own.diagnostics.filter(({ severity }) => severity === "error");
  for (const warning of own.diagnostics) if (warning.severity === "warning") pointingAt(report, range).report(warning);
  const [first] = errors;
  if (first === undefined) return prepared;
  report.report(
    at(wording(errors), first.subject ?? range, first.values === undefined ? {} : { values: first.values }),
  );
  return undefined;
}

const OWN_CODE = optionProblem("").code;

const DECODING_CODE = decodingProblem("").code;

/** What a component found wrong as bullets; what HCL found as `FILE:LINE,COL-COL: SUMMARY; DETAIL`. */
function bulletText(errors: readonly Diagnostic[]): string {
  const decoding = errors.filter(({ code }) => code === DECODING_CODE);
  const own = errors.filter(({ code }) => code === OWN_CODE || code.endsWith("-go-template") || code === "unknown-key");
  const others = errors.filter((error) => !own.includes(error) && !decoding.includes(error)).map(flatText);
  return [...bullets("decoding", decoding), ...bullets("occurred", own), ...others].join("\n\n");
}

const bullets = (what: string, errors: readonly Diagnostic[]): readonly string[] =>
  errors.length === 0
    ? []
    : [`${errors.length} error(s) ${what}:\n\n${errors.map((error) => `* ${ownText(error)}`).join("\n")}`];

const ownText = ({ code, summary, detail }: Diagnostic): string =>
  code === OWN_CODE || code === DECODING_CODE ? [summary, detail].filter((text) => text !== "").join("; ") : detail;

export function flatText({ subject, summary, detail }: Diagnostic): string {
  const text = detail === "" ? summary : `${summary}; ${detail}`;
  if (subject === undefined) return text;
  const [start, end] = [subject.file.positionAt(subject.start), subject.file.positionAt(subject.end)];
  const to = start.line === end.line ? String(end.column) : `${end.line},${end.column}`;
  return `${subject.file.path}:${start.line},${start.column}-${to}: ${text}`;
}
