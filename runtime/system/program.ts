// Where programs are.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** The path of a program, on this search path; undefined when it is not there. */
export function findProgram(name: string, searchPath: string): string | undefined {
  return searchPath
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
