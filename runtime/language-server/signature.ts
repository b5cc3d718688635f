import type { SpecialForm } from "../../lang/eval/special-form.js";
import type { Func } from "../../lang/functions/func.js";
import { typeText } from "../../lang/types/describe.js";

/** `join(separator, lists…) string`: names of parameters, and the type of the result where it is always the same. */
export function signatureOf(func: Func | SpecialForm): string {
  if ("special" in func) return `${func.name}(…)`;
  const names = func.params.map(({ name }) => name);
  const all = func.variadic === undefined ? names : [...names, `${func.variadic.name}…`];
  const result = typeof func.returns === "function" ? "" : ` ${typeText(func.returns)}`;
  return `${func.name}(${all.join(", ")})${result}`;
}
