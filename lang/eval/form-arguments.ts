import { notEnoughArguments, tooManyArguments } from "../diagnostics/catalog/evaluation.js";
import { at, type Reporter } from "../diagnostics/diagnostic.js";
import type { SourceFile } from "../source/source-file.js";
import type { Call, Expr } from "../syntax/ast.js";

/** The arguments of a special form with exactly these parameters; undefined when there are more or fewer, which is reported. */
export function exactly(
  call: Call,
  name: string,
  parameters: readonly string[],
  file: SourceFile,
  report: Reporter,
): readonly Expr[] | undefined {
  const missing = parameters[call.args.length];
  const context = { file, start: call.start, end: call.end };
  if (missing !== undefined) {
    const wording = notEnoughArguments(name, parameters.length, false, missing);
    report.report(at(wording, { file, start: call.close, end: call.end }, { context }));
    return undefined;
  }
  const extra = call.args[parameters.length];
  if (extra === undefined) return call.args;
  report.report(
    at(tooManyArguments(name, parameters.length), { file, start: extra.start, end: extra.end }, { context }),
  );
  return undefined;
}
