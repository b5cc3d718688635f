import { randomInt } from "node:crypto";
import {
  closeSync,
  fchmodSync,
  fchownSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  type Stats,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname } from "node:path";
import { synced, syncFolder } from "./sync.js";

/**
 * Gives `file` another content, at once: whatever happens, it holds all of the old one or all of the new one. It keeps its
 * owner, and, unless `mode` is given, its permissions; a link stays one. What is being written has digits after its name.
 * Only the disk is waited for beside other work: by turns, a dozen calls that each take a moment would take milliseconds.
 */
export async function replaceFile(file: string, text: string, mode?: number): Promise<void> {
  const real = realOf(file);
  const part = `${real}.${randomInt(1e12)}`;
  const old = statSync(real, { throwIfNoEntry: false });
  try {
    await writeWhole(part, text, old, mode);
    renameSync(part, real);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  await syncFolder(dirname(real));
}

function realOf(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    return file;
  }
}

async function writeWhole(part: string, text: string, old: Stats | undefined, mode: number | undefined): Promise<void> {
  const permissions = mode ?? (old === undefined ? 0o666 & ~process.umask() : old.mode & 0o7777);
  const handle = openSync(part, "wx", permissions);
  try {
    if (old !== undefined && process.getuid?.() === 0) fchownSync(handle, old.uid, old.gid);
    fchmodSync(handle, permissions);
    // Goes on after a short write, as a disk makes that is nearly full.
    writeFileSync(handle, text);
    await synced(handle);
  } finally {
    closeSync(handle);
  }
}
