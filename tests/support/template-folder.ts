import { join } from "node:path";
import { type Finished, pkrts, type RunOptions } from "./cli.js";
import { type Files, withFiles } from "./template-files.js";

type Run = (argv: readonly string[], options?: RunOptions) => Promise<Finished>;

/** A folder of its own with these files in it, for the program to run in. */
export const withFolder = <T>(files: Files, body: (run: Run, folder: string) => Promise<T>): Promise<T> =>
  withFiles(files, (folder) => {
    const env = { HOME: folder, XDG_STATE_HOME: join(folder, "state") };
    const run: Run = (argv, options = {}) => pkrts(argv, { cwd: folder, ...options, env: { ...env, ...options.env } });
    return body(run, folder);
  });

/** A text on one line, as diagnostics wrap theirs. */
export const unwrapped = (text: string): string => text.replace(/\s+/g, " ");
