import { callFailed } from "../diagnostics/catalog/evaluation.js";
import { collectDiagnostics, muteReporter } from "../diagnostics/collect.js";
import { at, type Diagnostic } from "../diagnostics/diagnostic.js";
import { BOOL } from "../types/type.js";
import { boolValue, UNKNOWN, unknownOf } from "../values/value.js";
import { evaluate } from "./evaluate.js";
import { exactly } from "./form-arguments.js";
import type { SpecialForm } from "./special-form.js";
import { dependsOnUnknowns } from "./unknown-parts.js";

export const tryForm: SpecialForm = {
  special: true,
  name: "try",
  description: "Gives the value of its first argument that evaluates without an error.",
  evaluate(call, file, context, report, depth) {
    const failures: Diagnostic[] = [];
    for (const arg of call.args) {
      if (dependsOnUnknowns(arg, file, context)) return UNKNOWN;
      const trouble = collectDiagnostics();
      const value = evaluate(arg, file, context, trouble, depth);
      if (trouble.errors === 0) return value;
      for (const failure of trouble.diagnostics) failures.push(failure);
    }
    const why = call.args.length === 0 ? "at least one argument is required" : noneSucceeded(failures);
    report.report(at(callFailed("try", why), { file, start: call.start, end: call.end }));
    return UNKNOWN;
  },
};

function noneSucceeded(failures: readonly Diagnostic[]): string {
  const lines = failures.map(({ summary, detail, subject }) => {
    const place = subject?.file.positionAt(subject.start);
    const where = place === undefined ? "" : ` (at ${subject?.file.path}:${place.line},${place.column})`;
    return `- ${summary}${where}\n  ${detail}\n`;
  });
  return `no expression succeeded:\n${lines.join("")}\nAt least one expression must produce a successful result`;
}

export const canForm: SpecialForm = {
  special: true,
  name: "can",
  description: "Whether its argument evaluates without an error.",
  evaluate(call, file, context, report, depth) {
    const args = exactly(call, "can", ["expression"], file, report);
    const [expr] = args ?? [];
    if (expr === undefined || dependsOnUnknowns(expr, file, context)) return unknownOf(BOOL, { notNull: true });
    const mute = muteReporter();
    evaluate(expr, file, context, mute, depth);
    return boolValue(mute.errors === 0);
  },
};
