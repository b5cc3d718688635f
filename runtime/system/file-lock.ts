import lockfile from "proper-lockfile";

/** Runs `body` while `lockPath` is held, among all processes that lock it. A dead owner's lock is taken over. */
export async function withFileLock<T>(lockPath: string, body: () => Promise<T>): Promise<T> {
  const retries = { retries: 3000, minTimeout: 20, maxTimeout: 100, factor: 1.2 };
  const release = await lockfile.lock(lockPath, { lockfilePath: lockPath, realpath: false, stale: 10_000, retries });
  try {
    return await body();
  } finally {
    await release();
  }
}
