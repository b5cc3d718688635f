import { goQuote } from "./go-quote.js";
import { isWhollyKnown } from "./marks.js";
import { formatG, toBigInt, toDouble } from "./number.js";
import { asBool, asEntries, asItems, asNumber, asString, type Value } from "./value.js";

const MASKED = "<sensitive>";
const UNKNOWN = "<unknown>";

/**
 * As Packer's console prints a value: a string at the top as it is, nested ones quoted as Go does, collections over
 * several lines. What contains an unknown prints `<unknown>` as a whole; sensitive values are masked.
 */
export function showValue(value: Value): string {
  if (!isWhollyKnown(value)) return UNKNOWN;
  if (value.state !== "known" || value.type.kind !== "string") return nested(value, "", false);
  return value.marks.size > 0 ? MASKED : asString(value);
}

/** `hidden`: it is a part of a sensitive value. */
function nested(value: Value, indent: string, hidden: boolean): string {
  const masked = hidden || value.marks.size > 0;
  if (value.state === "unknown") return UNKNOWN;
  if (value.state === "null") return "null";
  switch (value.type.kind) {
    case "string":
      return goQuote(masked ? MASKED : asString(value));
    case "bool":
      return masked ? MASKED : String(asBool(value));
    case "number":
      return masked ? MASKED : showNumber(value);
    case "map":
    case "object":
      return showEntries([...asEntries(value)], indent, masked);
    default:
      return showItems(asItems(value), indent, masked);
  }
}

const LARGEST_INT64 = 2n ** 63n;

/** An int64 in full, anything else as the nearest float64. */
function showNumber(value: Value): string {
  const number = asNumber(value);
  const whole = toBigInt(number);
  const fits = whole !== undefined && whole >= -LARGEST_INT64 && whole < LARGEST_INT64;
  return fits ? whole.toString() : formatG(toDouble(number));
}

function showItems(items: readonly Value[], indent: string, hidden: boolean): string {
  const inner = `${indent}  `;
  const lines = items.map((item) => `${inner}${nested(item, inner, hidden)},\n`);
  return lines.length === 0 ? "[]" : `[\n${lines.join("")}${indent}]`;
}

function showEntries(entries: readonly (readonly [string, Value])[], indent: string, hidden: boolean): string {
  const inner = `${indent}  `;
  // What is null in an object or a map is not shown, as in Packer (language.md §13, 39).
  const shown = entries.filter(([, child]) => child.state !== "null");
  const lines = shown.map(([key, child]) => `${inner}${goQuote(key)} = ${nested(child, inner, hidden)}\n`);
  return lines.length === 0 ? "{}" : `{\n${lines.join("")}${indent}}`;
}
