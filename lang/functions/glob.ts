// fileset()'s patterns: `*`, `?`, `[…]`, `{a,b}` within a name, `**` over folders. Matched by RE2, so that no pattern takes long.

import { FunctionError } from "./func.js";
import type { FunctionHost } from "./host.js";
import { compilePattern } from "./regex.js";

// Links can make a tree endless.
const MOST_ENTRIES = 100_000;

/** Paths, relative to `folder` and with `/`, of the regular files that match. Throws {@link FunctionError} for a bad pattern. */
export function globFiles(folder: string, pattern: string, host: FunctionHost): readonly string[] {
  const source = patternSource(pattern);
  const matcher = compilePattern(source, 1);
  const depth = pattern.includes("**") ? Number.POSITIVE_INFINITY : pattern.split("/").length;
  return filesBelow(folder, depth, host).filter((path) => matcher.matches(path));
}

/** Whether a single name matches; braces stand for themselves, as in Go's filepath.Match. Throws {@link FunctionError} for a bad pattern. */
export function nameMatcher(pattern: string): (name: string) => boolean {
  const literalBraces = pattern.replace(/\\[\s\S]|[{}]/g, (found) => (found.length === 1 ? `\\${found}` : found));
  const matcher = compilePattern(patternSource(literalBraces), 1);
  return (name) => matcher.matches(name);
}

function filesBelow(folder: string, depth: number, host: FunctionHost): readonly string[] {
  const found: string[] = [];
  const queue: { readonly path: string; readonly level: number }[] = [{ path: "", level: 1 }];
  let entries = 0;
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const { path, level } = next;
    for (const name of namesIn(`${folder}/${path}`, host)) {
      entries += 1;
      if (entries > MOST_ENTRIES)
        throw new FunctionError(`more than ${MOST_ENTRIES} files and folders below ${folder}`);
      const kind = host.kindOf(`${folder}/${path}${name}`);
      if (kind === "file") found.push(path + name);
      if (kind === "directory" && level < depth) queue.push({ path: `${path}${name}/`, level: level + 1 });
    }
  }
  return found;
}

/** A folder that is not there, or may not be read, has no files: as the original has it. */
function namesIn(folder: string, host: FunctionHost): readonly string[] {
  try {
    return host.list(folder);
  } catch (error) {
    if (error instanceof Error && "code" in error) return [];
    throw error;
  }
}

interface Cursor {
  readonly pattern: string;
  at: number;
}

function patternSource(pattern: string): string {
  const cursor = { pattern, at: 0 };
  const source = alternatives(cursor, 0);
  return `(?s)^${source}$`;
}

/** A sequence up to the end, or inside braces (`depth` > 0) up to `,` or `}`. */
function alternatives(cursor: Cursor, depth: number): string {
  let source = "";
  while (cursor.at < cursor.pattern.length) {
    const char = cursor.pattern.charAt(cursor.at);
    if (depth > 0 && (char === "," || char === "}")) return source;
    cursor.at += 1;
    source += piece(char, cursor, depth);
  }
  if (depth > 0) throw badPattern();
  return source;
}

function piece(char: string, cursor: Cursor, depth: number): string {
  switch (char) {
    case "*":
      return star(cursor);
    case "?":
      return "[^/]";
    case "[":
      return characterClass(cursor);
    case "{":
      return group(cursor, depth + 1);
    case "\\":
      if (cursor.at >= cursor.pattern.length) throw badPattern();
      cursor.at += 1;
      return literal(cursor.pattern.charAt(cursor.at - 1));
    default:
      return literal(char);
  }
}

/** `**` is special only as a whole name: between slashes, or at an end. */
function star(cursor: Cursor): string {
  const { pattern, at } = cursor;
  const opens = at === 1 || "/{,".includes(pattern.charAt(at - 2));
  if (pattern.charAt(at) !== "*") return "[^/]*";
  cursor.at += 1;
  const next = pattern.charAt(at + 1);
  if (opens && next === "/") {
    cursor.at += 1;
    return "(?:[^/]+/)*";
  }
  return opens && (next === "" || next === "," || next === "}") ? ".*" : "[^/]*";
}

function group(cursor: Cursor, depth: number): string {
  const choices: string[] = [];
  for (;;) {
    choices.push(alternatives(cursor, depth));
    cursor.at += 1;
    if (cursor.pattern.charAt(cursor.at - 1) === "}") return `(?:${choices.join("|")})`;
  }
}

function characterClass(cursor: Cursor): string {
  const [whole, negation, body] = /^([!^]?)((?:\\[\s\S]|[^\]\\])+)\]/.exec(cursor.pattern.slice(cursor.at)) ?? [];
  if (whole === undefined || body === undefined) throw badPattern();
  cursor.at += whole.length;
  const inner = body.replace(/\\([\s\S])|([[&~^])/g, (_, escaped?: string, special?: string) =>
    literal(escaped ?? special ?? ""),
  );
  return `[${negation === "" ? "" : "^/"}${inner}]`;
}

const literal = (char: string): string => (/[\\^$.*+?()[\]{}|/-]/.test(char) ? `\\${char}` : char);

const badPattern = (): FunctionError => new FunctionError("failed to glob pattern: syntax error in pattern");
