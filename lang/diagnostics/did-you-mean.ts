/**
 * The first candidate that is less than three edits away: what HCL suggests (not the nearest). Of short names at least half
 * must be right, or any two letters would do for any other two.
 */
export const closest = (name: string, candidates: Iterable<string>): string | undefined => {
  for (const candidate of candidates) if (isNear(name, candidate)) return candidate;
  return undefined;
};

/** ` Did you mean "x"?`, or nothing. */
export function suggestion(name: string, candidates: Iterable<string>): string {
  const near = closest(name, candidates);
  return near === undefined ? "" : ` Did you mean ${JSON.stringify(near)}?`;
}

const MOST_NAMES = 12;

/** The names that there are, as far as one reads them. */
export const someOf = (names: readonly string[]): string =>
  names.length > MOST_NAMES
    ? `${names.slice(0, MOST_NAMES).join(", ")}, and ${names.length - MOST_NAMES} more`
    : names.join(", ");

const MOST_EDITS = 2;

/** By Levenshtein's distance. */
function isNear(a: string, b: string): boolean {
  const [from, to] = [[...a], [...b]];
  const most = Math.min(MOST_EDITS, Math.floor(Math.max(from.length, to.length) / 2));
  if (Math.abs(from.length - to.length) > most) return false;
  let row = Array.from({ length: to.length + 1 }, (_, j) => j);
  for (const [i, char] of from.entries()) row = nextRow(row, i, char, to);
  return (row.at(-1) ?? 0) <= most;
}

function nextRow(row: readonly number[], i: number, char: string, to: readonly string[]): number[] {
  const next = [i + 1];
  to.forEach((other, j) => {
    const [diagonal = 0, above = 0, left = 0] = [row[j], row[j + 1], next[j]];
    next.push(Math.min(above + 1, left + 1, diagonal + (char === other ? 0 : 1)));
  });
  return next;
}
