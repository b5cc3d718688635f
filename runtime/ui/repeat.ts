import type { Clock } from "../contract/run-context.js";

/** Calls `act` every `ms` by that clock, until the returned function is called. */
export function repeat(clock: Clock, ms: number, act: () => void): () => void {
  const stop = new AbortController();
  const loop = async (): Promise<void> => {
    for (;;) {
      await clock.sleep(ms, stop.signal);
      act();
    }
  };
  loop().catch((error: unknown) => {
    if (!stop.signal.aborted) throw error;
  });
  return () => stop.abort();
}
