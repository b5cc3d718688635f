import { formatNumber, isInfinite } from "./number.js";
import { asBool, asEntries, asItems, asNumber, asString, type Value } from "./value.js";

/** Infinity, and what is not known, have no JSON. */
export class JsonError extends Error {
  override readonly name = "JsonError";
}

/** Exactly what jsonencode() gives for a wholly known value: Go's escapes, sorted keys, numbers in full. Throws {@link JsonError}. Marks are ignored. */
export function encodeJson(value: Value): string {
  if (value.state === "unknown") throw new JsonError("value is not known");
  if (value.state === "null") return "null";
  switch (value.type.kind) {
    case "string":
      return quoteJson(asString(value));
    case "bool":
      return String(asBool(value));
    case "number":
      return encodeNumber(value);
    case "map":
    case "object":
      return `{${[...asEntries(value)].map(([key, child]) => `${quoteJson(key)}:${encodeJson(child)}`).join(",")}}`;
    default:
      return `[${asItems(value).map(encodeJson).join(",")}]`;
  }
}

function encodeNumber(value: Value): string {
  const number = asNumber(value);
  if (isInfinite(number)) throw new JsonError("cannot serialize infinity as JSON");
  return formatNumber(number);
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON escapes them
const ESCAPED = /["\\\u0000-\u001f<>&\u2028\u2029]|[\ud800-\udfff]/gu;

/** A JSON string with Go's escapes: also of `<`, `>`, `&` and the two line separators. */
export const quoteJson = (text: string): string => `"${text.replace(ESCAPED, escaped)}"`;

const SHORT: Readonly<Record<string, string>> = { '"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t" };

function escaped(char: string): string {
  const short = SHORT[char];
  if (short !== undefined) return short;
  const code = char.charCodeAt(0);
  // Half of a surrogate pair can't be written in UTF-8.
  return code >= 0xd800 && code <= 0xdfff ? "\ufffd" : `\\u${code.toString(16).padStart(4, "0")}`;
}
