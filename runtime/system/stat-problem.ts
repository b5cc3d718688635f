import { statSync } from "node:fs";
import { join } from "node:path";
import { systemReason } from "./system-error.js";

/** Why nothing can be had at a path, in the words that Go programs print; undefined when something is there. */
export function statProblem(path: string, cwd: string): string | undefined {
  try {
    statSync(path.startsWith("/") ? path : join(cwd, path));
    return undefined;
  } catch (error) {
    return `stat ${path}: ${systemReason(error)}`;
  }
}
