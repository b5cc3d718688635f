// The door to proper-lockfile.

import { lstatSync, rmSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** Milliseconds after which the lock of an owner that gives no sign of life is taken over. */
const STALE = 10_000;
/** Milliseconds between two tries, at first and later. */
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 100;
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

/** What keeps a lock from being made at all, such as a folder that is missing, is no reason to wait: it is thrown. */
async function take(lockPath: string, tries: number): Promise<() => Promise<void>> {
  const { default: lockfile } = await import("proper-lockfile");
  for (let pause = FIRST_PAUSE, left = tries; ; pause = Math.min(pause * 1.2, LONGEST_PAUSE), left -= 1) {
    await outwaitPlainFile(lockPath);
    try {
      return await lockfile.lock(lockPath, { lockfilePath: lockPath, realpath: false, stale: STALE });
    } catch (error) {
      if (isHopeless(error) || left <= 0) throw error;
      await sleep(pause);
    }
  }
}

/** It can't be made. Anything else is another's doing: it owns the lock, or took over the same old one. */
const isHopeless = (error: unknown): boolean =>
  error instanceof Error && "syscall" in error && error.syscall === "mkdir";

/** Waits until a lock that is a plain file is gone, and removes one that nobody owns any more. */
async function outwaitPlainFile(lockPath: string): Promise<void> {
  const until = Date.now() + PLAIN_FILE_STALE;
  const first = plainFile(lockPath);
  if (first === undefined) return;
  for (let now = first; Date.now() < until; now = plainFile(lockPath) ?? -1) {
    if (now !== first) return outwaitPlainFile(lockPath);
    await sleep(LONGEST_PAUSE);
  }
  rmSync(lockPath, { force: true });
}

/** Its inode. */
function plainFile(path: string): number | undefined {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  return stat?.isFile() === true ? stat.ino : undefined;
}
