// The canonical format (hclwrite's): only the number of blanks before tokens changes.

import type { Reporter } from "../diagnostics/diagnostic.js";
import { parseTokens } from "../syntax/parse.js";
import { alignColumns } from "./columns.js";
import { FormatTokens } from "./format-tokens.js";
import { indentLines } from "./indent.js";
import { linesOf } from "./lines.js";
import { spaceLines } from "./spaces.js";

/** The text in its canonical format. A file that does not parse is reported, and given back as it is. */
export function format(source: Uint8Array | string, filename: string, report: Reporter): string {
  const before = report.errors;
  const tokens = new FormatTokens(parseTokens(filename, source, report));
  if (report.errors > before) return typeof source === "string" ? source : Buffer.from(source).toString("utf8");
  const lines = linesOf(tokens);
  indentLines(tokens, lines);
  spaceLines(tokens, lines);
  alignColumns(tokens, lines);
  return tokens.joined();
}
