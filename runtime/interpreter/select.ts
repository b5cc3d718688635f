// -only and -except: globs over the names of builds (HCL2), exact names (legacy JSON).

import { invalidPattern, unmatchedPattern } from "../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";

export interface Selection {
  readonly only: readonly string[];
  readonly except: readonly string[];
}

/** The names that are selected. A pattern that matches nothing is warned of; `others` are names that only -except may match. */
export function selectNames(
  names: readonly string[],
  others: readonly string[],
  { only, except }: Selection,
  globs: boolean,
  report: Reporter,
): ReadonlySet<string> {
  const matcher = (pattern: string): ((name: string) => boolean) =>
    globs ? globMatcher(pattern) : (name) => name === pattern;
  const warn = (flag: "only" | "except", pattern: string, candidates: readonly string[]): void => {
    if (globs && !isUnfinished(pattern) && !candidates.some(matcher(pattern)))
      report.report(at(unmatchedPattern(flag, pattern, names.join(", ")), undefined));
  };
  if (globs) {
    for (const flag of ["only", "except"] as const)
      for (const pattern of { only, except }[flag])
        if (isUnfinished(pattern)) report.report(at(invalidPattern(flag, pattern), undefined));
  }
  for (const pattern of only) warn("only", pattern, names);
  for (const pattern of except) warn("except", pattern, [...names, ...others]);
  const wanted = names.filter((name) => only.length === 0 || only.some((pattern) => matcher(pattern)(name)));
  return new Set(wanted.filter((name) => !except.some((pattern) => matcher(pattern)(name))));
}

/** A `[` that nothing closes. What is left of `{a,b}` after the flag was split at its commas is taken as text, as in Packer. */
const isUnfinished = (pattern: string): boolean => /(?:^|[^\\])\[[^\]]*$/.test(pattern.replace(/\[!?[^\]]+\]/g, "x"));

/** `*` (also across dots), `?`, `[a-z]`, `[!a]`, `{a,b}`, `\` escapes. A broken pattern is taken as text. */
export function globMatcher(pattern: string): (name: string) => boolean {
  const parts = pattern.match(/\\[\s\S]|\*+|\?|\[!?[^\]]+\]|\{[^{}]*\}|[\s\S]/g) ?? [];
  const source = parts.map(globPart).join("");
  const expression = new RegExp(`^${source}$`, "su");
  return (name) => expression.test(name);
}

function globPart(part: string): string {
  if (part.startsWith("*")) return ".*?";
  if (part === "?") return ".";
  if (/^\[.+\]$/.test(part))
    return `[${part.startsWith("[!") ? "^" : ""}${part.slice(part.startsWith("[!") ? 2 : 1, -1).replace(/[\\^[]/g, "\\$&")}]`;
  if (/^\{.*\}$/s.test(part)) return `(?:${part.slice(1, -1).split(",").map(escaped).join("|")})`;
  return escaped(part.startsWith("\\") && part.length > 1 ? part.slice(1) : part);
}

const escaped = (text: string): string => text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
