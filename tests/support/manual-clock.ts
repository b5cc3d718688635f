import type { Clock } from "../../runtime/contract/run-context.js";

/** A clock that stands until it is told to go on. */
export interface ManualClock extends Clock {
  /** Lets that many milliseconds pass; whoever sleeps wakes on the way, in order. */
  advance(ms: number): Promise<void>;
}

interface Sleeper {
  readonly until: number;
  wake(): void;
}

export function manualClock(): ManualClock {
  let now = 0;
  let sleepers: Sleeper[] = [];
  const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return {
    now: () => new Date(now),
    monotonic: () => now,
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        if (signal?.aborted === true) return reject(signal.reason);
        const onAbort = (): void => {
          sleepers = sleepers.filter((other) => other !== sleeper);
          reject(signal?.reason);
        };
        const wake = (): void => {
          signal?.removeEventListener("abort", onAbort);
          resolve();
        };
        const sleeper = { until: now + ms, wake };
        sleepers.push(sleeper);
        signal?.addEventListener("abort", onAbort, { once: true });
      }),
    async advance(ms) {
      const end = now + ms;
      for (;;) {
        await settle();
        const next = sleepers.filter(({ until }) => until <= end).sort((a, b) => a.until - b.until)[0];
        if (next === undefined) break;
        now = next.until;
        sleepers = sleepers.filter((other) => other !== next);
        next.wake();
      }
      now = end;
    },
  };
}
