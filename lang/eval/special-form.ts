import type { Reporter } from "../diagnostics/diagnostic.js";
import type { SourceFile } from "../source/source-file.js";
import type { Call } from "../syntax/ast.js";
import type { Value } from "../values/value.js";
import type { EvalContext } from "./context.js";

/** A function that is handed its arguments unevaluated. */
export interface SpecialForm {
  readonly special: true;
  readonly name: string;
  /** One sentence; `docs/` and hovers print it. */
  readonly description: string;
  /** `depth`: how many expressions are around the call; hand it on to what is evaluated inside. */
  readonly evaluate: (call: Call, file: SourceFile, context: EvalContext, report: Reporter, depth: number) => Value;
}
