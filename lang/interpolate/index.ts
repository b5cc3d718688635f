export { cleanAmiName, packerFunctions } from "./functions.js";
export { goTemplates } from "./go-template.js";
export { GoStruct } from "./go-value.js";
export { placeInSource } from "./place-in-source.js";
export { TemplateFailure, type TemplateProblem, type TemplateRenderer } from "./renderer.js";
