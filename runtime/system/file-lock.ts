// The door to proper-lockfile.

import { lstatSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds after which the lock of an owner that gives no sign of life is taken over. */
const STALE = 10_000;
const RETRIES = { minTimeout: 20, maxTimeout: 100, factor: 1.2 };
/** Packer's locks are plain files, held for milliseconds; it does not wait longer than 0.6 s for another's. */
const PLAIN_FILE_STALE = 2000;

/** Runs `body` while `lockPath` is held, among all processes that lock it. Tries `tries` times, up to 0.1 s apart. */
export async function withFileLock<T>(lockPath: string, body: () => Promise<T>, tries = 3000): Promise<T> {
  const release = await take(lockPath, tries);
  try {
    return await body();
  } finally {
    await release();
  }
}

async function take(lockPath: string, tries: number): Promise<() => Promise<void>> {
  const options = { lockfilePath: lockPath, realpath: false, stale: STALE, retries: { ...RETRIES, retries: tries } };
  const { default: lockfile } = await import("proper-lockfile");
  for (;;) {
    await outwaitPlainFile(lockPath);
    try {
      return await lockfile.lock(lockPath, options);
    } catch (error) {
      // A plain file came in between, and grew old.
      if (!(error instanceof Error && "code" in error && error.code === "ENOTDIR")) throw error;
    }
  }
}

/** Waits until a lock that is a plain file is gone, and removes one that nobody owns any more. */
async function outwaitPlainFile(lockPath: string): Promise<void> {
  const until = Date.now() + PLAIN_FILE_STALE;
  const first = plainFile(lockPath);
  if (first === undefined) return;
  for (let now = first; Date.now() < until; now = plainFile(lockPath) ?? -1) {
    if (now !== first) return outwaitPlainFile(lockPath);
    await sleep(RETRIES.maxTimeout);
  }
  rmSync(lockPath, { force: true });
}

/** Its inode. */
function plainFile(path: string): number | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true ? stat.ino : undefined;
}
