// Several mounts by one program, which reads them from a table like /etc/fstab.

import { randomUUID } from "node:crypto";
import { closeSync, openSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RunError } from "../../../runtime/contract/errors.js";
import { exec } from "../../../runtime/system/exec.js";
import { mountPoints } from "./mounts.js";
import type { MountArguments } from "./namespace.js";

/**
 * Makes the mounts, none of which may be below another, as root. Gives the paths at which something was mounted; says nothing
 * of what is not: mount(8) for that alone, which the caller tries next, says why.
 */
export async function mountTogether(wanted: readonly MountArguments[], signal: AbortSignal): Promise<Set<string>> {
  const lines = wanted.map(lineOf);
  if (lines.some((line) => line === undefined)) return new Set();
  const before = mountPoints();
  const table = namelessFile(lines.join(""));
  try {
    await exec(["mount", "--all", "--fstab", `/proc/${process.pid}/fd/${table}`], { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof RunError)) throw error;
  } finally {
    closeSync(table);
  }
  const now = mountPoints();
  const countIn = (points: readonly string[], path: string): number => points.filter((point) => point === path).length;
  return new Set(wanted.map(([, , , path]) => path).filter((path) => countIn(now, path) > countIn(before, path)));
}

/** Undefined where a table could not say it. */
function lineOf([flag, type, source, path]: MountArguments): string | undefined {
  const fields = flag === "--bind" ? [source, path, "none", "bind,private"] : [source, path, type, "defaults"];
  return fields.includes("") ? undefined : `${fields.map(escaped).join(" ")}\n`;
}

/** What would end a field, or make its line a comment, in octal. */
const escaped = (field: string): string =>
  field.replace(/[\s\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);

/** mount(8) reads files alone. Without a name, nothing is left of the file whatever becomes of us. */
function namelessFile(text: string): number {
  const path = join(tmpdir(), `pkrts-mounts-${randomUUID()}`);
  const file = openSync(path, "wx+", 0o600);
  unlinkSync(path);
  writeSync(file, text);
  return file;
}
