// Paths as Go's path/filepath cleans them, without asking the world.

/** The shortest name of the same place: `a//b/../c/.` is `a/c`; "" is `.`. */
export function cleanPath(path: string): string {
  const rooted = path.startsWith("/");
  const kept: string[] = [];
  for (const name of path.split("/")) {
    if (name === "" || name === ".") continue;
    if (name !== "..") kept.push(name);
    else if (kept.length > 0 && kept.at(-1) !== "..") kept.pop();
    else if (!rooted) kept.push("..");
  }
  const joined = kept.join("/");
  return rooted ? `/${joined}` : joined === "" ? "." : joined;
}

export const isAbsolute = (path: string): boolean => path.startsWith("/");

/** `path` seen from `folder`, unless it is absolute already. */
export const resolveFrom = (folder: string, path: string): string =>
  cleanPath(isAbsolute(path) ? path : `${folder}/${path}`);

/** The last name; trailing slashes do not count. "." for "", "/" for the root. */
export function baseName(path: string): string {
  if (path === "") return ".";
  const trimmed = path.replace(/\/+$/, "");
  return trimmed === "" ? "/" : trimmed.slice(trimmed.lastIndexOf("/") + 1);
}

export function dirName(path: string): string {
  return cleanPath(path.slice(0, path.lastIndexOf("/") + 1));
}

/** `~` and `~/x` with the home folder; undefined for another user's home, which nobody here knows. */
export function expandHome(path: string, home: string): string | undefined {
  if (!path.startsWith("~")) return path;
  if (path !== "~" && !path.startsWith("~/")) return undefined;
  return path === "~" ? home : cleanPath(`${home}/${path.slice(2)}`);
}
