import type { Reporter } from "../../diagnostics/diagnostic.js";
import type { SourceFile } from "../../source/source-file.js";
import type { JsonObjectNode } from "../../syntax/ast.js";
import { listField, objectOf } from "../fields.js";

/** Reports components that stand where no fix looks for them. Of provisioners, Packer takes what there is. */
export function checkFixable(file: SourceFile, object: JsonObjectNode, report: Reporter): void {
  const root = { file, report, object, where: "Error fixing: ", weak: false };
  for (const [index, builder] of listField(root, "builders", "Builders").entries())
    objectOf(root, builder, `Builders[${index}]`);
  listField(root, "post-processors", "post-processors");
}
