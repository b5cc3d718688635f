import type { Clock } from "../contract/run-context.js";

export const systemClock: Clock = {
  now: () => new Date(),
  monotonic: () => performance.now(),
  sleep(ms, signal) {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const onAbort = (): void => {
        cancel();
        reject(signal?.reason);
      };
      const cancel = after(ms, () => {
        signal?.removeEventListener("abort", onAbort);
        resolve();
      });
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  },
};

/** Acts after so many milliseconds; after none, in the next turn of the event loop, for a timer takes one at least. Gives what cancels it. */
function after(ms: number, act: () => void): () => void {
  if (ms > 0) {
    const timer = setTimeout(act, ms);
    return () => clearTimeout(timer);
  }
  const turn = setImmediate(act);
  return () => clearImmediate(turn);
}
