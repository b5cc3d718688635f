// Regular expressions of RE2, by the re2js package: no look-around, no back-references, no catastrophic pattern.

import { DYNAMIC, objectOf, STRING, type Type, tupleOf } from "../types/type.js";
import { nullOf, objectValue, stringValue, tupleValue, type Value } from "../values/value.js";
import { ArgError } from "./func.js";
import { compileRe2 } from "./re2.js";

type Pattern = ReturnType<typeof compileRe2>;

/** A match: where it stands, and its groups (0 is the whole); null where a group took no part. */
interface Match {
  readonly start: number;
  readonly end: number;
  readonly groups: readonly (string | null)[];
}

/** Throws {@link ArgError} for argument `index` when `source` is no pattern of RE2. */
export function compilePattern(source: string, index: number): Pattern {
  try {
    return compileRe2(source);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^error parsing regexp: /, "") : String(error);
    throw new ArgError(index, `invalid regular expression pattern: ${reason}`);
  }
}

const groupNames = (pattern: Pattern): readonly string[] =>
  Object.entries(pattern.namedGroups())
    .sort(([, a], [, b]) => a - b)
    .map(([name]) => name);

/** What a match becomes: a string without groups, a tuple with unnamed ones, an object when all are named. */
export function matchType(pattern: Pattern, index: number): Type {
  const names = groupNames(pattern);
  const count = pattern.groupCount();
  if (count === 0) return STRING;
  if (names.length === 0) return tupleOf(Array.from({ length: count }, () => STRING));
  if (names.length !== count) {
    throw new ArgError(index, "invalid regular expression pattern: cannot mix both named and unnamed capture groups");
  }
  return objectOf(new Map(names.map((name) => [name, STRING])));
}

/** The first match in `text`, undefined when there is none. */
export function firstMatch(pattern: Pattern, text: string): Value | undefined {
  const [match] = matchesOf(pattern, text, 1);
  return match === undefined ? undefined : matchValue(pattern, match);
}

export const allMatches = (pattern: Pattern, text: string): readonly Value[] =>
  matchesOf(pattern, text).map((match) => matchValue(pattern, match));

function matchValue(pattern: Pattern, { groups: [whole = "", ...groups] }: Match): Value {
  if (groups.length === 0) return stringValue(whole ?? "");
  const values = groups.map((group) => (group === null ? nullOf(STRING) : stringValue(group)));
  const named = pattern.namedGroups();
  const names = Object.keys(named);
  if (names.length === 0) return tupleValue(values);
  return objectValue(names.map((name) => [name, values[(named[name] ?? 1) - 1] ?? nullOf(DYNAMIC)] as const));
}

/** As Go finds them: an empty match right behind another match does not count. */
function matchesOf(pattern: Pattern, text: string, limit = Number.POSITIVE_INFINITY): readonly Match[] {
  const matcher = pattern.matcher(text);
  const matches: Match[] = [];
  let lastEnd = -1;
  while (matches.length < limit && matcher.find()) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (end > start || start !== lastEnd) {
      const groups = Array.from({ length: matcher.groupCount() + 1 }, (_, i) => matcher.group(i));
      matches.push({ start, end, groups });
    }
    lastEnd = end;
  }
  return matches;
}

/** Replaces every match; `$1`, `${1}`, `$name`, `${name}` in `replacement` are groups, `$$` is a dollar (Go's Expand). */
export function replaceMatches(pattern: Pattern, text: string, replacement: string): string {
  const named = pattern.namedGroups();
  let result = "";
  let at = 0;
  for (const match of matchesOf(pattern, text)) {
    result += text.slice(at, match.start) + expand(replacement, match, named);
    at = match.end;
  }
  return result + text.slice(at);
}

function expand(replacement: string, { groups }: Match, named: Readonly<Record<string, number>>): string {
  // The longest run of word characters is the name: $1x is the group "1x".
  const reference = /\$(?:\$|([\p{L}\p{Nd}_]+)|\{([\p{L}\p{Nd}_]+)\})/gu;
  return replacement.replace(reference, (whole, bare?: string, braced?: string) => {
    const name = bare ?? braced;
    if (name === undefined) return whole === "$$" ? "$" : whole;
    const index = /^\d+$/.test(name) ? Number(name) : Object.hasOwn(named, name) ? named[name] : undefined;
    return index === undefined ? "" : (groups[index] ?? "");
  });
}
