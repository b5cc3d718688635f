import type { SourceFile } from "../source/source-file.js";
import type { Expr } from "../syntax/ast.js";
import { referencesOf } from "../syntax/references.js";
import { isWhollyKnown } from "../values/marks.js";
import type { EvalContext } from "./context.js";
import { valueOfReference } from "./shown-values.js";

/** Whether something that the expression refers to is not known yet, so that no one can say if it will succeed. */
export function dependsOnUnknowns(expr: Expr, file: SourceFile, context: EvalContext): boolean {
  return referencesOf(expr, file).some((reference) => {
    const value = valueOfReference(reference, context);
    return value !== undefined && !isWhollyKnown(value);
  });
}
