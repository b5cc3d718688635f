import type { SpecialForm } from "../lang/eval/special-form.js";
import type { Func } from "../lang/functions/func.js";
import { signatureOf } from "../runtime/language-server/signature.js";
import { table } from "./markdown.js";

export function functionPage(functions: readonly (Func | SpecialForm)[]): string {
  const sorted = [...functions].sort((a, b) => (a.name < b.name ? -1 : 1));
  const rows = sorted.map((func) => [`\`${signatureOf(func)}\``, func.description]);
  return `# Functions\n\n${table(["function", ""], rows)}\n`;
}
