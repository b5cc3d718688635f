// The globs of -only and -except, as Packer reads them: `*` (also across dots), `?`, `[a-z]`, `[!a]`, `{a,b}`, `\` escapes.
// A group that nothing closes goes on to the end.

/** Why a pattern is none, in Packer's words. */
export type GlobProblem =
  | "unexpected end of input"
  | "could not parse range"
  | "expected close range character"
  | `hi character '${string}' should be greater than lo '${string}'`;

/** Throws {@link GlobError}. */
export function nameGlob(pattern: string): (name: string) => boolean {
  const reader = { chars: [...pattern], at: 0 };
  const source = sequence(reader, false);
  const expression = new RegExp(`^${source}$`, "su");
  return (name) => expression.test(name);
}

export class GlobError extends Error {
  readonly problem: GlobProblem;

  constructor(problem: GlobProblem) {
    super(problem);
    this.problem = problem;
  }
}

interface Reader {
  readonly chars: readonly string[];
  at: number;
}

const peek = ({ chars, at }: Reader): string => chars[at] ?? "";

/** The next character; "" at the end. */
function take(reader: Reader): string {
  const char = peek(reader);
  reader.at += 1;
  return char;
}

/** As a regular expression; inside a group up to what ends the alternative. */
function sequence(reader: Reader, inGroup: boolean): string {
  let source = "";
  while (peek(reader) !== "" && !(inGroup && ",}".includes(peek(reader)))) source += part(reader);
  return source;
}

function part(reader: Reader): string {
  const char = take(reader);
  switch (char) {
    case "*":
      return ".*?";
    case "?":
      return ".";
    case "[":
      return `[${characterClass(reader)}]`;
    case "{":
      return group(reader);
    case "\\":
      return escaped(take(reader));
    default:
      return escaped(char);
  }
}

function group(reader: Reader): string {
  const alternatives = [sequence(reader, true)];
  while (take(reader) === ",") alternatives.push(sequence(reader, true));
  return `(?:${alternatives.join("|")})`;
}

/** One range, or a list of characters. */
function characterClass(reader: Reader): string {
  const negation = peek(reader) === "!" ? "^" : "";
  if (negation !== "") reader.at += 1;
  const range = reader.chars[reader.at + 1] === "-" ? rangeOf(reader) : listOf(reader);
  return negation + range;
}

function rangeOf(reader: Reader): string {
  const low = take(reader);
  reader.at += 1;
  const high = required(reader);
  if (codeOf(high) < codeOf(low)) throw new GlobError(`hi character '${high}' should be greater than lo '${low}'`);
  if (required(reader) !== "]") throw new GlobError("expected close range character");
  return `${escaped(low)}-${escaped(high)}`;
}

function listOf(reader: Reader): string {
  let source = "";
  for (let char = required(reader); char !== "]"; char = required(reader))
    source += escaped(char === "\\" ? required(reader) : char);
  if (source === "") throw new GlobError("could not parse range");
  return source;
}

function required(reader: Reader): string {
  const char = take(reader);
  if (char === "") throw new GlobError("unexpected end of input");
  return char;
}

const codeOf = (char: string): number => char.codePointAt(0) ?? 0;

// A backslash before a hyphen is allowed in classes alone.
const escaped = (char: string): string =>
  char === "-" ? "\\x2d" : /^[\\^$.*+?()[\]{}|/]$/.test(char) ? `\\${char}` : char;
