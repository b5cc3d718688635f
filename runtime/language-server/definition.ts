// Where a name is declared.

import type { SourceRange } from "../../lang/source/source-file.js";
import type { Template } from "../../lang/template/ir.js";
import type { Cursor } from "./cursor.js";

/** Undefined for what no template declares: functions, options, `build`. */
export function definitionOf({ spot, word }: Cursor, template: Template): SourceRange | undefined {
  if (spot.kind === "text" || spot.kind === "label") return sourceNamed(word, template);
  if (spot.kind !== "expression") return undefined;
  const [root, second, third] = [...spot.path, word];
  if (root === "var") return template.variables.get(second ?? "")?.range;
  if (root === "local") return template.locals.get(second ?? "")?.range;
  return root === "data" ? template.data.get(`${second}.${third}`)?.range : undefined;
}

/** `source.null.a` or `null.a`. */
export const sourceNamed = (text: string, { sources }: Template): SourceRange | undefined =>
  sources.get(text.replace(/^source\./, ""))?.range;
