import { FIXERS } from "./fixers.js";
import { isObject, type Json, type Options, parseJson, printJson } from "./json.js";

export { checkFixable } from "./fixable.js";
export { FIXERS } from "./fixers.js";

/** The text of a legacy template, which must be a JSON object, with everything renamed that has new names. Ends with a line break. */
export function fixTemplate(text: string): string {
  const template = parseJson(text);
  if (!isObject(template)) return `${printJson(template)}\n`;
  const parts = {
    builder: objectsIn(template.get("builders")),
    provisioner: objectsIn(template.get("provisioners")),
    postProcessor: objectsIn(template.get("post-processors")),
  };
  for (const fixer of FIXERS) {
    for (const kind of ["builder", "provisioner", "postProcessor"] as const) {
      const fix = fixer[kind];
      if (fix !== undefined) for (const options of parts[kind]) fix(options);
    }
  }
  if (!template.has("builders")) template.set("builders", null);
  return `${printJson(template)}\n`;
}

/** Whether `fix` takes this option away from a component: it has another name today, or none. */
export function isFixed(kind: "builder" | "other", type: string, option: string): boolean {
  // A value of the wrong type is left alone, and which type is right only the fixer knows.
  return SAMPLES.some((sample) => {
    const options: Options = new Map([
      ["type", type],
      [option, sample],
    ]);
    for (const { builder, provisioner, postProcessor } of FIXERS) {
      if (kind === "builder") builder?.(options);
      else for (const fix of [provisioner, postProcessor]) fix?.(options);
    }
    return !options.has(option);
  });
}

const SAMPLES: readonly Json[] = ["x", true];

/** Components; post-processors may stand in chains. */
function objectsIn(list: Json | undefined): readonly Options[] {
  if (!Array.isArray(list)) return [];
  return list.flatMap((entry) => (Array.isArray(entry) ? entry : [entry])).filter(isObject);
}
