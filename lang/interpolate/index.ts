export { cleanAmiName, packerFunctions } from "./functions.js";
export { goTemplates } from "./go-template.js";
export { GoStruct } from "./go-value.js";
export { TemplateFailure, type TemplateRenderer } from "./renderer.js";
