import type { Clock } from "../../runtime/contract/run-context.js";

/** A clock on which sleeping takes no time: when everything sleeps, it goes on to the first that wakes. */
export function virtualClock(): Clock {
  let now = 0;
  let sleepers: { readonly at: number; wake(): void }[] = [];
  let isTicking = false;
  const tick = (): void => {
    sleepers.sort((a, b) => a.at - b.at);
    const [next] = sleepers.splice(0, 1);
    isTicking = sleepers.length > 0;
    if (isTicking) setImmediate(tick);
    if (next === undefined) return;
    now = Math.max(now, next.at);
    next.wake();
  };
  return {
    now: () => new Date(now),
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const sleeper = { at: now + ms, wake: resolve };
        const onAbort = (): void => {
          sleepers = sleepers.filter((each) => each !== sleeper);
          reject(signal?.reason);
        };
        signal?.addEventListener("abort", onAbort, { once: true });
        sleepers.push(sleeper);
        if (!isTicking) setImmediate(tick);
        isTicking = true;
      }),
  };
}
