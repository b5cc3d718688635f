// The library: what leaves the package. See README for an example.

export type { PublicDiagnostic as Diagnostic, PublicRange as Range } from "./lang/diagnostics/render-json.js";
export type { Body } from "./lang/syntax/ast.js";
export type { Template } from "./lang/template/ir.js";
export type { Artifact } from "./runtime/contract/artifact.js";
export type { BuildOutcome, RunEvent } from "./runtime/contract/events.js";
export type { Plan } from "./runtime/interpreter/plan-types.js";
export {
  type BuildOptions,
  build,
  type EvaluateOptions,
  evaluateAttributes,
  evaluateExpression,
  formatHcl,
  loadTemplate,
  parseHcl,
  TemplateError,
  type TemplateOptions,
  validate,
} from "./runtime/library.js";
