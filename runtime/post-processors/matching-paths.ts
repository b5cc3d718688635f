import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { nameMatcher } from "../../lang/functions/glob.js";

/**
 * The paths that match, sorted, as written relative or absolute: `*`, `?` and `[…]` stand within one name (Go's filepath.Glob).
 * Empty when there are none.
 */
export function matchingPaths(pattern: string, cwd: string): readonly string[] {
  const absolute = pattern.startsWith("/");
  let found: readonly string[] = [absolute ? "/" : ""];
  for (const name of pattern.split("/").filter((part) => part !== "")) {
    found = found.flatMap((folder) => inFolder(folder, name, cwd));
  }
  return pattern === "" ? [] : found;
}

const at = (path: string, cwd: string): string => (path.startsWith("/") ? path : join(cwd, path));

function inFolder(folder: string, name: string, cwd: string): readonly string[] {
  const path = (child: string): string =>
    folder === "" || folder === "/" ? `${folder}${child}` : `${folder}/${child}`;
  if (!/[*?[\\]/.test(name))
    return statSync(at(path(name), cwd), { throwIfNoEntry: false }) === undefined ? [] : [path(name)];
  if (statSync(at(folder, cwd), { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  const matches = nameMatcher(name);
  return readdirSync(at(folder, cwd)).filter(matches).sort().map(path);
}
