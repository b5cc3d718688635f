import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finished, pkrts, type RunOptions } from "./cli.js";

/** A folder of its own with these files in it, for the program to run in. */
export async function withFolder<T>(
  files: Readonly<Record<string, string>>,
  body: (run: (argv: readonly string[], options?: RunOptions) => Promise<Finished>, folder: string) => Promise<T>,
): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "pkrts-template-"));
  const env = { HOME: folder, XDG_STATE_HOME: join(folder, "state") };
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return await body(
      (argv, options = {}) => pkrts(argv, { cwd: folder, ...options, env: { ...env, ...options.env } }),
      folder,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A text on one line, as diagnostics wrap theirs. */
export const unwrapped = (text: string): string => text.replace(/\s+/g, " ");
