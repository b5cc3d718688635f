// What in the value of a legacy variable is not settled when it is first rendered. Both scans are linear in the text.

import { goQuote } from "../values/go-quote.js";

/**
 * Puts each `{{ .X }}` so that rendering prints it as it stands: only the place where the variable is used knows the data.
 * A field has at most one space before its dot and ends at the next `}}` of its line.
 */
export function keepFields(text: string): string {
  let out = "";
  let from = 0;
  let close = -1;
  let lineEnd = -1;
  for (let open = text.indexOf("{{"); open >= 0; open = text.indexOf("{{", Math.max(open + 1, from))) {
    if (close < open) close = text.indexOf("}}", open);
    if (lineEnd < open) lineEnd = indexOrEnd(text, "\n", open);
    if (close < 0) break;
    if (close > lineEnd || !startsField(text, open + 2)) continue;
    out += `${text.slice(from, open)}{{${goQuote(text.slice(open, close + 2))}}}`;
    from = close + 2;
  }
  return out + text.slice(from);
}

const startsField = (text: string, at: number): boolean =>
  text[at] === "." || (/\s/.test(text[at] ?? "") && text[at + 1] === ".");

function indexOrEnd(text: string, part: string, from: number): number {
  const index = text.indexOf(part, from);
  return index < 0 ? text.length : index;
}

/** Whether another variable is used, so that a later pass must render it again. Only backquoted names count, as in Packer. */
export function usesVariables(text: string): boolean {
  return text.split("\n").some((line) => {
    const start = /\{\{\s*user\s*`/.exec(line);
    return start !== null && /`\s*\}\}/.test(line.slice(start.index + start[0].length));
  });
}
