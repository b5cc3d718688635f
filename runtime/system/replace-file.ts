import { randomInt } from "node:crypto";
import { open, realpath, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { syncFolder } from "./sync.js";

/**
 * Gives `file` another content, at once: whatever happens, it holds all of the old one or all of the new one. It keeps its
 * owner, and, unless `mode` is given, its permissions; a link stays one. What is being written has digits after its name.
 */
export async function replaceFile(file: string, text: string, mode?: number): Promise<void> {
  const real = await realpath(file).catch(() => file);
  const part = `${real}.${randomInt(1e12)}`;
  const old = await stat(real).catch(() => undefined);
  const permissions = mode ?? (old === undefined ? 0o666 & ~process.umask() : old.mode & 0o7777);
  try {
    const handle = await open(part, "wx", permissions);
    try {
      if (old !== undefined && process.getuid?.() === 0) await handle.chown(old.uid, old.gid);
      await handle.chmod(permissions);
      // Goes on after a short write, as a disk makes that is nearly full.
      await handle.writeFile(text);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(part, real);
  } catch (error) {
    await rm(part, { force: true });
    throw error;
  }
  await syncFolder(dirname(real));
}
