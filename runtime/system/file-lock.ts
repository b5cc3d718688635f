// The door to proper-lockfile.

/** Milliseconds after which the lock of an owner that gives no sign of life is taken over. */
const STALE = 10_000;
const RETRIES = { minTimeout: 20, maxTimeout: 100, factor: 1.2 };

/** Runs `body` while `lockPath` is held, among all processes that lock it. Tries `tries` times, up to 0.1 s apart. */
export async function withFileLock<T>(lockPath: string, body: () => Promise<T>, tries = 3000): Promise<T> {
  const options = { lockfilePath: lockPath, realpath: false, stale: STALE, retries: { ...RETRIES, retries: tries } };
  const { default: lockfile } = await import("proper-lockfile");
  const release = await lockfile.lock(lockPath, options);
  try {
    return await body();
  } finally {
    await release();
  }
}
