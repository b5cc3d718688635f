import { RunError } from "../../runtime/contract/errors.js";

/**
 * The values of one EC2 filter: a CSV record, as the Amazon plugin reads it since 1.0. Blanks before a field are left out, a quoted
 * field may hold commas, a stray quote stands for itself. Throws {@link RunError} for an empty text.
 */
export function parseFilterValues(name: string, text: string): readonly string[] {
  if (text === "") throw new RunError(`the filter ${name} has no value`);
  const values: string[] = [];
  let rest = text.trimStart();
  for (;;) {
    const quoted = /^"((?:[^"]|"")*)"\s*(,|$)/.exec(rest);
    const [whole, field = "", end = ""] = quoted ?? /^([^,]*)(,|$)/.exec(rest) ?? [rest, rest, ""];
    values.push(quoted === null ? field : field.replaceAll('""', '"'));
    if (end === "") return values;
    rest = rest.slice(whole.length).trimStart();
  }
}
