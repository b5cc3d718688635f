export { cleanAmiName, type PackerFunctionOptions, packerFunctions } from "./functions.js";
export { FunctionFailure, type GoFunction, type ParamType } from "./go-function.js";
export { goQuote } from "./go-quote.js";
export { type GoTemplateOptions, goTemplates } from "./go-template.js";
export { GoStruct } from "./go-value.js";
export { TemplateFailure, type TemplateProblem, type TemplateRenderer } from "./renderer.js";
