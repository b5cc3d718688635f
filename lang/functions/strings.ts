import { graphemesOf } from "../source/graphemes.js";
import { BOOL, DYNAMIC, listOf, NUMBER, STRING } from "../types/type.js";
import { isWhollyKnown } from "../values/marks.js";
import { fromInteger } from "../values/number.js";
import {
  asEntries,
  asItems,
  asString,
  isNull,
  listValue,
  numberValue,
  stringValue,
  unknownOf,
  type Value,
} from "../values/value.js";
import { argument, int64Of, onTexts, testTexts, textOf } from "./arguments.js";
import { allowing, any, defineValueFunc, defineVariadicFunc, num, str, typed } from "./define.js";
import { formatText } from "./format-verbs.js";
import { ArgError, type Func, FunctionError, ofCall } from "./func.js";
import { lowerCase, titleCase, upperCase } from "./letter-case.js";
import { allMatches, compilePattern, firstMatch, matchType, replaceMatches } from "./regex.js";

const STRINGS = listOf(STRING);

// biome-ignore format: table
export const strings: readonly Func[] = [
  defineValueFunc("chomp", "Removes the line breaks at the end.", [str("str")], STRING, onTexts((text = "") => text.replace(/[\r\n]+$/, ""))),
  defineValueFunc("endswith", "Whether a string ends with another.", [str("str"), str("suffix")], BOOL, testTexts((text = "", end = "") => text.endsWith(end))),
  defineValueFunc("indent", "Puts spaces at the beginning of every line but the first.", [num("spaces"), str("str")], STRING, indent),
  defineVariadicFunc("join", "Joins the strings of lists with a separator between them.", [str("separator")], typed("lists", listOf(STRING)), STRING, join),
  defineValueFunc("lower", "Makes all letters lower case.", [str("str")], STRING, onTexts((text = "") => lowerCase(text))),
  defineValueFunc("regex", "The first match of a regular expression.", [str("pattern"), str("string")], (args) => patternType(args, 0), regex),
  defineValueFunc("regexall", "All matches of a regular expression.", [str("pattern"), str("string")], (args) => listOf(patternType(args, 0)), regexAll),
  defineValueFunc("regex_replace", "Replaces all matches of a regular expression.", [str("str"), str("pattern"), str("replace")], STRING, regexReplace),
  defineValueFunc("replace", "Replaces all occurrences of a string.", [str("str"), str("substr"), str("replace")], STRING, onTexts(replaceAll)),
  defineValueFunc("split", "Splits a string at a separator.", [str("separator"), str("str")], STRINGS, (args) => texts(splitText(textOf(args, 0), textOf(args, 1)))),
  defineValueFunc("startswith", "Whether a string begins with another.", [str("str"), str("prefix")], BOOL, testTexts((text = "", start = "") => text.startsWith(start))),
  defineValueFunc("strcontains", "Whether a string contains another.", [str("str"), str("substr")], BOOL, testTexts((text = "", part = "") => text.includes(part))),
  defineValueFunc("strrev", "The characters in the opposite order.", [str("str")], STRING, onTexts((text = "") => [...graphemesOf(text)].reverse().join(""))),
  defineValueFunc("substr", "A part of a string, counted in characters.", [str("str"), num("offset"), num("length")], STRING, substring),
  defineValueFunc("title", "Makes the first letter of every word a capital.", [str("str")], STRING, onTexts((text = "") => titleCase(text))),
  defineValueFunc("trim", "Removes certain characters from both ends.", [str("str"), str("cutset")], STRING, onTexts(trim)),
  defineValueFunc("trimprefix", "Removes a beginning, where it is there.", [str("str"), str("prefix")], STRING, onTexts((text = "", start = "") => (text.startsWith(start) ? text.slice(start.length) : text))),
  defineValueFunc("trimspace", "Removes white space from both ends.", [str("str")], STRING, onTexts((text = "") => text.replace(LEADING_SPACE, "").replace(TRAILING_SPACE, ""))),
  defineValueFunc("trimsuffix", "Removes an ending, where it is there.", [str("str"), str("suffix")], STRING, onTexts((text = "", end = "") => (end !== "" && text.endsWith(end) ? text.slice(0, -end.length) : text))),
  defineValueFunc("upper", "Makes all letters upper case.", [str("str")], STRING, onTexts((text = "") => upperCase(text))),
  defineValueFunc("urlencode", "Escapes a string for the query part of a URL.", [str("string")], STRING, onTexts((text = "") => escapeQuery(text))),
  defineVariadicFunc("format", "Prints values into a text.", [str("format")], allowing(any("args"), "null"), STRING, (args) => stringValue(formatText(textOf(args, 0), args.slice(1), 1))),
  defineVariadicFunc("formatlist", "Prints the values of lists, one text an item.", [str("format")], allowing(any("args"), "null", "unknown"), STRINGS, formatList),
  defineValueFunc("length", "The number of characters, or of items.", [allowing(any("value"), "dynamic", "unknown")], NUMBER, (args) => length(argument(args, 0))),
];

const LEADING_SPACE = /^(?:(?!\ufeff)[\s\u0085])+/u;
const TRAILING_SPACE = /(?:(?!\ufeff)[\s\u0085])+$/u;

const texts = (items: readonly string[]): Value => listValue(STRING, items.map(stringValue));

function indent(args: readonly Value[]): Value {
  const count = int64Of(args, 0, (message) => new FunctionError(message));
  if (count < 0n) throw new FunctionError("the number of spaces can't be negative");
  if (count > 1_000_000n) throw new ArgError(0, "more than a million spaces");
  return stringValue(textOf(args, 1).replaceAll("\n", `\n${" ".repeat(Number(count))}`));
}

function join(args: readonly Value[]): Value {
  const separator = textOf(args, 0);
  if (args.length < 2) throw new FunctionError("at least one list is required");
  if (args.some((list) => !isWhollyKnown(list))) return unknownOf(STRING, { notNull: true });
  const items = args
    .slice(1)
    .flatMap((list, i) => asItems(list).map((item, j) => itemText(item, i + 1, j, args.length > 2)));
  return stringValue(items.join(separator));
}

function itemText(item: Value, list: number, index: number, several: boolean): string {
  if (!isNull(item)) return asString(item);
  const where = several ? ` of list ${list}` : "";
  throw new ArgError(list, `element ${index}${where} is null; cannot concatenate null values`);
}

function patternType(args: readonly Value[], index: number): ReturnType<typeof matchType> {
  const pattern = args[index];
  return pattern?.state === "known" ? matchType(compilePattern(asString(pattern), index), index) : DYNAMIC;
}

function regex(args: readonly Value[]): Value {
  const match = firstMatch(compilePattern(textOf(args, 0), 0), textOf(args, 1));
  if (match === undefined) throw new FunctionError("pattern did not match any part of the given string");
  return match;
}

function regexAll(args: readonly Value[]): Value {
  const pattern = compilePattern(textOf(args, 0), 0);
  return listValue(matchType(pattern, 0), allMatches(pattern, textOf(args, 1)));
}

function regexReplace(args: readonly Value[]): Value {
  const pattern = ofCall(() => compilePattern(textOf(args, 1), 1));
  return stringValue(replaceMatches(pattern, textOf(args, 0), textOf(args, 2)));
}

/** An empty `part` stands between all characters. */
function replaceAll(text = "", part = "", replacement = ""): string {
  if (part !== "") return text.replaceAll(part, () => replacement);
  return replacement + Array.from(text, (char) => char + replacement).join("");
}

function splitText(separator: string, text: string): readonly string[] {
  if (separator === "") return [...text];
  return text.split(separator);
}

/** In grapheme clusters; a negative offset counts from the end, a negative length reaches to it. */
function substring(args: readonly Value[]): Value {
  const [offset, length] = [1, 2].map((i) => Number(int64Of(args, i, (message) => new FunctionError(message))));
  const clusters = graphemesOf(textOf(args, 0));
  return stringValue(part(clusters, offset ?? 0, length ?? 0).join(""));
}

function part(clusters: readonly string[], offset: number, length: number): readonly string[] {
  if (offset < 0) {
    const start = Math.max(0, clusters.length + offset);
    // A length of zero from the end means "all of it", as in the original.
    return clusters.slice(start, length <= 0 ? undefined : start + length);
  }
  return clusters.slice(offset, length < 0 ? undefined : offset + length);
}

function trim(text = "", cutset = ""): string {
  const cut = new Set(cutset);
  const chars = [...text];
  let start = 0;
  let end = chars.length;
  while (start < end && cut.has(chars[start] ?? "")) start += 1;
  while (end > start && cut.has(chars[end - 1] ?? "")) end -= 1;
  return chars.slice(start, end).join("");
}

const escapeQuery = (text: string): string =>
  encodeURIComponent(text.replace(/\p{Surrogate}/gu, "\ufffd"))
    .replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll("%20", "+");

/** The length of a tuple or object is in its type, so it is known of an unknown one too. */
function length(value: Value): Value {
  const count = countOf(value);
  return count === undefined ? unknownOf(NUMBER, { notNull: true }) : numberValue(fromInteger(count));
}

function countOf(value: Value): number | undefined {
  switch (value.type.kind) {
    case "tuple":
      return value.type.elements.length;
    case "object":
      return value.type.attributes.size;
    case "map":
      return value.state === "known" ? asEntries(value).size : undefined;
    case "list":
    case "set":
      return value.state === "known" ? asItems(value).length : undefined;
    case "string":
      return value.state === "known" ? graphemesOf(asString(value)).length : undefined;
    case "dynamic":
      return undefined;
    default:
      throw new FunctionError("argument must be a string, a collection type, or a structural type");
  }
}

/** Lists in lock step, everything else repeated. */
function formatList(args: readonly Value[]): Value {
  const format = textOf(args, 0);
  const values = args.slice(1);
  const lists = values.map((value) => (isSequence(value) ? asItems(value) : undefined));
  if (values.length === 0) return texts([formatText(format, values, 1)]);
  // Without lists, one text of the single values.
  const size = commonLength(lists) ?? 1;
  return texts(
    Array.from({ length: size }, (_, i) =>
      iteration(
        format,
        values.map((value, j) => lists[j]?.[i] ?? value),
        i,
      ),
    ),
  );
}

const isSequence = (value: Value): boolean =>
  value.state === "known" && ["list", "set", "tuple"].includes(value.type.kind);

function commonLength(lists: readonly (readonly Value[] | undefined)[]): number | undefined {
  const first = lists.findIndex((list) => list !== undefined);
  const size = lists[first]?.length;
  lists.forEach((list, i) => {
    if (list === undefined || list.length === size) return;
    throw new ArgError(
      i + 1,
      `argument ${i + 1} has length ${list.length}, which is inconsistent with argument ${first + 1} of length ${size}`,
    );
  });
  return size;
}

function iteration(format: string, values: readonly Value[], index: number): string {
  try {
    return formatText(format, values, 1);
  } catch (error) {
    if (!(error instanceof FunctionError) && !(error instanceof ArgError)) throw error;
    throw new FunctionError(`error on format iteration ${index}: ${error.message}`);
  }
}
