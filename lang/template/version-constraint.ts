// Version constraints as hashicorp/go-version reads them: `>= 1.0, < 2`, `~> 1.6.0`.

interface Version {
  readonly segments: readonly number[];
  readonly given: number;
  readonly prerelease: string;
}

interface Constraint {
  readonly operator: string;
  readonly version: Version;
}

const VERSION = /^v?(\d+(?:\.\d+)*)(?:-([0-9A-Za-z.-]+))?(?:\+[0-9A-Za-z.-]+)?$/;

/** Undefined when the text is no version. */
function parseVersion(text: string): Version | undefined {
  const match = VERSION.exec(text);
  if (match === null) return undefined;
  const segments = (match[1] ?? "").split(".").map(Number);
  return {
    segments: [...segments, 0, 0].slice(0, Math.max(3, segments.length)),
    given: segments.length,
    prerelease: match[2] ?? "",
  };
}

/** Undefined when the text is no constraint. */
export function parseConstraints(text: string): readonly Constraint[] | undefined {
  const constraints = text.split(",").map(parseConstraint);
  const valid = constraints.filter((constraint) => constraint !== undefined);
  return valid.length === constraints.length ? valid : undefined;
}

function parseConstraint(text: string): Constraint | undefined {
  const [, operator = "", rest] = /^\s*(!=|>=|<=|~>|=|>|<)?\s*(\S+)\s*$/.exec(text) ?? [];
  const version = rest === undefined ? undefined : parseVersion(rest);
  return version === undefined ? undefined : { operator: operator === "" ? "=" : operator, version };
}

export const hasPrerelease = (constraints: readonly Constraint[]): boolean =>
  constraints.some(({ version }) => version.prerelease !== "");

/** Whether `version` (without a pre-release part) meets all constraints of a text that is one. */
export function satisfies(version: string, constraints: readonly Constraint[]): boolean {
  const running = parseVersion(version);
  return running !== undefined && constraints.every((constraint) => meets(running, constraint));
}

function meets(running: Version, { operator, version }: Constraint): boolean {
  // A constraint with a pre-release only admits pre-releases of the same version.
  if (version.prerelease !== "")
    return operator === "!=" || operator === "<" || operator === "<=" ? compare(running, version) !== 0 : false;
  const order = compare(running, version);
  switch (operator) {
    case "=":
      return order === 0;
    case "!=":
      return order !== 0;
    case ">":
      return order > 0;
    case "<":
      return order < 0;
    case ">=":
      return order >= 0;
    case "<=":
      return order <= 0;
    default:
      return order >= 0 && samePrefix(running, version);
  }
}

/** `~>`: every segment but the last given one is fixed. */
const samePrefix = (running: Version, { segments, given }: Version): boolean =>
  segments.slice(0, given - 1).every((segment, i) => running.segments[i] === segment);

function compare(a: Version, b: Version): number {
  for (let i = 0; i < Math.max(a.segments.length, b.segments.length); i += 1) {
    const difference = (a.segments[i] ?? 0) - (b.segments[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
