import { operationFailed } from "../diagnostics/catalog/evaluation.js";
import { collectDiagnostics } from "../diagnostics/collect.js";
import { at, type Diagnostic, type Reporter } from "../diagnostics/diagnostic.js";
import type { SourceFile } from "../source/source-file.js";
import type { Attribute, Expr, SyntaxFile } from "../syntax/ast.js";
import { parseExpression, parseFile } from "../syntax/parse.js";
import { typeText } from "../types/describe.js";
import { encodeJson, JsonError } from "../values/json.js";
import { isWhollyKnown } from "../values/marks.js";
import type { Value } from "../values/value.js";
import type { EvalContext } from "./context.js";
import { evaluate } from "./evaluate.js";

/** A value as the library gives it: what jsonencode() prints, and its exact type. */
export interface Evaluated {
  readonly json: string;
  readonly type: string;
}

export interface EvaluatedExpression extends Partial<Evaluated> {
  readonly diagnostics: readonly Diagnostic[];
}

export interface EvaluatedAttributes {
  readonly attributes: Readonly<Record<string, Evaluated>>;
  readonly diagnostics: readonly Diagnostic[];
}

/** One expression, as a console takes it. Without `json` and `type` where there is no value to give: after an error, or while it is unknown. */
export function evaluateExpressionText(
  text: string,
  context: EvalContext,
  filename = "<expression>",
): EvaluatedExpression {
  const trouble = collectDiagnostics();
  const { expr, file } = parseExpression(text, filename, trouble);
  const value = trouble.errors > 0 ? undefined : evaluated(expr, file, context, trouble);
  return { ...value, diagnostics: trouble.diagnostics };
}

/** The attributes of a text such as `a = 1`, each evaluated for itself; blocks in it are passed over. */
export function evaluateAttributesText(
  text: string,
  context: EvalContext,
  filename = "<attributes>",
): EvaluatedAttributes {
  const trouble = collectDiagnostics();
  const file = parseFile(filename, text, trouble);
  const attributes: Record<string, Evaluated> = {};
  if (trouble.errors === 0) {
    for (const { name, value } of attributesOf(file)) {
      const result = evaluated(value, file.source, context, trouble);
      if (result !== undefined) attributes[name.text] = result;
    }
  }
  return { attributes, diagnostics: trouble.diagnostics };
}

function attributesOf({ body }: SyntaxFile): readonly Attribute[] {
  return body.kind === "Body" ? body.items.filter((item) => item.kind === "Attribute") : [];
}

function evaluated(expr: Expr, file: SourceFile, context: EvalContext, report: Reporter): Evaluated | undefined {
  const before = report.errors;
  const value = evaluate(expr, file, context, report);
  if (report.errors > before || !isWhollyKnown(value)) return undefined;
  return inJson(value, expr, file, report);
}

function inJson(value: Value, { start, end }: Expr, file: SourceFile, report: Reporter): Evaluated | undefined {
  try {
    return { json: encodeJson(value), type: typeText(value.type) };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    // An infinity is a value of the language that JSON has no word for.
    report.report(at({ ...operationFailed(error.message), severity: "warning" }, { file, start, end }));
    return undefined;
  }
}
