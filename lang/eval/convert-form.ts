import { invalidArgument } from "../diagnostics/catalog/evaluation.js";
import { at } from "../diagnostics/diagnostic.js";
import { ConversionError, tryConvert } from "../values/convert.js";
import { UNKNOWN, unknownOf } from "../values/value.js";
import { evaluate } from "./evaluate.js";
import { exactly } from "./form-arguments.js";
import type { SpecialForm } from "./special-form.js";
import { parseTypeExpr } from "./type-expr.js";

export const convertForm: SpecialForm = {
  special: true,
  name: "convert",
  description: "Converts a value to the type that the second argument describes.",
  evaluate(call, file, context, report, depth) {
    const [expr, typeExpr] = exactly(call, "convert", ["value", "type"], file, report) ?? [];
    if (expr === undefined || typeExpr === undefined) return UNKNOWN;
    const before = report.errors;
    const value = evaluate(expr, file, context, report, depth);
    const { type } = parseTypeExpr(typeExpr, file, report, { optional: false });
    if (report.errors > before) return UNKNOWN;
    const converted = tryConvert(value, type);
    if (!(converted instanceof ConversionError)) return converted;
    const place = { file, start: expr.start, end: expr.end };
    report.report(
      at(invalidArgument("value", converted.message), place, { context: { file, start: call.start, end: call.end } }),
    );
    return unknownOf(type);
  },
};
