// -only and -except: globs over the names of builds (HCL2), exact names (legacy JSON).

import { invalidPattern, unmatchedPattern } from "../../lang/diagnostics/catalog/options.js";
import { at, type Reporter } from "../../lang/diagnostics/diagnostic.js";
import { GlobError, nameGlob } from "./name-glob.js";

export interface Selection {
  readonly only: readonly string[];
  readonly except: readonly string[];
}

/** The names that are selected. A pattern that matches nothing is warned of; `others` are names that only -except may match. */
export function selectNames(
  names: readonly string[],
  others: readonly string[],
  selection: Selection,
  globs: boolean,
  report: Reporter,
): ReadonlySet<string> {
  const matchers = (flag: "only" | "except", candidates: readonly string[]): readonly Matcher[] =>
    selection[flag].map((pattern) => {
      if (!globs) return (name) => name === pattern;
      const matches = matcherOf(flag, pattern, report);
      if (matches !== undefined && !candidates.some(matches))
        report.report(at(unmatchedPattern(flag, pattern, names.join(", ")), undefined));
      // What is no pattern hides no build, and with it no mistake in one.
      return matches ?? (() => flag === "only");
    });
  const wanted = matchers("only", names);
  const unwanted = matchers("except", [...names, ...others]);
  return new Set(names.filter((name) => (wanted.length === 0 || anyOf(wanted, name)) && !anyOf(unwanted, name)));
}

type Matcher = (name: string) => boolean;

const anyOf = (matchers: readonly Matcher[], name: string): boolean => matchers.some((matches) => matches(name));

/** Undefined where the pattern is none, which is reported. */
function matcherOf(flag: "only" | "except", pattern: string, report: Reporter): Matcher | undefined {
  try {
    return nameGlob(pattern);
  } catch (error) {
    if (!(error instanceof GlobError)) throw error;
    report.report(at(invalidPattern(flag, pattern, error.problem), undefined));
    return undefined;
  }
}
