import { randomBytes } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import type { FunctionHost } from "../../lang/functions/host.js";

/** What of the process functions may see. */
export interface HostWorld {
  readonly cwd: string;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly startedAt: Date;
}

/** The real world, for the functions of a template in `baseDir`. */
export const functionHost = ({ cwd, home, env, startedAt }: HostWorld, baseDir: string): FunctionHost => ({
  baseDir: baseDir.startsWith("/") ? baseDir : `${cwd}/${baseDir}`,
  cwd,
  home,
  startedAt,
  readFile: (path) => readFileSync(path),
  kindOf,
  list: (directory) => readdirSync(directory),
  now: () => new Date(),
  env: (name) => env[name],
  random: (bytes) => randomBytes(bytes),
});

function kindOf(path: string): ReturnType<FunctionHost["kindOf"]> {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined) return undefined;
  if (stat.isFile()) return "file";
  return stat.isDirectory() ? "directory" : "other";
}
